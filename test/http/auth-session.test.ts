import assert from 'node:assert/strict';
import express, { type Request, type Response } from 'express';
import { describe, it } from 'mocha';
import { createEnrollment, memoryUsers, type Login, type MemoryUser, type UserStore } from '../../lib/index.js';
import { isEnrollmentError } from '../../lib/base/error.js';
import { createAuthSession } from '../../lib/http/login/auth-session.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';

const req: Request = Object.create(express.request);
const res: Response = Object.create(express.response);

const parts = (login: Login<MemoryUser>, users: UserStore<MemoryUser>) => ({
  login,
  users,
  registry: {
    end: () => Promise.resolve(),
    hasEnded: () => Promise.resolve(false),
    nextEpoch: () => Promise.resolve(1),
  },
  sessions: {
    endAll: () => Promise.resolve(),
    idOf: () => null,
    isBound: () => false,
    hasRenewed: () => Promise.resolve(false),
    rememberedSeconds: () => Promise.resolve(null),
    replaceRenewed: () => Promise.resolve(),
    counts: () => Promise.resolve(true),
    withEpoch: (_req: Request, _user: string, _epoch: number, signIn: () => Promise<void>) => signIn(),
  },
  recent: null,
});

describe('a login of the app', () => {
  const silent = (): Promise<never> => new Promise(() => undefined);
  const login: Login<MemoryUser> = { current: silent, signIn: silent, signOut: silent };

  it('F32: that never answers is a 503 after its timeout, for every method', async () => {
    const { users } = memoryUsers();
    const { id } = await users.create(sampleAccount(), sampleRedemption());
    const authSession = createAuthSession({ ...parts(login, users), timeoutMs: 5 });
    for (const asked of [
      async () => authSession.current(req),
      () => authSession.currentName(req),
      () => authSession.isAccount(req),
      () =>
        authSession.signIn(req, res, id, { method: 'enrollment', rememberSeconds: null, authenticatedAt: 0, epoch: 0 }),
      () => authSession.signOut(req, res),
    ])
      await assert.rejects(asked, (error) => isEnrollmentError(error) && error.status === 503);
  });

  it('F13: a current that returns undefined means no user', async () => {
    const { users, redemptions } = memoryUsers();
    const nothing = { ...login, current: () => undefined as unknown as null };
    const authSession = createAuthSession(parts(nothing, users));
    assert.deepEqual(
      [await authSession.current(req), await authSession.currentName(req), await authSession.isAccount(req)],
      [null, null, false],
    );
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const enrollment = createEnrollment({
      baseUrl: 'http://localhost:3000',
      users,
      redemptions,
      login: nothing,
      logger: log,
    });
    assert.equal(await enrollment.currentUser(req), null);
    await enrollment.close();
  });
});
