import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { ManagementClient } from 'auth0';
import express from 'express';
import { after, before, beforeEach, describe, it } from 'mocha';
import { confirmEmailFlow, setPasswordFlow } from '../../lib/flows.js';
import type { MemoryUser } from '../../lib/index.js';
import { isEnrollmentError } from '../../lib/base/error.js';
import { readTicketResult } from '../../lib/tickets.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { password } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const day = 24 * 60 * 60 * 1000;
const key = randomBytes(32).toString('hex');
const olderKey = randomBytes(32).toString('hex');
const path = '/api/v2/tickets/password-change';

describe('tickets over HTTP, as at Auth0', () => {
  let testApp: TestApp;
  let ann: MemoryUser;
  let count = 0;
  before(async () => {
    testApp = await openTestApp({
      mount: '/join',
      flows: [setPasswordFlow({ slug: 'set-password' }), confirmEmailFlow({ slug: 'confirm' }), signup],
      tickets: {
        clients: { shop: { name: 'Shop', resultUrl: 'https://shop.example/welcome' } },
        resultUrls: ['https://app.example'],
        connections: ['con_1'],
      },
      after(app, enrollment) {
        app.use(enrollment.ticketsApi({ keys: [key, olderKey] }));
        app.use(
          '/guarded',
          express.json({ type: '*/*' }),
          enrollment.ticketsApi({ guard: (req) => req.headers['x-admin'] === 'yes' }),
        );
        app.use('/guarded/late', enrollment.ticketsApi({ guard: async () => false }));
        app.use('/broken', enrollment.ticketsApi({ guard: () => Promise.reject(new Error('guard away')) }));
        app.post('/api/v2/tickets/others', (_req, res) => void res.send('the app'));
      },
    });
    testApp.canaries.add(key);
  });
  after(() => testApp.close());
  beforeEach(async () => {
    ann = await member(testApp, `ann-${(count += 1)}`);
  });

  const post = (body: unknown, headers: Record<string, string> = {}, at = path): Promise<Response> =>
    fetch(testApp.url + at, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const bodyOf = async (answer: Promise<Response>): Promise<unknown> => (await answer).json();
  const messageOf = async (body: unknown): Promise<string> => {
    const answer = (await bodyOf(post(body))) as { message: string; errorCode: string; statusCode: number };
    assert.deepEqual([answer.statusCode, answer.errorCode], [400, 'invalid_body']);
    return /'(.*)'/.exec(answer.message)?.[1] ?? '';
  };
  const only = async () => {
    const [ticket, ...more] = await testApp.enrollment.tickets.list({ user: ann.id });
    assert.deepEqual(more, []);
    assert.ok(ticket);
    return ticket;
  };

  describe('with the official client', () => {
    let client: ManagementClient;
    before(() => {
      // It speaks https only, and this server on loopback does not.
      const plain: typeof fetch = (input, init) => fetch(String(input).replace(/^https:/, 'http:'), init);
      client = new ManagementClient({ domain: new URL(testApp.url).host, token: key, fetch: plain, maxRetries: 0 });
    });

    it('creates a ticket for a password by the id of the account; its URL ends in #', async () => {
      const { ticket } = await client.tickets.changePassword({
        user_id: ann.id,
        result_url: 'https://app.example/login',
        ttl_sec: 3600,
        mark_email_as_verified: true,
        includeEmailInRedirect: false,
      });
      assert.match(ticket, /\/join\/if\/flow\/set-password\/-\/ticket\?ticket=[\w.-]+#$/);
      const { purpose, expiresAt, delivery, mail } = await only();
      assert.deepEqual(
        [purpose, expiresAt, delivery, mail],
        ['recovery', testApp.clock.now() + 3_600_000, 'own', null],
      );
    });

    it('and by address and connection, with the app by client_id', async () => {
      await client.tickets.changePassword({ email: ann.email ?? '', connection_id: 'con_1', client_id: 'shop' });
      const { client: shop, expiresAt, app } = await only();
      assert.deepEqual([shop, app, expiresAt], ['shop', 'Shop', testApp.clock.now() + 5 * day]);
    });

    it('creates a ticket that verifies an address', async () => {
      const { ticket } = await client.tickets.verifyEmail({ user_id: ann.id });
      assert.match(ticket, /\/if\/flow\/confirm\/-\/ticket\?ticket=[\w.-]+#$/);
      assert.equal((await only()).purpose, 'verify-email');
    });

    it('gets errors as from Auth0', async () => {
      await assert.rejects(client.tickets.changePassword({ user_id: 'nope' }), {
        statusCode: 404,
        body: {
          statusCode: 404,
          error: 'Not Found',
          message: 'The user does not exist.',
          errorCode: 'inexistent_user',
        },
      });
      await assert.rejects(client.tickets.changePassword({ user_id: ann.id, email: 'x@example.com' }), {
        statusCode: 400,
        name: 'BadRequestError',
      });
    });
  });

  for (const [what, more, email] of [
    ['with the address', {}, true],
    ['without it, where the caller says so', { includeEmailInRedirect: false }, false],
  ] as const)
    it(`its link sets the password and leads to the result URL, ${what}`, async () => {
      const result_url = 'https://app.example/login?tab=1#top';
      const answer = await post({ user_id: ann.id, result_url, mark_email_as_verified: true, ...more });
      const { ticket } = (await answer.json()) as { readonly ticket: string };
      const visitor = new Visitor({ ...testApp, page: '/join/if/flow/set-password/' });
      await visitor.follow(await visitor.client.get(new URL(ticket).pathname + new URL(ticket).search));
      const { location } = await visitor.submit({ password: `${password} again` });
      const expected = { success: true, status: 'done', email: email ? ann.email : null };
      assert.deepEqual(readTicketResult({ url: location.replace('#top', '') }), expected, location);
      assert.match(location, /^https:\/\/app\.example\/login\?tab=1&success=true&.*#top$/);
      assert.equal((await testApp.users.findById(ann.id))?.emailVerified, true);
    });

  it('is an invitation for an account without a password', async () => {
    ann = await testApp.users.create(
      sampleAccount({ username: 'new', email: 'new@example.com', passwordHash: null }),
      sampleRedemption(),
    );
    assert.equal((await post({ user_id: ann.id })).status, 201);
    assert.equal((await only()).purpose, 'invite');
  });

  it('a new ticket ends the earlier ones; the answer is in no cache', async () => {
    const answer = await post({ user_id: ann.id });
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    await post({ user_id: ann.id, ttl_sec: 0 });
    const states = (await testApp.enrollment.tickets.list({ user: ann.id })).map(({ state }) => state);
    assert.deepEqual(states.sort(), ['open', 'superseded']);
  });

  for (const [rule, body] of [
    ['Missing required property: user_id', {}],
    ['Missing required property: connection_id', { email: 'ann@example.com' }],
    ['Missing required property: email', { connection_id: 'con_1' }],
    ['user_id cannot be sent with connection_id or email', { user_id: '1', connection_id: 'con_1' }],
    [
      'user_id cannot be sent with connection_id or email',
      { user_id: '1', connection_id: 'con_1', email: 'a@b.example' },
    ],
    ['result_url cannot be sent with client_id', { user_id: '1', result_url: '/', client_id: 'shop' }],
    ['This property is not supported', { user_id: '1', organization_id: 'org_1' }],
    ['Additional properties not allowed: new_password', { user_id: '1', new_password: 'secret' }],
    ['Additional properties not allowed: __proto__', '{"user_id":"1","__proto__":{"client_id":"shop"}}'],
    ['Expected type string but found type integer', { user_id: 1 }],
    ['Expected type string but found type array', { user_id: ['1'] }],
    ['Expected type string but found type null', { user_id: null }],
    ['Expected type integer but found type string', { user_id: '1', ttl_sec: '60' }],
    ['Expected type integer but found type number', { user_id: '1', ttl_sec: 0.5 }],
    ['Expected type boolean but found type string', { user_id: '1', mark_email_as_verified: 'true' }],
    ['String is too short (0 chars), minimum 1', { user_id: '' }],
    ['Value is less than minimum 0', { user_id: '1', ttl_sec: -1 }],
    ['Value is greater than maximum 2592000', { user_id: '1', ttl_sec: 2_592_001 }],
    ["Object didn't pass validation for format email", { email: 'a@b.example,c@d.example', connection_id: 'con_1' }],
    ['Expected type object but found type array', []],
  ] as const)
    it(`refuses ${JSON.stringify(body)}`, async () => assert.equal(await messageOf(body), rule));

  for (const url of [
    'https://evil.example/',
    'https://app.example.evil.example/',
    'javascript:alert(1)',
    '//evil.example',
  ])
    it(`refuses the result URL ${url}`, async () => {
      assert.match(await messageOf({ user_id: ann.id, result_url: url }), /^result_url is neither/);
      assert.deepEqual(await testApp.enrollment.tickets.list({ user: ann.id }), []);
    });

  it('tells unknown users, clients and connections apart, in the same form', async () => {
    const code = async (body: object): Promise<unknown> => {
      const answer = await post(body);
      return [answer.status, ((await answer.json()) as { errorCode: string }).errorCode];
    };
    assert.deepEqual(await code({ user_id: 'nope' }), [404, 'inexistent_user']);
    assert.deepEqual(await code({ email: 'nobody@example.com', connection_id: 'con_1' }), [404, 'inexistent_user']);
    assert.deepEqual(await code({ email: ann.email, connection_id: 'con_2' }), [404, 'inexistent_connection']);
    assert.deepEqual(await code({ user_id: ann.id, client_id: 'toString' }), [404, 'inexistent_client']);
  });

  it('links to baseUrl, whatever host the request names', async () => {
    const { client } = new Visitor(testApp);
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      origin: 'https://evil.example',
      'content-type': 'application/json',
      authorization: `Bearer ${key}`,
    };
    const answer = await client.send('POST', path, headers, JSON.stringify({ user_id: ann.id }));
    assert.equal(answer.status, 201, answer.text);
    assert.ok(answer.text.startsWith(`{"ticket":"${testApp.url}/join/if/flow/set-password/`), answer.text);
    assert.ok(!JSON.stringify(answer).includes('evil'));
  });

  it('takes any of its keys, and no other', async () => {
    for (const good of [key, olderKey])
      assert.equal((await post({ user_id: ann.id }, { authorization: `Bearer ${good}` })).status, 201);
    const without = await fetch(testApp.url + path, { method: 'POST' });
    assert.equal(without.status, 401);
    assert.equal(without.headers.get('www-authenticate'), 'Bearer');
    assert.deepEqual(await without.json(), {
      statusCode: 401,
      error: 'Unauthorized',
      message: 'Missing authentication',
      errorCode: 'invalid_token',
    });
    for (const bad of [key.slice(1), `${key}0`, key.toUpperCase(), `${key},${olderKey}`, 'x', '', `${key} ${key}`]) {
      const answer = await post({ user_id: ann.id }, { authorization: `Bearer ${bad}` });
      assert.equal(answer.status, 401, bad);
    }
    assert.equal((await post({ user_id: ann.id }, { authorization: key })).status, 401);
  });

  it('says nothing to a caller without a key, whatever was sent', async () => {
    const answers = await Promise.all(
      [{ user_id: ann.id }, { user_id: 'nope' }, 'no json', {}].map((body) => post(body, { authorization: '' })),
    );
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    assert.equal(new Set(texts).size, 1);
  });

  it('reads JSON of a moderate size, and only by POST', async () => {
    assert.equal((await post('{"user_id":')).status, 400);
    assert.equal((await post(`{"user_id":"${'x'.repeat(40_000)}"}`)).status, 413);
    assert.equal(
      (await post(`user_id=${ann.id}`, { 'content-type': 'application/x-www-form-urlencoded' })).status,
      415,
    );
    assert.equal((await post(JSON.stringify({ user_id: ann.id }), { 'content-type': 'text/plain' })).status, 415);
    const read = await fetch(testApp.url + path, { headers: { authorization: `Bearer ${key}` } });
    assert.deepEqual([read.status, read.headers.get('allow')], [405, 'POST']);
    assert.equal(await (await post({}, {}, '/api/v2/tickets/others')).text(), 'the app');
  });

  it('goes by the guard of the app, also at a path of its own, after its parser', async () => {
    const at = '/guarded/tickets/password-change';
    assert.equal((await post({ user_id: ann.id }, { 'x-admin': 'yes' }, at)).status, 201);
    assert.equal((await post({ user_id: ann.id }, { 'x-admin': 'no' }, at)).status, 401);
    assert.equal((await post({ user_id: ann.id }, {}, `/guarded/late${path}`)).status, 401);
    assert.equal((await post({ user_id: ann.id }, {}, `/broken${path}`)).status, 500);
  });

  it('whose session a page of another site cannot use', async () => {
    const at = '/guarded/tickets/password-change';
    const admin = { 'x-admin': 'yes' };
    assert.equal((await post({ user_id: ann.id }, { ...admin, 'sec-fetch-site': 'cross-site' }, at)).status, 403);
    assert.equal((await post({ user_id: ann.id }, { ...admin, origin: 'https://evil.example' }, at)).status, 403);
    assert.equal((await post({ user_id: ann.id }, { ...admin, 'content-type': 'text/plain' }, at)).status, 415);
    assert.deepEqual(await testApp.enrollment.tickets.list({ user: ann.id }), []);
  });

  for (const [what, settings] of [
    ['neither keys nor guard', {}],
    ['both', { keys: [key], guard: () => true }],
    ['a short key', { keys: ['short'] }],
    ['no key', { keys: [] }],
    ['a key with blanks', { keys: [`${key} ${key}`] }],
    ['a misspelled name', { key: [key] }],
    ['another purpose', { keys: [key], purpose: 'verify-email' }],
  ] as const)
    it(`is not made with ${what}`, () => {
      assert.throws(
        () => testApp.enrollment.ticketsApi(settings as never),
        (error) => isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_CONFIG',
      );
    });
});
