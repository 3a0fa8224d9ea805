import assert from 'node:assert/strict';
import type { Request } from 'express';
import { describe, it } from 'mocha';
import { isNewSession, isUnusedSession, lazySession } from '../../lib/http/session/session.js';

describe('a session that is made when it is read', () => {
  const requestOf = (): { readonly req: Request; readonly woken: () => number } => {
    const req: Request = Object.create(null);
    let times = 0;
    lazySession(req, () => {
      times += 1;
      Object.assign(req, { session: { times } });
    });
    return { req, woken: () => times };
  };

  it('is made once, and is new', () => {
    const { req, woken } = requestOf();
    assert.deepEqual([isUnusedSession(req), isNewSession(req), woken()], [true, true, 0]);
    assert.equal(req.session, req.session);
    assert.deepEqual([isUnusedSession(req), isNewSession(req), woken()], [false, true, 1]);
  });

  it('is the same for middleware that works on an object derived from the request', () => {
    const { req, woken } = requestOf();
    const derived: Request = Object.create(req);
    assert.deepEqual([isUnusedSession(derived), isNewSession(derived)], [true, true]);
    assert.deepEqual(derived.session, { times: 1 });
    assert.equal(req.session, derived.session);
    assert.deepEqual(
      [isUnusedSession(req), isUnusedSession(derived), isNewSession(derived), woken()],
      [false, false, true, 1],
    );
  });

  it('is none of the kit’s once other middleware has defined the property', () => {
    const { req } = requestOf();
    Object.defineProperty(req, 'session', { value: 'other', configurable: true });
    assert.deepEqual([isUnusedSession(req), isNewSession(req)], [false, false]);
  });

  it('can be set from outside without being made', () => {
    const { req, woken } = requestOf();
    const derived: Request = Object.create(req);
    Object.assign(derived, { session: 'own' });
    assert.deepEqual([req.session, woken(), isNewSession(req)], ['own', 0, false]);
  });
});
