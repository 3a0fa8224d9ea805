import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { signInFlow } from '../../lib/index.js';
import { assertDocumented } from '../support/executor-api/documented.js';
import { JsonClient } from '../support/executor-api/json-client.js';
import { form } from '../support/html-form.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { password } from '../support/account.js';

const page = '/join/if/flow/invite/';
const elsewhere = ['//evil.example', 'https://evil.example/x', '/\\evil.example', 'javascript:alert(1)', ''];

describe('canceling a flow, with the way back', () => {
  let app: TestApp;
  before(async () => {
    app = await openTestApp({
      mount: '/join',
      executorApi: true,
      languages: ['en', 'de'],
      flows: [signup, signInFlow({ slug: 'sign-in', target: '/inside' })],
    });
  });
  after(() => app.close());

  async function atAccount(next: string): Promise<Visitor> {
    const { code } = await app.enrollment.invitations.create();
    const visitor = new Visitor(app);
    await visitor.open(`${page}?next=${encodeURIComponent(next)}`);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(visitor.step, 'account 1');
    return visitor;
  }

  it('of JSON, cancel_url has the path of `next`, and its page leads there once the plan is dropped', async () => {
    const client = new JsonClient(app);
    const { code } = await app.enrollment.invitations.create();
    app.canaries.add(code);
    const query = `next=${encodeURIComponent('/books?page=2&of=all#top')}`;
    await client.get('invite', query);
    const { body } = await client.post('invite', { component: 'ak-stage-prompt', invite_code: code }, query);
    const address = body.flow_info?.cancel_url ?? '';
    assert.equal(address, `${page}cancel/?next=%2Fbooks%3Fpage%3D2%26of%3Dall%23top`);
    await assertDocumented(app, client.answers);

    const { browser } = client;
    const asked = await browser.get(address);
    assert.match(asked.text, /Stop signing up\?/);
    const { action, hidden } = form(asked.text);
    const gone = await browser.post(action, hidden);
    assert.deepEqual([gone.status, gone.location], [303, '/books?page=2&of=all#top']);
    const again = await client.get('invite', query);
    assert.equal(again.body.fields?.[0]?.field_key, 'invite_code', again.text);
  });

  it('a `next` that leads elsewhere is in no cancel_url, and a page with one leads to the flow', async () => {
    for (const next of elsewhere) {
      const client = new JsonClient(app);
      const { body } = await client.get('sign-in', `next=${encodeURIComponent(next)}`);
      assert.equal(body.flow_info?.cancel_url, '/join/if/flow/sign-in/cancel/', next);
      const visitor = await atAccount('/books');
      await visitor.open(`${page}cancel/?next=${encodeURIComponent(next)}`);
      assert.equal(visitor.form.action, `${page}cancel/`);
      assert.equal((await visitor.submit({})).location, page, next);
      const forged = await atAccount('/books');
      await forged.open(`${page}cancel/`);
      const { action, hidden } = forged.form;
      const answer = await forged.post(`${action}?next=${encodeURIComponent(next)}`, hidden);
      assert.equal(answer.location, page, next);
    }
  });

  it('a client by bearer ends its plan by JSON: its cancel_url has none', async () => {
    const client = new JsonClient(app, { byBearer: true });
    const { body } = await client.get('sign-in', 'next=%2Fbooks');
    assert.equal(body.flow_info?.cancel_url, '/join/api/v3/flows/executor/sign-in/cancel/');
  });

  it('the page keeps it in another language, and the flow where there is nothing to cancel', async () => {
    const visitor = await atAccount('/books');
    await visitor.open(`${page}cancel/?next=%2Fbooks`);
    const [link = ''] = /href="[^"]*\/cancel\/\?next=[^"]*locale=de"/.exec(visitor.page.text) ?? [];
    await visitor.open(link.slice('href="'.length, -1).replaceAll('&amp;', '&'));
    assert.match(visitor.page.text, /lang="de"/);
    assert.equal((await visitor.submit({})).location, '/books');
    await visitor.get(`${page}cancel/?next=%2Fbooks`);

    await member(app, 'ann');
    const fresh = new Visitor(app);
    const opened = await fresh.get('/join/if/flow/sign-in/cancel/?next=%2Fbooks');
    assert.equal(opened.location, '/join/if/flow/sign-in/?next=%2Fbooks');
    await fresh.open(opened.location);
    assert.equal((await fresh.submit({ uid_field: 'ann', password })).location, '/books');
  });

  it('the page that drops every flow keeps it in another language, too', async () => {
    const visitor = await atAccount('/books');
    const { text } = await visitor.client.get('/join/flows/-/cancel/?next=%2Fbooks');
    assert.match(text, /href="\/join\/flows\/-\/cancel\/\?next=%2Fbooks&(amp;|#38;)locale=de"/);
  });
});
