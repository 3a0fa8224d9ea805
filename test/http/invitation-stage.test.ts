import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import {
  defineFlow,
  email,
  inviteCodePrompt,
  passwordsMatch,
  password,
  promptStage,
  userLogin,
  username,
  userWrite,
  type Flow,
} from '../../lib/index.js';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { dummyPolicy } from '../../lib/policies.js';
import { invitationStage } from '../../lib/stages.js';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const account = promptStage({
  name: 'account',
  prompts: [
    username({ key: 'username', label: 'Username' }),
    email({ key: 'email', label: 'Email' }),
    password({ key: 'password', label: 'Password' }),
    password({ key: 'password_repeat', label: 'Again', repeats: true }),
  ],
  validation: [passwordsMatch()],
});
const token = promptStage({ name: 'token', prompts: [inviteCodePrompt({ key: 'token' })] });
const ending = [account, userWrite({ name: 'user-write' }), userLogin({ name: 'user-login' })];

const taken = (stages: Parameters<typeof defineFlow>[0]['stages']): Flow =>
  defineFlow({ slug: 'invite', title: 'Join', designation: 'enrollment', stages: [...stages, ...ending] });

const byToken = taken([token, invitationStage({ name: 'invitation' })]);
const byLink = taken([invitationStage({ name: 'invitation' })]);
const optional = taken([invitationStage({ name: 'invitation', continueWithoutInvitation: true })]);

