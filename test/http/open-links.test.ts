import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { acceptInvitationFlow, accountSettings, changeFlow, waitlistFlow } from '../../lib/flows.js';
import {
  defineFlow,
  definePolicy,
  promptStage,
  signInFlow,
  text,
  userWrite,
  type StageContext,
} from '../../lib/index.js';
import { accountMenu, dummyStage } from '../../lib/stages.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

function targetsIn(page: string): readonly string[] {
  return [...page.matchAll(/<a class="enrollment-(?:button|link)[^"]*" href="\/if\/flow\/([a-z-]+)\//g)].map(
    ([, slug = '']) => slug,
  );
}

const page = (slug: string, more: object = {}) =>
  defineFlow({
    slug,
    title: slug,
    designation: 'stage_configuration',
    stages: [dummyStage({ name: 'dummy' })],
    ...more,
  });

describe('links of pages lead on', () => {
  let app: TestApp;
  let asked: StageContext[] = [];
  let answer: unknown = true;
  before(async () => {
    const computed = (at: StageContext): boolean => {
      asked.push(at);
      return answer as boolean;
    };
    app = await openTestApp({
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        ...accountSettings(),
        page('closed', { policies: [definePolicy({ name: 'never', check: () => false })] }),
        page('broken', {
          policies: [
            definePolicy({
              name: 'broken',
              check: () => {
                throw new Error('no answer');
              },
            }),
          ],
        }),
        page('by-mail', { authentication: 'require_token' }),
        page('later', { authentication: 'require_redirect' }),
        page('members', { authentication: 'require_authenticated' }),
        page('guests', { authentication: 'require_unauthenticated' }),
        page('open'),
        page('links', {
          stages: [
            accountMenu({
              name: 'menu',
              links: ['closed', 'broken', 'by-mail', 'later', 'members', 'guests', 'open', 'links'].map((flow) => ({
                flow,
                label: flow,
              })),
            }),
          ],
        }),
        page('computed', {
          stages: [
            promptStage({
              name: 'nick',
              prompts: [text({ key: 'nick', label: 'Nick' })],
              links: [
                { flow: 'open', label: 'Open', when: false },
                { flow: 'links', label: 'Links', when: computed },
              ],
            }),
            userWrite({ name: 'write', creationMode: 'never_create', attributes: ['nick'] }),
          ],
        }),
        acceptInvitationFlow({ slug: 'accept' }),
        waitlistFlow({ slug: 'waitlist' }),
        signup,
      ],
    });
  });
  after(() => app.close());

  it('a flow that would only refuse the visitor is not linked; one whose policy cannot decide is', async () => {
    const guest = new Visitor(app);
    assert.deepEqual(targetsIn((await guest.open('/if/flow/links/')).text), ['broken', 'guests', 'open', 'links']);
    await member(app, 'linda');
    await signIn(guest, 'linda');
    assert.deepEqual(targetsIn((await guest.open('/if/flow/links/')).text), ['broken', 'members', 'open', 'links']);
  });

  it('the menu of account settings has no page for the password of an account without one', async () => {
    const visitor = new Visitor(app);
    await member(app, 'mia');
    await signIn(visitor, 'mia');
    assert.ok(targetsIn((await visitor.open('/if/flow/account/')).text).includes('account-password'));
    const mia = await app.users.findByLogin('username', 'mia');
    assert.ok(mia !== null);
    await app.users.update?.(mia, { passwordHash: null });
    assert.ok(!targetsIn((await visitor.open('/if/flow/account/')).text).includes('account-password'));
  });

  it('`when` decides for each page, from what stages see', async () => {
    asked = [];
    answer = true;
    const guest = new Visitor(app);
    assert.deepEqual(targetsIn((await guest.open('/if/flow/computed/')).text), ['links']);
    assert.deepEqual([asked.at(-1)?.flow.slug, asked.at(-1)?.step], ['computed', 'nick']);
    for (const none of [false, null, undefined]) {
      answer = none;
      assert.deepEqual(targetsIn((await guest.open('/if/flow/computed/')).text), []);
    }
  });

  it('`when` that answers something else is a fault that names stage and link', async () => {
    answer = 'yes';
    assert.equal((await new Visitor(app).open('/if/flow/computed/')).status, 500);
    const said = app.log.map(({ fields }) => String(fields['err'])).join('\n');
    assert.match(said, /the stage 'nick': "links\[1\]\.when" must be true or false, and is a string/);
  });

  it('links of the waitlist are for visitors who are signed out', async () => {
    const guest = new Visitor(app);
    assert.ok(targetsIn((await guest.open('/if/flow/invite/')).text).includes('waitlist'));
    await member(app, 'walt');
    await signIn(guest, 'walt');
    const { status, text: accept } = await guest.open('/if/flow/accept/');
    assert.equal(status, 200, accept);
    assert.ok(!targetsIn(accept).includes('waitlist'));
  });

  it('wrong links are refused at the start, each with its place', () => {
    const links = [{ flow: 'open', label: 'Open', when: 'sometimes' }] as never;
    for (const make of [
      () => accountMenu({ name: 'menu', links }),
      () => promptStage({ name: 'nick', prompts: [text({ key: 'nick', label: 'Nick' })], links }),
    ])
      assert.throws(make, /links\[0\]\.when/);
  });
});

describe('the kit’s own links lead on', () => {
  const never = [definePolicy({ name: 'never', check: () => false })];

  it('leaves out the sign-in, the waitlist and a new start that policies refuse', async () => {
    for (const policies of [[], never]) {
      const app = await openTestApp({
        flows: [
          signup,
          changeFlow(signInFlow({ slug: 'sign-in', target: '/inside' }), { policies }),
          changeFlow(waitlistFlow({ slug: 'wait' }), { policies }),
          page('closed', { policies: never }),
        ],
      });
      try {
        const visitor = new Visitor(app);
        assert.deepEqual(targetsIn((await visitor.open()).text), policies.length === 0 ? ['sign-in', 'wait'] : []);
        const refused = await visitor.get('/if/flow/closed/');
        assert.equal(refused.status, 403);
        assert.doesNotMatch(refused.text, /Start again/);
      } finally {
        await app.close();
      }
    }
  });
});
