import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { signInFlow } from '../../../lib/index.js';
import { accountOf, password } from '../../support/account.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { JsonClient } from '../../support/executor-api/json-client.js';
import { member, signInPage } from '../../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { Visitor } from '../../support/http/visitor.js';

const prompt = 'ak-stage-prompt';

describe('a page and a JSON client on one plan', () => {
  let app: TestApp;
  let count = 0;
  before(async () => {
    app = await openTestApp({
      executorApi: true,
      flows: [signup, signInFlow({ slug: 'sign-in', target: '/inside', passwordPage: true })],
    });
  });
  after(() => app.close());

  async function code(): Promise<string> {
    const invitation = await app.enrollment.invitations.create({ uses: 1 });
    app.canaries.add(invitation.code);
    return invitation.code;
  }

  it('what a page began, JSON finishes', async () => {
    const visitor = new Visitor(app);
    await visitor.enterCode(await code());
    const client = new JsonClient(app, { browser: visitor.client });
    const account = await client.get('invite');
    assert.deepEqual(account.body.fields?.map(({ field_key }) => field_key).slice(0, 2), ['username', 'email']);
    const name = `page-${(count += 1)}`;
    const done = await client.post('invite', { component: prompt, ...accountOf(name) });
    assert.deepEqual([done.body.component, done.body.to], ['xak-flow-redirect', '/welcome'], done.text);
    assert.equal(await client.me(), name);
    await assertDocumented(app, client.answers);
  });

  it('T34: neither a page nor a redirect of one leads to the JSON', async () => {
    const answers: RawAnswer[] = [];
    const visitor = new Visitor(app, { onAnswer: (answer) => answers.push(answer) });
    const name = `linked-${(count += 1)}`;
    await visitor.enterCode(await code());
    await visitor.submit({ ...accountOf(name), email: 'no address' });
    await visitor.follow(await visitor.submit(accountOf(name)));
    const other = new Visitor(app, { onAnswer: (answer) => answers.push(answer) });
    await other.open(signInPage);
    await other.follow(await other.submit({ uid_field: name }));
    await other.follow(await other.submit({ password: 'wrong' }));
    const welcomed = await other.submit({ password });
    assert.deepEqual([welcomed.status, welcomed.location], [303, '/inside']);
    assert.ok(answers.length >= 8);
    for (const { location, text } of answers) assert.doesNotMatch(`${location} ${text}`, /\/api\//);
  });

  it('what JSON began, a page finishes, and the page before is stale', async () => {
    const visitor = new Visitor(app);
    await visitor.open();
    const client = new JsonClient(app, { browser: visitor.client });
    await client.get('invite');
    const account = await client.post('invite', { component: prompt, invite_code: await code() });
    assert.equal(account.body.component, prompt);
    const stale = await visitor.submit({ invite_code: await code() });
    assert.equal(stale.status, 303);
    await visitor.follow(stale);
    assert.match(visitor.step, /^account /);
    const name = `json-${(count += 1)}`;
    const answer = await visitor.submit(accountOf(name));
    assert.deepEqual([answer.status, answer.location], [303, '/welcome']);
    assert.equal(await visitor.me(), name);
  });

  it('an answer with the step of an earlier challenge does nothing', async () => {
    await member(app, 'frida');
    const client = new JsonClient(app);
    await client.get('sign-in');
    const { step } = client;
    await client.post('sign-in', { component: 'ak-stage-identification', uid_field: 'frida' });
    const late = await client.post('sign-in', { component: 'ak-stage-identification', uid_field: 'gerd' }, '', {
      'x-enrollment-step': step,
    });
    assert.equal(late.body.component, 'ak-stage-password', late.text);
    assert.equal(late.body['pending_user'], 'frida');
    const answer = { component: 'ak-stage-password', password };
    const other = `${step.slice(0, -1)}${step.endsWith('A') ? 'B' : 'A'}`;
    const forged = await client.post('sign-in', answer, '', { 'x-enrollment-step': other });
    assert.deepEqual([forged.status, forged.body.component], [200, 'ak-stage-password'], forged.text);
    assert.match(forged.body.response_errors?.['component']?.[0]?.string ?? '', /session expired/);
    const malformed = await client.post('sign-in', answer, '', { 'x-enrollment-step': 'undefined' });
    assert.deepEqual([malformed.status, malformed.body.code], [403, 'invalid_step']);
    assert.equal(await client.me(), null);
  });

  it('a link in `query` begins a plan of its own, also beside one that has begun', async () => {
    const client = new JsonClient(app);
    const [first, second] = [await code(), await code()];
    const opened = await client.get('invite', `invite=${first}`);
    assert.equal(opened.body.fields?.[0]?.initial_value, first, opened.text);
    const account = await client.post('invite', { component: prompt, invite_code: first }, `invite=${first}`);
    assert.equal(account.body.fields?.[0]?.field_key, 'username');
    assert.equal((await client.get('invite', `invite=${first}`)).body.fields?.[0]?.field_key, 'username');
    const other = await client.get('invite', `invite=${second}`);
    assert.deepEqual(
      [other.body.fields?.[0]?.field_key, other.body.fields?.[0]?.initial_value],
      ['invite_code', second],
    );
  });

  it('cancel_url ends the plan: a page for browsers, an address of the JSON for others', async () => {
    const client = new JsonClient(app);
    const first = await client.get('invite');
    assert.equal(first.body.flow_info?.cancel_url, '/if/flow/invite/cancel/');
    await client.post('invite', { component: prompt, invite_code: await code() });
    const ended = await client.send('POST', '/api/v3/flows/executor/invite/cancel/', {}, '{}');
    assert.equal(ended.status, 302, ended.text);
    assert.equal((await client.send('GET', ended.location)).status, 200);
    assert.deepEqual((await client.get('invite')).body.fields?.[0]?.field_key, 'invite_code');

    const native = new JsonClient(app, { byBearer: true });
    await native.get('invite');
    const account = await native.post('invite', { component: prompt, invite_code: await code() });
    const url = account.body.flow_info?.cancel_url ?? '';
    assert.equal(url, '/api/v3/flows/executor/invite/cancel/');
    const again = await native.send('POST', url, {}, '{}');
    assert.equal(again.body.component, prompt, again.text);
    assert.equal(again.body.fields?.[0]?.field_key, 'invite_code');
  });

  it('a page of the sign-in shows the name that JSON gave', async () => {
    const visitor = new Visitor(app);
    await visitor.open(signInPage);
    const client = new JsonClient(app, { browser: visitor.client });
    await client.get('sign-in');
    await client.post('sign-in', { component: 'ak-stage-identification', uid_field: 'ida' });
    assert.match((await visitor.open(signInPage)).text, /value="ida"/);
  });
});
