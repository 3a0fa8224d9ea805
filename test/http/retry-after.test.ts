import assert from 'node:assert/strict';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { afterEach, describe, it } from 'mocha';
import { memoryUsers, type Enrollment, type MemoryUser, type UserStore } from '../../lib/index.js';
import type { Fields } from '../support/raw-client.js';
import { startRedis } from '../support/redis-server.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

/** Leaves only the error, like an app that sends its response elsewhere. */
const errorAlone: ErrorRequestHandler = (error, _req, res, next) => {
  res.removeHeader('Retry-After');
  next(error);
};

/** Reads only the status. */
const ownErrorPage: ErrorRequestHandler = (error: { readonly status?: number }, _req, res, _next) => {
  res.status(error.status ?? 500).end();
};

const parseForm = express.urlencoded({ extended: false });

const whole = { username: 'ann', email: null, name: null, data: {}, active: true, createdAt: 0 };

function mountPages(app: Express, enrollment: Enrollment<MemoryUser>): void {
  const pages: Readonly<Record<string, RequestHandler>> = {
    'sign-in': async (req, res) => {
      await enrollment.signIn(req, res, { ...whole, id: 'ann' });
      res.end();
    },
    current: async (req, res) => {
      await enrollment.currentUser(req);
      res.end();
    },
    guarded: enrollment.requireInvite({}, (_req, res) => void res.end()),
  };
  for (const seat of ['', '/error-alone', '/own-page']) {
    for (const [name, page] of Object.entries(pages)) app.post(`${seat}/${name}`, parseForm, page);
  }
  app.use('/error-alone', errorAlone);
  app.use('/own-page', ownErrorPage);
}

describe('pages of the app during a store outage', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  /**
   * Checks Retry-After with Express's own error handler, with and without the kit's headers, and with an error page of
   * the app.
   */
  async function tellsWhenToRetry(visitor: Visitor, name: string, fields: Fields = {}): Promise<void> {
    await Promise.all(
      ['', '/error-alone', '/own-page'].map(async (seat) => {
        const { status, headers } = await visitor.client.post(`${seat}/${name}`, fields);
        assert.deepEqual([seat, name, status, headers['retry-after']], [seat, name, 503, '5']);
      }),
    );
  }

  it('F39: session(), signIn() and a guard respond 503 with Retry-After during a Redis outage', async () => {
    const redis = await startRedis();
    testApp = await openTestApp({ redis: redis.url, after: mountPages });
    await testApp.enrollment.ready();
    const [member, visitor] = [new Visitor(testApp), new Visitor(testApp)];
    assert.equal((await member.client.post('/sign-in', {})).status, 200);
    const { code } = await testApp.enrollment.invitations.create();
    await redis.stop();
    await Promise.all([
      tellsWhenToRetry(member, 'current'),
      tellsWhenToRetry(visitor, 'sign-in'),
      tellsWhenToRetry(visitor, 'guarded', { invite_code: code }),
    ]);
  });

  it('F39: so does currentUser() in a user store outage; a mistake has no Retry-After', async () => {
    const store = memoryUsers();
    let fault: Error | undefined;
    const users: UserStore<MemoryUser> = {
      ...store.users,
      findById: async (id) => {
        if (fault !== undefined) throw fault;
        return store.users.findById(id);
      },
    };
    testApp = await openTestApp({ users, redemptions: store.redemptions, after: mountPages });
    const visitor = new Visitor(testApp);
    assert.equal((await visitor.client.post('/sign-in', {})).status, 200);
    fault = new Error('connect ECONNREFUSED 127.0.0.1:5432');
    await tellsWhenToRetry(visitor, 'current');
    fault = new TypeError('user.name is not a function');
    const { status, headers } = await visitor.client.post('/current', {});
    assert.deepEqual([status, headers['retry-after']], [500, undefined]);
  });
});
