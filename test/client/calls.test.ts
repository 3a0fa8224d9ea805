import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { createFlowClient, isFlowClientError, type Challenge, type FlowClientError } from '../../lib/client.js';
import { memoryUsers, signInFlow } from '../../lib/index.js';
import { accountOf, password } from '../support/account.js';
import { jarFetch } from '../support/client/jar-fetch.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';

const prompt = 'ak-stage-prompt';

async function failureOf(call: Promise<unknown>): Promise<FlowClientError> {
  try {
    await call;
  } catch (error) {
    assert.ok(isFlowClientError(error), String(error));
    return error;
  }
  return assert.fail('the call did not fail');
}

describe('calls of the client of a flow', () => {
  let app: TestApp;
  afterEach(() => app.close());

  async function code(): Promise<string> {
    const invitation = await app.enrollment.invitations.create({ uses: 1 });
    app.canaries.add(invitation.code);
    return invitation.code;
  }

  for (const credentials of ['cookie', 'bearer'] as const) {
    it(`by ${credentials}, run one after the other, though they are made at once`, async () => {
      app = await openTestApp({ executorApi: true });
      const jar = jarFetch(app.url);
      const shown: Challenge[] = [];
      const client = createFlowClient({
        baseUrl: app.url,
        slug: 'invite',
        credentials,
        fetch: jar.fetch,
        onChallenge: (one) => void shown.push(one),
      });
      // Made before a challenge was shown, an answer is for none.
      const early = failureOf(client.solve({ component: prompt, invite_code: await code() }));
      const first = await client.current();
      assert.equal((await early).code, 'nothing_to_solve');
      const calls = await Promise.all([
        client.solve({ component: prompt, invite_code: await code() }),
        client.current(),
        client.restart(),
        client.current(),
      ]);
      const fields = calls.map((one) => one.component === prompt && one.fields[0]?.field_key);
      assert.deepEqual(fields, ['username', 'username', 'invite_code', 'invite_code']);
      assert.deepEqual(shown, [first, ...calls]);
    });

    it(`by ${credentials}, an answer whose own answer was lost is sent again, and is the first one`, async () => {
      app = await openTestApp({ executorApi: true });
      const jar = jarFetch(app.url);
      let loses = false;
      const client = createFlowClient({
        baseUrl: app.url,
        slug: 'invite',
        credentials,
        async fetch(address, request) {
          const cookies = loses ? jarFetch(app.url, jar.browser) : jar;
          const answer = await cookies.fetch(address, request);
          if (!loses) return answer;
          throw new TypeError('fetch failed');
        },
      });
      await client.current();
      await client.solve({ component: prompt, invite_code: await code() });
      const answer = { component: prompt, ...accountOf('ann') } as const;
      loses = true;
      const lost = await failureOf(client.solve(answer));
      assert.deepEqual([lost.code, lost.status, (lost.cause as Error).message], ['unreachable', 0, 'fetch failed']);
      loses = false;
      const done = await client.solve(answer);
      assert.equal(done.component, 'xak-flow-redirect', JSON.stringify(done));
      assert.equal(app.members.length, 1);
    });
  }

  it('without a challenge that waits there is nothing to solve, and nothing is sent', async () => {
    app = await openTestApp({ executorApi: true });
    const jar = jarFetch(app.url);
    const client = createFlowClient({ baseUrl: app.url, slug: 'invite', fetch: jar.fetch });
    assert.equal((await failureOf(client.solve({ component: prompt }))).code, 'nothing_to_solve');
    assert.deepEqual(jar.requests, []);
  });

  it('cancel ends the plan, and restart shows its first challenge', async () => {
    app = await openTestApp({ executorApi: true });
    for (const credentials of ['cookie', 'bearer'] as const) {
      const { fetch } = jarFetch(app.url);
      const client = createFlowClient({ baseUrl: app.url, slug: 'invite', credentials, fetch });
      for (const end of ['cancel', 'restart'] as const) {
        await client.current();
        const account = await client.solve({ component: prompt, invite_code: await code() });
        assert.equal(account.component === prompt && account.fields[0]?.field_key, 'username');
        const first = await client[end]();
        assert.equal(first.component === prompt && first.fields[0]?.field_key, 'invite_code', JSON.stringify(first));
      }
    }
  });

  it('429 and 503 are errors with the time to wait; the same answer goes on later', async () => {
    const { users, redemptions } = memoryUsers();
    let isAway = false;
    app = await openTestApp({
      executorApi: true,
      redemptions,
      rateLimits: { codes: { perPlan: { points: 1, windowSeconds: 600 } } },
      users: {
        ...users,
        findByLogin: (field, value) => (isAway ? Promise.reject(new Error('away')) : users.findByLogin(field, value)),
      },
    });
    const jar = jarFetch(app.url);
    const client = createFlowClient({ baseUrl: app.url, slug: 'invite', fetch: jar.fetch });
    await client.current();
    await client.solve({ component: prompt, invite_code: 'WRONG-1' });
    const over = await failureOf(client.solve({ component: prompt, invite_code: 'WRONG-2' }));
    assert.deepEqual([over.code, over.status, over.challenge?.component], ['too_many_attempts', 429, prompt]);
    assert.ok((over.retryAfterSeconds ?? 0) > 0);
    app.clock.advance(601_000);
    const account = await client.solve({ component: prompt, invite_code: await code() });
    assert.equal(account.component === prompt && account.fields[0]?.field_key, 'username', JSON.stringify(account));
    isAway = true;
    const answer = { component: prompt, ...accountOf('ann') } as const;
    const away = await failureOf(client.solve(answer));
    assert.deepEqual([away.code, away.challenge?.component], ['unavailable', 'ak-stage-flow-error']);
    assert.ok((away.retryAfterSeconds ?? 0) > 0);
    isAway = false;
    assert.equal((await client.solve(answer)).component, 'xak-flow-redirect');
  });

  it('a token of no plan is expired, and a new plan begins', async () => {
    app = await openTestApp({ executorApi: true });
    const { fetch } = jarFetch(app.url);
    const given = { baseUrl: app.url, slug: 'invite', credentials: 'bearer', fetch } as const;
    const stale = createFlowClient({ ...given, token: 'of-no-plan' });
    const failure = await failureOf(stale.current());
    assert.deepEqual([failure.code, failure.reason, stale.token], ['expired', 'invalid_token', null]);
    assert.equal((await stale.current()).component, prompt);
    await stale.solve({ component: prompt, invite_code: await code() });
    const kept = await createFlowClient({ ...given, token: stale.token ?? '' }).current();
    assert.equal(kept.component === prompt && kept.fields[0]?.field_key, 'username');
  });

  it('unknown flows, other pages and redirects without end are errors of their own', async () => {
    app = await openTestApp({
      executorApi: true,
      before: (own) => {
        own.get('/other/api/v3/flows/executor/invite/', (_req, res) => void res.send('<p>Hello'));
        own.get('/loop/api/v3/flows/executor/invite/', (_req, res) => {
          res.redirect('https://evil.example/');
        });
      },
    });
    const jar = jarFetch(app.url);
    const failed = (path: string, slug = 'invite'): Promise<FlowClientError> =>
      failureOf(createFlowClient({ baseUrl: app.url + path, slug, fetch: jar.fetch }).current());
    const unknown = await failed('', 'invited');
    assert.deepEqual([unknown.code, unknown.status, unknown.reason], ['refused', 404, 'not_found']);
    assert.deepEqual([(await failed('/other')).code, (await failed('/loop')).code], Array(2).fill('unexpected_answer'));
    assert.ok(jar.requests.every((one) => !one.includes('evil')));
  });

  it('an aborted call rejects with the reason of its signal, and one that waits is never sent', async () => {
    app = await openTestApp({ executorApi: true });
    const jar = jarFetch(app.url);
    const client = createFlowClient({ baseUrl: app.url, slug: 'invite', fetch: jar.fetch });
    const controller = new AbortController();
    const first = client.current();
    const second = client.solve({ component: prompt, invite_code: 'X' }, { signal: controller.signal });
    const reason = new Error('the page is closed');
    controller.abort(reason);
    await assert.rejects(second, reason);
    await first;
    await assert.rejects(client.current({ signal: controller.signal }), reason);
    await client.current();
    assert.deepEqual(
      jar.requests.map((one) => one.slice(0, 4)),
      ['GET ', 'GET '],
    );
    const slow = createFlowClient({
      baseUrl: app.url,
      slug: 'invite',
      fetch: (_address, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(new Error('of fetch'));
          });
        }),
    });
    await assert.rejects(slow.current({ signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' });
  });

  it('the global fetch is used by bearer, where no cookie is needed', async () => {
    app = await openTestApp({ executorApi: true, flows: [signInFlow({ slug: 'sign-in', target: '/in' }), signup] });
    await member(app, 'ann');
    const client = createFlowClient({ baseUrl: app.url, slug: 'sign-in', credentials: 'bearer' });
    await client.current();
    const done = await client.solve({ component: 'ak-stage-identification', uid_field: 'ann', password });
    assert.equal(done.component === 'xak-flow-redirect' && done.to, '/in');
  });
});