describe('the invitation stage', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  afterEach(() => testApp.close());

  async function open(flow: Flow, options: TestAppOptions = {}): Promise<void> {
    testApp = await openTestApp({ flows: [flow], ...options });
    visitor = new Visitor(testApp);
  }
  const invite = (input = {}) =>
    testApp.enrollment.invitations.create({ uses: 1, data: { attributes: { team: 'blue' } }, ...input });
  const state = async (id: string): Promise<readonly unknown[]> => {
    const { redeemed, state: now } = await testApp.enrollment.invitations.get(id);
    return [redeemed, now];
  };

  it('IN-2: takes the code of the prompt `token`, and the write enforces the data', async () => {
    await open(byToken);
    const { id, code } = await invite();
    await visitor.open();
    testApp.canaries.add(code);
    await visitor.follow(await visitor.submit({ token: code }));
    assert.equal(visitor.step.split(' ')[0], 'account', visitor.page.text);
    // T4: what is typed cannot change what the invitation sets.
    await visitor.submit({ ...accountOf('ann'), 'attributes.team': 'red' });
    assert.deepEqual(testApp.members[0]?.data, { attributes: { team: 'blue' } });
    assert.deepEqual(await state(id), [1, 'used_up']);
  });

  it('a wrong code is told on its page, with a reference, and is kept nowhere', async () => {
    await open(byToken);
    await visitor.open();
    const wrong = 'SPRING-2031';
    const refused = await visitor.submit({ token: wrong });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /We can’t find an invitation with this code/);
    assert.match(refused.text, /Reference: /);
    assert.equal(visitor.step.split(' ')[0], 'token');
  });

  for (const parameter of ['invite', 'itoken', 'token'])
    it(`IN-2: takes the code of a link with ?${parameter}=, after a button`, async () => {
      await open(byLink);
      const { id, code } = await invite();
      const page = await visitor.open(`${testApp.page}?${parameter}=${code}`);
      assert.equal(page.status, 200);
      assert.match(page.text, /Continue with the invitation from your link/);
      await visitor.follow(await visitor.submit({}));
      await visitor.submit(accountOf('ann'));
      assert.deepEqual(await state(id), [1, 'used_up']);
    });

  it('T3: opening a link, however often, uses nothing up and looks nothing up', async () => {
    await open(byLink);
    const { id, code } = await invite({ reserve: '15m' });
    for (const preview of [new Visitor(testApp), new Visitor(testApp), visitor])
      await preview.open(`${testApp.page}?itoken=${code}`);
    const { held, redeemed } = await testApp.enrollment.invitations.get(id);
    assert.deepEqual([held, redeemed], [0, 0]);
  });

  it('without a code nobody gets past it', async () => {
    await open(byLink);
    const page = await visitor.open();
    assert.equal(page.status, 403);
    assert.match(page.text, /You need an invitation to create an account/);
  });

  it('T30: a link of another flow, a revoked and an unknown one read alike, and explain knows', async () => {
    await open(byLink);
    const revoked = await invite();
    await testApp.enrollment.invitations.revoke(revoked.id);
    const texts: string[] = [];
    const causes: unknown[] = [];
    for (const code of [revoked.code, (await invite()).code.replace(/.{4}$/, ''), 'AUTUMN-2030']) {
      const other = new Visitor(testApp);
      await other.open(`${testApp.page}?itoken=${code}`);
      const refused = await other.submit({});
      assert.equal(refused.status, 403, refused.text);
      const reference = /Reference: (\w+)/.exec(refused.text)?.[1] ?? '';
      texts.push(refused.text.includes('We can’t find an invitation') ? 'unknown' : 'other');
      causes.push(reference === '' ? null : (await testApp.enrollment.invitations.explain(reference))?.cause);
    }
    assert.equal(texts[0], 'unknown');
    assert.equal(texts[2], 'unknown');
    assert.deepEqual([causes[0], causes[2]], ['revoked', 'unknown']);
  });

  it('IN-3: continues without an invitation where that is allowed, and with the data where there is one', async () => {
    await open(optional, { registration: 'open' });
    const page = await visitor.open();
    assert.equal(page.status, 200);
    assert.equal(visitor.step, 'account 0');
    await visitor.submit(accountOf('ann'));
    assert.deepEqual(testApp.members[0]?.data, {});
    const other = new Visitor(testApp);
    const { code } = await invite();
    await other.open(`${testApp.page}?itoken=${code}`);
    await other.follow(await other.submit({}));
    await other.submit(accountOf('bob'));
    assert.deepEqual(testApp.members[1]?.data, { attributes: { team: 'blue' } });
    const late = new Visitor(testApp);
    await late.open(`${testApp.page}?itoken=${code}`);
    await late.follow(await late.submit({}));
    await late.submit(accountOf('cid'));
    assert.deepEqual(testApp.members[2]?.data, {});
  });

  it('T28: of two people with one link, one gets the seat', async () => {
    await open(byLink);
    const { id, code } = await invite();
    const people = [new Visitor(testApp), new Visitor(testApp)];
    for (const one of people) {
      await one.open(`${testApp.page}?itoken=${code}`);
      await one.follow(await one.submit({}));
    }
    const answers = await Promise.all(people.map((one, at) => one.submit(accountOf(`p${String(at)}`))));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 403]);
    assert.deepEqual(await state(id), [1, 'used_up']);
  });
});

describe('mistakes with the invitation stage', () => {
  const issues = (flow: Flow): string =>
    checkFlows([flow], { registration: 'invite-only' })
      .filter((issue) => /invitation|code|gate/.test(issue))
      .join('\n');

  it('none, where it stands as it should', () => {
    assert.equal(issues(byToken), '');
    assert.equal(issues(byLink), '');
  });

  it('an optional one is no gate', () => {
    assert.match(issues(optional), /no gate comes before this stage/);
  });

  it('T1: a policy must not skip it, required or not', () => {
    for (const continueWithoutInvitation of [false, true]) {
      const stage = invitationStage({ name: 'invitation', continueWithoutInvitation });
      assert.match(issues(taken([{ stage, policies: [dummyPolicy()] }])), /flows\.invite\.invitation\.policies/);
    }
  });

  it('the page of the code must come right before it: a plan keeps no code', () => {
    const between = promptStage({ name: 'other', prompts: [email({ key: 'email', label: 'Email' })] });
    const flow = taken([token, between, invitationStage({ name: 'invitation' })]);
    assert.match(issues(flow), /the page that asks for 'token' must come right before this stage/);
  });
});
