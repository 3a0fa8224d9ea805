import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { defineFlow, definePolicy, deny, type Flow } from '../../lib/index.js';
import type { FlowSpec } from '../../lib/flow/flow.js';
import { dummyStage } from '../../lib/stages.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('stages that deny and stages to try flows out', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  const flow = (stages: FlowSpec['stages'], more: Partial<FlowSpec> = {}): Flow =>
    defineFlow({
      slug: 'try',
      title: 'Try',
      designation: 'stage_configuration',
      authentication: 'none',
      target: '/end',
      stages,
      ...more,
    });
  async function open(one: Flow): Promise<Visitor> {
    testApp = await openTestApp({ flows: [one, signup] });
    return new Visitor(testApp);
  }
  const path = '/if/flow/try/';
  const isLate = definePolicy({ name: 'late', check: ({ facts }) => facts.locale === 'xx' });

  it('ST-deny: denies with its own sentence where it has no other, in the language of the page', async () => {
    const visitor = await open(flow([dummyStage({ name: 'page' }), deny({ name: 'deny' })]));
    await visitor.open(path);
    const answer = await visitor.submit({});
    assert.equal(answer.status, 403);
    assert.match(answer.text, /<h1[^>]*>You can’t continue here/);
    assert.equal(testApp.log.filter(({ level }) => level === 'error').length, 0);
  });

  it('ST-deny: bound to a policy, it denies some visitors and lets the others pass', async () => {
    const visitor = await open(
      flow([dummyStage({ name: 'page' }), { stage: deny({ name: 'deny' }), policies: [isLate] }]),
    );
    await visitor.open(path);
    assert.equal((await visitor.submit({})).location, '/end');
  });

  it('ST-deny: the plan ends, so the same form does not go on behind it', async () => {
    const visitor = await open(
      flow([dummyStage({ name: 'page' }), deny({ name: 'deny' }), dummyStage({ name: 'behind' })]),
    );
    await visitor.open(path);
    const { action, hidden } = visitor.form;
    assert.equal((await visitor.submit({})).status, 403);
    assert.equal((await visitor.post(action, hidden)).status, 403);
    await visitor.open(path);
    assert.equal(visitor.step, 'page 0');
  });

  it('ST-deny: a restart goes back to the first page instead, five times', async () => {
    const restarts = { stage: deny({ name: 'deny' }), invalidResponseAction: 'restart' as const };
    const visitor = await open(flow([dummyStage({ name: 'page' }), restarts]));
    await visitor.open(path);
    for (let times = 0; times < 5; times += 1) {
      await visitor.follow(await visitor.submit({}));
      assert.equal(visitor.step.split(' ')[0], 'page');
    }
    assert.equal((await visitor.submit({})).status, 403);
  });

  it('ST-dummy: its button leads on to the next one, and a GET never does', async () => {
    const visitor = await open(
      flow([dummyStage({ name: 'one', title: 'First' }), dummyStage({ name: 'two', title: 'Second' })]),
    );
    for (let times = 0; times < 2; times += 1) assert.match((await visitor.open(path)).text, /<h1[^>]*>First</);
    assert.equal((await visitor.post(path, {})).status, 403);
    await visitor.follow(await visitor.submit({}));
    assert.match(visitor.page.text, /<h1[^>]*>Second</);
    assert.equal((await visitor.submit({})).location, '/end');
  });

  it('ST-dummy: one that throws is a 500 with a reference; the cause is logged, and shown in development', async () => {
    const visitor = await open(flow([dummyStage({ name: 'page' }), dummyStage({ name: 'broken', throwError: true })]));
    await visitor.open(path);
    const answer = await visitor.follow(await visitor.submit({}));
    assert.equal(answer.status, 500);
    assert.match(answer.text, /in development only: the dummy stage[^]*Reference: \w{8}/);
    assert.ok(
      testApp.log.some(
        ({ level, fields }) => level === 'error' && String(fields['err']).includes("the dummy stage 'broken' throws"),
      ),
    );
  });
});
