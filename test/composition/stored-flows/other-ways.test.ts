import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { JsonClient } from '../../support/executor-api/json-client.js';
import { tourFile } from '../../support/flows/tour-file.js';
import { form } from '../../support/html-form.js';
import { openTestApp, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';

const tour = '/if/flow/tour/';
const ann = { by: 'ann' } as const;
const file = (title: string, stages: readonly string[], slug = 'tour') => ({
  file: `${slug}.yaml`,
  text: tourFile(title, stages, slug),
});

describe('plans of an earlier version of the stored flows', () => {
  let app: TestApp;
  before(async () => {
    app = await openTestApp({ executorApi: true, flowFiles: { stored: true } });
    await app.enrollment.ready();
  });
  after(() => app.close());

  async function atSecond(): Promise<Visitor> {
    await app.enrollment.flows.import([file('First', ['one', 'two'])], ann);
    const visitor = new Visitor(app);
    await visitor.open(tour);
    await visitor.follow(await visitor.submit({}));
    assert.match(visitor.step, /two/);
    return visitor;
  }

  it('go on by JSON, with a cookie and with a bearer token', async () => {
    const visitor = await atSecond();
    const bearer = new JsonClient(app, { byBearer: true });
    await bearer.get('tour');
    await bearer.post('tour', { component: 'ak-stage-dummy' });
    await app.enrollment.flows.import([file('Second', ['zero'])], ann);
    for (const client of [new JsonClient(app, { browser: visitor.client }), bearer]) {
      assert.equal((await client.get('tour')).body.flow_info?.title, 'First');
      const done = await client.post('tour', { component: 'ak-stage-dummy' });
      assert.deepEqual([done.body.component, done.body.to], ['xak-flow-redirect', '/done'], done.text);
    }
  });

  for (const byBearer of [false, true]) {
    const by = byBearer ? 'by bearer' : 'by cookies';
    const button = { component: 'ak-stage-dummy' };

    async function running(): Promise<JsonClient> {
      await app.enrollment.flows.import([file('First', ['one', 'two'])], ann);
      const client = new JsonClient(app, { byBearer, namesSteps: true });
      await client.get('tour');
      assert.equal((await client.post('tour', button)).body['name'], 'tour-two');
      return client;
    }

    it(`that end or make way for a new link are followed by one of the present flows, ${by}`, async () => {
      const [ended, linked] = [await running(), await running()];
      await app.enrollment.flows.import([file('Second', ['zero', 'one'])], ann);
      const names = [];
      const cancel = '/api/v3/flows/executor/tour/cancel/';
      const canceled = await ended.send('POST', cancel, { 'x-enrollment-step': ended.step }, '{}');
      const first = canceled.status === 302 ? await ended.send('GET', canceled.location) : canceled;
      names.push(first.body['name'], (await ended.post('tour', button)).body['name']);
      names.push((await linked.get('tour', 'invite=ABCD')).body['name']);
      names.push((await linked.post('tour', button, 'invite=ABCD')).body['name']);
      assert.deepEqual(names, ['tour-zero', 'tour-one', 'tour-zero', 'tour-one']);
    });

    it(`that end or make way for a new link are followed by none where their flow was removed, ${by}`, async () => {
      const [ended, linked] = [await running(), await running()];
      await app.enrollment.flows.rollBack(0, ann);
      const cancel = '/api/v3/flows/executor/tour/cancel/';
      const canceled = await ended.send('POST', cancel, { 'x-enrollment-step': ended.step }, '{}');
      const last = canceled.status === 302 ? await ended.send('GET', canceled.location) : canceled;
      assert.deepEqual([last.status, last.body.code], [404, 'not_found'], last.text);
      const other = await linked.get('tour', 'invite=ABCD');
      assert.deepEqual([other.status, other.body.code], [404, 'not_found'], other.text);
      // The plan that was not left goes on.
      if (byBearer) assert.equal((await linked.post('tour', button)).body.to, '/done');
    });
  }

  it('of a flow that was removed end with the sign-out, and with “cancel all”', async () => {
    const [signedOut, canceled, running] = [await atSecond(), await atSecond(), await atSecond()];
    await app.enrollment.flows.rollBack(0, ann);
    assert.equal((await running.get(tour)).status, 200);
    await signedOut.client.post('/sign-out', {});
    assert.equal((await signedOut.get(tour)).status, 404);
    const page = await canceled.get('/flows/-/cancel/');
    const answer = await canceled.client.post('/flows/-/cancel/', form(page.text).hidden, {
      'sec-fetch-site': 'same-origin',
    });
    assert.equal(answer.status, 303, answer.text);
    assert.equal((await running.submit({})).location, '/done');
  });

  it('hand over to the present version of another flow', async () => {
    const from = (title: string) => ({
      file: 'from.yaml',
      text: `${tourFile(title, ['one', 'two'], 'from')}  - model: authentik_stages_redirect.redirectstage
    id: away
    identifiers: { name: from-away }
    attrs: { mode: flow, target_flow: !Find [authentik_flows.flow, [slug, to]], keep_context: true }
  - model: authentik_flows.flowstagebinding
    identifiers: { target: !KeyOf flow, stage: !KeyOf away, order: 9 }
`,
    });
    await app.enrollment.flows.import([file('To first', ['one'], 'to'), from('From first')], ann);
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/from/');
    await visitor.follow(await visitor.submit({}));
    await app.enrollment.flows.import([file('To second', ['one'], 'to'), from('From second')], ann);
    assert.match((await visitor.open('/if/flow/from/')).text, /<h1[^>]*>\s*From first/);
    assert.match((await visitor.follow(await visitor.submit({}))).text, /<h1[^>]*>\s*To second/);
  });
});
