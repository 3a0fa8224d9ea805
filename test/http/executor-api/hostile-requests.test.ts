import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { signInFlow } from '../../../lib/index.js';
import { accountOf, password } from '../../support/account.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { JsonClient } from '../../support/executor-api/json-client.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';

const identification = 'ak-stage-identification';
const listed = 'https://front.example';

describe('requests to the JSON of flows that are not its own', () => {
  let app: TestApp;
  let client: JsonClient;
  before(async () => {
    app = await openTestApp({
      executorApi: { origins: [listed] },
      flows: [signInFlow({ slug: 'sign-in', target: '/inside' }), signup],
    });
    await member(app, 'ann');
  });
  after(() => app.close());
  beforeEach(async () => {
    client = new JsonClient(app);
    await client.get('sign-in');
  });

  const answer = { component: identification, uid_field: 'ann', password };

  async function refused(headers: Record<string, string>, body = JSON.stringify(answer)): Promise<[number, unknown]> {
    const got = await client.send('POST', client.path('sign-in'), headers, body);
    assert.equal(await client.me(), null, got.text);
    return [got.status, got.body.code ?? got.body.component];
  }

  it('without the CSRF header, or with another one', async () => {
    assert.deepEqual(await refused({ 'x-authentik-csrf': '' }), [403, 'csrf_failed']);
    assert.deepEqual(await refused({ 'x-authentik-csrf': 'x'.repeat(22) }), [403, 'csrf_failed']);
    const other = new JsonClient(app);
    await other.get('sign-in');
    assert.deepEqual(await refused({ 'x-authentik-csrf': other.csrf }), [403, 'csrf_failed']);
    // A cookie that another host of the domain planted, with its header.
    client.browser.cookies.set('authentik_csrf', other.csrf);
    assert.deepEqual(await refused({}), [403, 'csrf_failed']);
  });

  it('from a browser that has no plan of the flow: nothing can be done, and the cookie alone is compared', async () => {
    const { csrf, step: signed } = client;
    client = new JsonClient(app);
    assert.deepEqual(await refused({ 'x-authentik-csrf': csrf }), [403, 'csrf_failed']);
    client.browser.cookies.set('authentik_csrf', csrf);
    assert.deepEqual(await refused({ 'x-authentik-csrf': '' }), [403, 'csrf_failed']);
    assert.deepEqual(await refused({ 'content-type': 'text/plain' }), [415, 'unsupported_media_type']);
    for (const step of [{}, { 'x-enrollment-step': signed }])
      for (const path of [client.path('sign-in'), '/api/v3/flows/executor/sign-in/cancel/']) {
        client = new JsonClient(app);
        client.browser.cookies.set('authentik_csrf', csrf);
        const shown = await client.send('POST', path, step, JSON.stringify(answer));
        assert.deepEqual([shown.status, shown.body.component], [200, identification], shown.text);
      }
    assert.equal(await client.me(), null);
  });

  it('from another origin, with credentials', async () => {
    assert.deepEqual(await refused({ origin: 'https://evil.example' }), [403, 'foreign_origin']);
    for (const site of ['cross-site', 'same-site'])
      assert.deepEqual(await refused({ 'sec-fetch-site': site, origin: 'https://evil.example' }), [
        403,
        'foreign_origin',
      ]);
    assert.deepEqual(await refused({ origin: `${listed}.evil.example` }), [403, 'foreign_origin']);
    const preflight = await client.send('OPTIONS', client.path('sign-in'), { origin: 'https://evil.example' });
    assert.deepEqual([preflight.status, preflight.headers['access-control-allow-origin']], [204, undefined]);
    const read = await client.send('GET', client.path('sign-in'), { 'sec-fetch-site': 'cross-site' });
    assert.deepEqual([read.status, read.body.code], [403, 'foreign_origin']);
  });

  it('a listed origin may read and send, with the CSRF header', async () => {
    const headers = { origin: listed, 'sec-fetch-site': 'same-site' };
    const preflight = await client.send('OPTIONS', client.path('sign-in'), headers);
    assert.equal(preflight.headers['access-control-allow-origin'], listed);
    assert.match(String(preflight.headers['access-control-allow-headers']), /X-authentik-CSRF/);
    const read = await client.get('sign-in', '', headers);
    assert.equal(read.headers['access-control-allow-credentials'], 'true');
    assert.equal(read.headers['x-authentik-csrf'], client.csrf);
    assert.match(String(read.headers.vary), /Origin/);
    assert.deepEqual(await refused({ ...headers, 'x-authentik-csrf': '' }), [403, 'csrf_failed']);
    const done = await client.post('sign-in', answer, '', headers);
    assert.equal(done.body.to, '/inside', done.text);
    assert.equal(await client.me(), 'ann');
  });

  it('bodies of other kinds', async () => {
    assert.deepEqual(await refused({ 'content-type': 'text/plain' }), [415, 'unsupported_media_type']);
    const form = 'component=ak-stage-identification&uid_field=ann';
    assert.deepEqual(await refused({ 'content-type': 'application/x-www-form-urlencoded' }, form), [
      415,
      'unsupported_media_type',
    ]);
    assert.deepEqual(await refused({}, JSON.stringify([answer])), [400, 'invalid']);
    assert.deepEqual(await refused({}, '"text"'), [400, 'invalid']);
    assert.deepEqual(await refused({}, 'null'), [400, 'invalid']);
    assert.deepEqual(await refused({}, '{"component":'), [400, 'parse_error']);
    assert.deepEqual(await refused({}, JSON.stringify({ ...answer, more: 'x'.repeat(40_000) })), [413, 'too_large']);
    assert.deepEqual(await refused({}, JSON.stringify({ uid_field: 'ann', password })), [400, 'required']);
    for (const value of [12, true, ['ann'], { $ne: '' }, '\ud800', 'a\ufffd'])
      assert.deepEqual(await refused({}, JSON.stringify({ ...answer, uid_field: value })), [400, 'invalid']);
  });

  it('another component, or one that does not exist, answers nothing', async () => {
    for (const component of ['ak-stage-password', 'ak-stage-unknown', 'xak-flow-redirect', '__proto__', '']) {
      const got = await client.post('sign-in', { ...answer, component });
      assert.equal(got.body.component, identification, got.text);
      assert.equal(got.body.response_errors?.['component']?.[0]?.code, 'invalid_choice');
      assert.equal(await client.me(), null);
    }
    await assertDocumented(app, client.answers);
  });

  it('the bearer token of another plan', async () => {
    const { code } = await app.enrollment.invitations.create({ uses: 1 });
    app.canaries.add(code);
    const native = new JsonClient(app, { byBearer: true });
    await native.get('invite');
    await native.post('invite', { component: 'ak-stage-prompt', invite_code: code });
    const token = native.token ?? '';
    // Of another flow, changed, or none.
    for (const sent of [token, `${token}x`, 'nothing', '']) {
      const got = await client.send('POST', client.path('sign-in'), { authorization: `Bearer ${sent}` }, '{}');
      assert.deepEqual([got.status, got.body.code], [401, 'invalid_token'], sent);
      assert.match(String(got.headers['www-authenticate']), /^Bearer/);
    }
    // Beside a bearer token, the plan of the cookie is not touched.
    const beside = await client.send('GET', client.path('invite'), { authorization: `Bearer ${token}` });
    assert.equal(beside.body.fields?.[0]?.field_key, 'username');
    assert.equal(client.browser.cookies.get('enrollment.plan.invite'), undefined);
    // Its own client goes on.
    const done = await native.post('invite', { component: 'ak-stage-prompt', ...accountOf('native') });
    assert.equal(done.body.to, '/welcome', done.text);
    assert.equal(await native.me(), 'native');
  });

  it('other addresses, methods and flows', async () => {
    assert.equal((await client.get('absent')).status, 404);
    assert.equal((await client.send('PUT', client.path('sign-in'))).status, 405);
    assert.equal((await client.send('GET', '/api/v3/flows/executor/sign-in/cancel/')).status, 405);
    assert.equal((await client.send('GET', '/api/v3/flows/inspector/sign-in/')).status, 404);
  });

  const elsewhere = [
    '///host',
    '/\\host',
    'https:host',
    'javascript:alert(1)',
    '//host',
    'https://evil.example/',
    '\\\\host',
  ];
  for (const next of elsewhere)
    it(`the parameter next in query never leads to ${next}`, async () => {
      const query = `next=${encodeURIComponent(next)}`;
      await client.get('sign-in', query);
      const done = await client.post('sign-in', answer, query);
      assert.equal(done.body.to, '/inside', done.text);
    });
});

describe('an app without the option executorApi', () => {
  it('has no JSON, and its cookies stay below the pages', async () => {
    const app = await openTestApp();
    const client = new JsonClient(app);
    const answer = await client.browser.get('/api/v3/flows/executor/invite/?query=');
    assert.equal(answer.status, 404);
    assert.equal((await client.browser.get('/api/v3/schema/')).status, 404);
    const page = await client.browser.get('/if/flow/invite/');
    assert.match(String(page.headers['set-cookie']), /Path=\/if\/flow\/invite\//);
    await app.close();
  });
});
