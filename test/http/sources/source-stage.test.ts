import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import {
  defineFlow,
  defineSilentStage,
  identification,
  inviteCode,
  inviteCodePrompt,
  promptStage,
  userLogin,
  username,
  userWrite,
} from '../../../lib/index.js';
import { dummyStage, sourceStage } from '../../../lib/stages.js';
import { password } from '../../support/account.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { openIdClientSource } from '../../support/sources/openid-client-source.js';

const acme = sourceStage({ name: 'acme', source: 'acme' });
const signIn = defineFlow({
  slug: 'sign-in',
  title: 'Sign in',
  designation: 'authentication',
  target: '/inside',
  stages: [identification({ name: 'who', password: true }), acme, userLogin({ name: 'user-login' })],
});
/** The source alone says who it is. */
const short = defineFlow({
  slug: 'short',
  title: 'Sign in',
  designation: 'authentication',
  target: '/inside',
  stages: [acme, dummyStage({ name: 'page' }), userLogin({ name: 'user-login' })],
});
const anyone = defineFlow({
  slug: 'anyone',
  title: 'Your employer',
  designation: 'authorization',
  target: '/done',
  stages: [sourceStage({ name: 'acme', source: 'acme', requireConnection: false }), dummyStage({ name: 'page' })],
});
/** The users for which a stage without a sign-in has acted. */
const acted: string[] = [];
const act = defineSilentStage<object>({
  kind: 'act',
  hasSideEffects: true,
  settings: () => ({}),
  run: async (_settings, { context, services }) => {
    acted.push((await services.profiles.find(context.pending_user ?? ''))?.username ?? '');
    return { type: 'completed' };
  },
});
const acting = defineFlow({
  slug: 'act',
  title: 'Act',
  designation: 'authorization',
  target: '/done',
  stages: [identification({ name: 'who', password: true }), acme, act({ name: 'act' })],
});
const vouched = defineFlow({
  slug: 'vouched',
  title: 'Sign in',
  designation: 'authentication',
  target: '/inside',
  stages: [
    identification({ name: 'who', password: true }),
    sourceStage({ name: 'acme', source: 'acme', requireConnection: false }),
    userLogin({ name: 'user-login' }),
  ],
});
const join = defineFlow({
  slug: 'join',
  title: 'Join',
  designation: 'enrollment',
  target: '/welcome',
  stages: [
    promptStage({ name: 'invite', prompts: [inviteCodePrompt()], validation: [inviteCode()] }),
    acme,
    promptStage({ name: 'name', prompts: [username({ key: 'username', label: 'Username' })] }),
    userWrite({ name: 'write' }),
    userLogin({ name: 'user-login' }),
  ],
});
const at = (flow: string, more = ''): string => `/if/flow/${flow}/source/acme/step/${more}`;

