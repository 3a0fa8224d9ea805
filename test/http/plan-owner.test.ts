import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, beforeEach, describe, it } from 'mocha';
import { defineFlow, promptStage, signInFlow, text, type MemoryUser } from '../../lib/index.js';
import { emailToVerify } from '../../lib/prompts.js';
import { emailStage, identification, passwordStage, userLogin, userLogout, userWrite } from '../../lib/stages.js';
import { memoryMailer, type MemoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { JsonClient } from '../support/executor-api/json-client.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const startedOver = 'We’ve started over from the beginning.';
const notes = '/if/flow/notes/';
const address = '/if/flow/address/';
const proving = '/if/flow/proving/';
const provingAddress = '/if/flow/proving-address/';
const leaving = '/if/flow/leaving/';
const shared = {
  title: 'For everyone',
  designation: 'stage_configuration',
  authentication: 'none',
  target: '/inside',
} as const;
const page = (name: string) =>
  promptStage({ name, prompts: [text({ key: `attributes.${name}`, label: `Your ${name}` })] });
const written = userWrite({
  name: 'write',
  creationMode: 'never_create',
  provedEmail: true,
  attributes: ['attributes.one', 'attributes.two', 'attributes.three'],
});

describe('a plan of a flow for everyone that was begun signed out', () => {
  let testApp: TestApp;
  let mailer: MemoryMailer;
  let ann: MemoryUser;
  let bea: MemoryUser;
  let visitor: Visitor;
  let count = 0;

  before(async () => {
    mailer = memoryMailer();
    testApp = await openTestApp({
      executorApi: true,
      mailer,
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        defineFlow({ ...shared, slug: 'notes', stages: [page('one'), page('two'), page('three'), written] }),
        defineFlow({
          ...shared,
          slug: 'address',
          stages: [
            page('one'),
            promptStage({ name: 'address', prompts: [emailToVerify({ key: 'email', label: 'Email' })] }),
            emailStage({ name: 'code', recipient: 'typed' }),
            page('two'),
            written,
          ],
        }),
        defineFlow({
          ...shared,
          slug: 'proving',
          stages: [
            page('one'),
            identification({ name: 'identify' }),
            passwordStage({ name: 'check' }),
            userLogin({ name: 'login' }),
            page('two'),
            page('three'),
            written,
          ],
        }),
        defineFlow({
          ...shared,
          slug: 'proving-address',
          stages: [
            promptStage({ name: 'address', prompts: [emailToVerify({ key: 'email', label: 'Email' })] }),
            emailStage({ name: 'code', recipient: 'typed' }),
            identification({ name: 'identify' }),
            passwordStage({ name: 'check' }),
            userLogin({ name: 'login' }),
            page('two'),
            written,
          ],
        }),
        defineFlow({
          ...shared,
          slug: 'leaving',
          stages: [page('one'), userLogout({ name: 'logout' }), page('two'), page('three'), written],
        }),
        signup,
      ],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    count += 1;
    [ann, bea] = [await member(testApp, `ann${String(count)}`), await member(testApp, `bea${String(count)}`)];
    visitor = new Visitor(testApp);
  });

  const enter = ({ username }: MemoryUser): Promise<unknown> => signIn(visitor, username ?? '');
  const dataOf = async ({ id }: MemoryUser): Promise<unknown> => (await testApp.users.findById(id))?.data;
  const answer = async (fields: Readonly<Record<string, string>>): Promise<string> => {
    await visitor.follow(await visitor.submit(fields));
    return visitor.step.split(' ')[0] ?? '';
  };

  /** Page one is answered signed out, page two by Bea. */
  async function byBea(): Promise<void> {
    await visitor.open(notes);
    assert.equal(await answer({ 'attributes.one': 'of nobody' }), 'two');
    await enter(bea);
    await visitor.open(notes);
    assert.equal(await answer({ 'attributes.two': 'of Bea' }), 'three');
  }

  async function codeFor(to: string): Promise<string> {
    for (let tries = 0; ; tries += 1) {
      const mail = mailer.mails.findLast((one) => one.to === to);
      if (mail !== undefined) return mailer.codeIn(mail) ?? '';
      assert.ok(tries < 200, `no mail to ${to}`);
      await delay(10);
    }
  }

  const endings: Readonly<Record<string, () => Promise<unknown>>> = {
    'are ended': () => testApp.enrollment.sessions.endAll(bea.id),
    'are lost by the browser': () =>
      Promise.resolve(visitor.client.cookies.take(['enrollment.sid=; Path=/; Max-Age=0'], '/')),
  };

  for (const [how, end] of Object.entries(endings)) {
    it(`is Bea’s once she has answered: where her sessions ${how}, Ann starts over`, async () => {
      await byBea();
      const { form } = visitor;
      await end();
      await enter(ann);
      const opened = await visitor.open(notes);
      assert.equal(visitor.step, 'one 0');
      assert.ok(opened.text.includes(startedOver) && !opened.text.includes('of Bea'), opened.text);
      const sent = await visitor.client.post(form.action, { ...form.hidden, 'attributes.three': 'of Ann' });
      assert.notEqual(sent.location, '/inside');
      for (const user of [ann, bea]) assert.deepEqual(await dataOf(user), {});
    });

    it(`is not a signed-out visitor’s either: where her sessions ${how}, they start over`, async () => {
      await byBea();
      await end();
      const opened = await visitor.open(notes);
      assert.equal(visitor.step, 'one 0');
      assert.ok(opened.text.includes(startedOver), opened.text);
    });
  }

  for (const byBearer of [false, true])
    it(`is Bea’s ${byBearer ? 'by bearer' : 'in JSON with cookies'}, too`, async () => {
      const json = new JsonClient(testApp, { browser: visitor.client, byBearer, namesSteps: true });
      const send = async (name: string): Promise<string | undefined> => {
        const { body } = await json.post('notes', { component: 'ak-stage-prompt', [`attributes.${name}`]: name });
        return body.fields?.[0]?.field_key;
      };
      await json.get('notes');
      assert.equal(await send('one'), 'attributes.two');
      await enter(bea);
      await json.get('notes');
      const before = json.token;
      assert.equal(await send('two'), 'attributes.three');
      if (byBearer) assert.notEqual(json.token, before);
      await testApp.enrollment.sessions.endAll(bea.id);
      await enter(ann);
      const answered = await json.get('notes');
      const { body } = answered.status === 302 ? await json.send('GET', answered.location) : answered;
      assert.equal(body.fields?.[0]?.field_key, 'attributes.one');
      assert.equal(body.page?.notice, startedOver);
      await send('three');
      assert.deepEqual(await dataOf(ann), {});
    });

  it('brings the address that Bea proved into no other account', async () => {
    const to = `new-${bea.username ?? ''}@example.com`;
    await visitor.open(address);
    assert.equal(await answer({ 'attributes.one': 'of nobody' }), 'address');
    await enter(bea);
    await visitor.open(address);
    assert.equal(await answer({ email: to }), 'code');
    assert.equal(await answer({ code: await codeFor(to) }), 'two');
    await testApp.enrollment.sessions.endAll(bea.id);
    await enter(ann);
    await visitor.open(address);
    assert.equal(visitor.step, 'one 0');
    assert.equal((await testApp.users.findById(ann.id))?.email, ann.email);
  });

  it('gets a new token when it becomes Bea’s: the one from before is worth nothing', async () => {
    await visitor.open(notes);
    await answer({ 'attributes.one': 'of nobody' });
    const planted = visitor.client.cookies
      .names()
      .filter((name) => name.includes('plan'))
      .map((name) => `${name}=${visitor.client.cookies.get(name) ?? ''}; Path=/`);
    assert.ok(planted.length > 0);
    await enter(bea);
    await visitor.open(notes);
    await answer({ 'attributes.two': 'of Bea' });
    const stranger = new Visitor(testApp);
    stranger.client.cookies.take(planted, '/');
    await stranger.open(notes);
    assert.equal(stranger.step, 'one 0');
  });

  it('goes on for Bea, with a second click and an older page of hers', async () => {
    await visitor.open(notes);
    await answer({ 'attributes.one': 'of nobody' });
    await enter(bea);
    await visitor.open(notes);
    const { form } = visitor;
    const two = { ...form.hidden, 'attributes.two': 'of Bea' };
    const answers = await Promise.all([1, 2].map(() => visitor.client.post(form.action, two)));
    assert.deepEqual(
      answers.map(({ status, location }) => [status, location]),
      [1, 2].map(() => [303, notes]),
    );
    await visitor.open(notes);
    assert.equal(visitor.step.split(' ')[0], 'three');
    await visitor.follow(await visitor.client.post(form.action, { ...two, 'attributes.two': 'another answer' }));
    await testApp.enrollment.sessions.endAll(bea.id);
    await enter(bea);
    await visitor.open(notes);
    assert.equal((await visitor.submit({ 'attributes.three': 'hers' })).location, '/inside');
    assert.deepEqual(await dataOf(bea), { attributes: { one: 'of nobody', two: 'of Bea', three: 'hers' } });
  });

  it('goes on for the person whom it signs in, and for no user who signs in after her', async () => {
    for (const [next, step] of [
      [bea, 'two'],
      [ann, 'one'],
    ] as const) {
      visitor = new Visitor(testApp);
      await visitor.open(proving);
      await answer({ 'attributes.one': 'hers' });
      await answer({ uid_field: bea.username ?? '' });
      assert.equal(await answer({ password }), 'two');
      assert.equal(await visitor.me(), bea.username);
      visitor.client.cookies.take(['enrollment.sid=; Path=/; Max-Age=0'], '/');
      await enter(next);
      await visitor.open(proving);
      assert.equal(visitor.step.split(' ')[0], step);
    }
  });

  for (const hasProved of [false, true])
    it(`goes on for another person whom it signs in, without what Bea ${hasProved ? 'proved' : 'answered'}`, async () => {
      const to = `new-${bea.username ?? ''}@example.com`;
      await enter(bea);
      await visitor.open(hasProved ? provingAddress : proving);
      if (hasProved) {
        await answer({ email: to });
        await answer({ code: await codeFor(to) });
      } else await answer({ 'attributes.one': 'of Bea' });
      await answer({ uid_field: ann.username ?? '' });
      await visitor.follow(await visitor.submit({ password }));
      assert.equal(visitor.step.split(' ')[0], 'two');
      await answer({ 'attributes.two': 'of Ann' });
      if (!hasProved) await visitor.submit({ 'attributes.three': 'of Ann' });
      assert.equal(await visitor.me(), ann.username);
      const now = await testApp.users.findById(ann.id);
      const attributes = hasProved ? { two: 'of Ann' } : { two: 'of Ann', three: 'of Ann' };
      assert.deepEqual([now?.email, now?.data], [ann.email, { attributes }]);
      const other = await testApp.users.findById(bea.id);
      assert.deepEqual([other?.email, other?.data], [bea.email, {}]);
    });

  for (const byBearer of [false, true])
    it(`goes on for another person whom it signs in without what Bea answered, ${byBearer ? 'by bearer' : 'in JSON with cookies'} too`, async () => {
      const json = new JsonClient(testApp, { browser: visitor.client, byBearer, namesSteps: true });
      await enter(bea);
      await json.get('proving');
      await json.post('proving', { component: 'ak-stage-prompt', 'attributes.one': 'of Bea' });
      await json.post('proving', { component: 'ak-stage-identification', uid_field: ann.username ?? '' });
      const { body } = await json.post('proving', { component: 'ak-stage-password', password });
      assert.equal(body.fields?.[0]?.field_key, 'attributes.two', JSON.stringify(body));
      for (const name of ['two', 'three'])
        await json.post('proving', { component: 'ak-stage-prompt', [`attributes.${name}`]: 'of Ann' });
      assert.equal(await json.me(), ann.username);
      assert.deepEqual(await dataOf(ann), { attributes: { two: 'of Ann', three: 'of Ann' } });
      assert.deepEqual(await dataOf(bea), {});
    });

  it('goes on where it signs its user out itself', async () => {
    await visitor.open(leaving);
    await enter(bea);
    await visitor.open(leaving);
    assert.equal(await answer({ 'attributes.one': 'of Bea' }), 'two');
    assert.equal(await visitor.me(), null);
    assert.equal(await answer({ 'attributes.two': 'of nobody' }), 'three');
  });
});
