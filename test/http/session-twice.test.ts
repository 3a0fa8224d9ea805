import assert from 'node:assert/strict';
import type { ErrorRequestHandler } from 'express';
import session from 'express-session';
import { afterEach, describe, it } from 'mocha';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const own = () => session({ secret: 'x'.repeat(32), resave: false, saveUninitialized: false });

describe("enrollment.session() beside the app's own session", () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  it('F14: a request that already has a session is a coded error, with or without cookies', async () => {
    const seen: unknown[] = [];
    const note: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
      seen.push(error instanceof Error && 'code' in error ? error.code : error);
      res.status(500).end();
    };
    testApp = await openTestApp({
      before: (app) => void app.use(own()),
      after: (app) => void app.use(note),
    });
    const visitor = new Visitor(testApp);
    assert.equal((await visitor.client.get('/me')).status, 500);
    visitor.client.cookies.set('enrollment.sid', 'from before');
    assert.equal((await visitor.client.get('/me')).status, 500);
    assert.deepEqual(seen, ['ERR_ENROLLMENT_SESSION', 'ERR_ENROLLMENT_SESSION']);
  });

  it('F14: mounted twice it is one session, and users stay signed in', async () => {
    testApp = await openTestApp({
      session: (app, enrollment) => void app.use(enrollment.session(), enrollment.session({ idleSeconds: 60 })),
    });
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.signUp(code, 'twice');
    assert.equal(await visitor.me(), 'twice');
  });
});