describe('a source stage', () => {
  let provider: OpenIdProvider;
  let app: AcmeApp;
  let visitor: Visitor;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    app = await openAcmeApp(provider, { flows: [signIn, short, anyone, join, acting, vouched] });
    visitor = new Visitor(app);
    acted.length = 0;
  });
  const connected = async (person: 'ann' | 'bob'): Promise<void> => {
    const { id } = await member(app, person);
    await app.connections.link(id, app.identityOf(person));
  };
  /** The second page of the sign-in: the password was right. */
  async function halfway(by = visitor): Promise<void> {
    await by.open('/if/flow/sign-in/');
    const page = await by.follow(await by.submit({ uid_field: 'ann', password }));
    assert.match(page.text, /href="\/if\/flow\/sign-in\/source\/acme\/step\/"/);
    assert.doesNotMatch(page.text, /<form class="enrollment-form"/);
    assert.equal(await by.me(), null);
  }

  it('leads to the source after the password, and the same plan signs in', async () => {
    await connected('ann');
    await halfway();
    const back = await app.by(visitor, 'ann', at('sign-in'));
    assert.deepEqual([back.status, back.location], [303, '/inside']);
    assert.equal(await visitor.me(), 'ann');
  });

  it('signs its person in, where the flow asks for nothing else; the plan goes on under another token', async () => {
    await connected('ann');
    const away = await visitor.client.get(at('short'));
    const token = visitor.client.cookies.get('enrollment.plan.short');
    assert.ok(token);
    const { url } = await provider.visit(away.location, 'ann');
    await visitor.follow(await visitor.client.get(url.pathname + url.search));
    assert.notEqual(visitor.client.cookies.get('enrollment.plan.short'), token);
    assert.equal(await visitor.me(), null);
    assert.equal((await visitor.submit({})).location, '/inside');
    assert.equal(await visitor.me(), 'ann');
  });

  it('refuses the identity of another account, of no account, and goes on with the right one', async () => {
    await connected('ann');
    await connected('bob');
    await halfway();
    for (const [person, why] of [
      ['bob', /connected to another account/],
      ['carl', /can’t use this Acme account here/],
    ] as const) {
      const refused = await app.by(visitor, person, at('sign-in'));
      assert.equal(refused.status, 403);
      assert.match(refused.text, why);
      assert.match(refused.text, /href="\/if\/flow\/sign-in\/source\/acme\/step\/other\/"/);
      assert.match(refused.text, /href="\/if\/flow\/sign-in\/"/);
    }
    assert.equal(await visitor.me(), null);
    assert.equal(await app.connections.find(app.identityOf('carl')), null);
    assert.equal((await app.by(visitor, 'ann', at('sign-in', 'other/'))).location, '/inside');
    assert.equal(await visitor.me(), 'ann');
  });

  it('a sign-in that fails at the source leaves the plan, and its page leads back to it', async () => {
    await connected('ann');
    await halfway();
    const failed = await app.by(visitor, null, at('sign-in'));
    assert.ok(failed.status >= 400, String(failed.status));
    assert.match(failed.text, /href="\/if\/flow\/sign-in\/source\/acme\/step\/"/);
    assert.equal((await app.by(visitor, 'ann', at('sign-in'))).location, '/inside');
    assert.equal(await visitor.me(), 'ann');
  });

  it('in two tabs: the answer of the first one counts, the other one shows where the plan is', async () => {
    await connected('ann');
    const [first, second] = await Promise.all([1, 2].map(() => visitor.client.get(at('short'))));
    const answers = [];
    for (const { location } of [first!, second!]) {
      const { url } = await provider.visit(location, 'ann');
      answers.push(await visitor.client.get(url.pathname + url.search));
    }
    assert.deepEqual(
      answers.map(({ status, location }) => [status, location]),
      [
        [303, '/if/flow/short/'],
        [303, '/if/flow/short/'],
      ],
    );
    await visitor.open('/if/flow/short/');
    assert.equal((await visitor.submit({})).location, '/inside');
    assert.equal(await visitor.me(), 'ann');
  });

  it('an answer that is sent again in the same browser goes on like the first one', async () => {
    await connected('ann');
    const { location } = await visitor.client.get(at('short'));
    const { url } = await provider.visit(location, 'ann');
    for (let times = 0; times < 2; times += 1)
      assert.equal((await visitor.client.get(url.pathname + url.search)).location, '/if/flow/short/');
    await visitor.open('/if/flow/short/');
    assert.equal((await visitor.submit({})).location, '/inside');
  });

  it('an identity that came before the name counts for its own account only', async () => {
    await connected('ann');
    await connected('bob');
    // The source's page can be opened before its turn.
    for (const [person, done] of [
      ['bob', []],
      ['ann', ['ann']],
    ] as const) {
      const early = new Visitor(app);
      await early.open('/if/flow/act/');
      await early.open((await app.by(early, person, at('act'))).location);
      await early.follow(await early.submit({ uid_field: 'ann', password }));
      assert.deepEqual(acted, done, person);
    }
  });

  it('requireConnection: false signs in who the password proved', async () => {
    await member(app, 'ann');
    await visitor.open('/if/flow/vouched/');
    await visitor.follow(await visitor.submit({ uid_field: 'ann', password }));
    assert.equal((await app.by(visitor, 'bob', at('vouched'))).location, '/inside');
    assert.equal(await visitor.me(), 'ann');
  });

  it('requireConnection: false takes any identity, which says nothing about the account', async () => {
    await visitor.follow(await app.by(visitor, 'carl', at('anyone')));
    assert.equal((await visitor.submit({})).location, '/done');
    assert.equal(await visitor.me(), null);
    assert.equal(app.members.length, 0);
    assert.equal(await app.connections.find(app.identityOf('carl')), null);
  });

  it('in a sign-up the identity is connected to the new account, and the code is kept', async () => {
    const { code } = await app.enrollment.invitations.create();
    await visitor.open('/if/flow/join/');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.follow(await app.by(visitor, 'carl', at('join')));
    assert.equal(visitor.step.split(' ')[0], 'name');
    await visitor.follow(await visitor.submit({ username: 'carl' }));
    assert.equal(await visitor.me(), 'carl');
    assert.equal(await app.connections.find(app.identityOf('carl')), app.members[0]?.id);
  });

  it('leads to a Passport strategy as well: another account’s identity is refused, then the right one signs in', async () => {
    await app.close();
    const sources = [openIdClientSource(provider, { slug: 'acme', name: 'Acme' })];
    app = await openAcmeApp(provider, { sources, flows: [signIn, join] });
    visitor = new Visitor(app);
    await connected('ann');
    await connected('bob');
    await halfway();
    const refused = await app.by(visitor, 'bob', at('sign-in'));
    assert.equal(refused.status, 403);
    assert.match(refused.text, /connected to another account/);
    const canceled = await app.by(visitor, null, at('sign-in', 'other/'));
    assert.equal(canceled.status, 403);
    assert.match(canceled.text, /href="\/if\/flow\/sign-in\/source\/acme\/step\/"/);
    assert.equal(await visitor.me(), null);
    assert.equal((await app.by(visitor, 'ann', at('sign-in', 'other/'))).location, '/inside');
    assert.equal(await visitor.me(), 'ann');

    const { code } = await app.enrollment.invitations.create();
    const newcomer = new Visitor(app);
    await newcomer.open('/if/flow/join/');
    await newcomer.follow(await newcomer.submit({ invite_code: code }));
    await newcomer.follow(await app.by(newcomer, 'carl', at('join')));
    await newcomer.follow(await newcomer.submit({ username: 'carl' }));
    assert.equal(await newcomer.me(), 'carl');
    assert.ok(await app.connections.find(app.identityOf('carl')));
  });

  it('has an address in the flows that have it only, and a source that is configured', async () => {
    assert.equal((await visitor.client.get('/if/flow/no-access-yet/source/acme/step/')).status, 404);
    await assert.rejects(openTestApp({ flows: [short] }), /flows\.short\.acme: there is no source 'acme'/);
    assert.throws(() => sourceStage({ name: 'acme', source: '' }), /source/);
  });
});
