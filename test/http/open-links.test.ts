import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { acceptInvitationFlow, accountSettings, changeFlow, waitlistFlow } from '../../lib/flows.js';
import {
  type Flow,
  defineFlow,
  memoryConnections,
  openIdConnectSource,
  signOutFlow,
  definePolicy,
  promptStage,
  signInFlow,
  text,
  userWrite,
  type StageContext,
} from '../../lib/index.js';
import { accountMenu, dummyStage } from '../../lib/stages.js';
import { storeAway } from '../../lib/base/error.js';
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
      if (answer instanceof Error) throw answer;
      return (typeof answer === 'function' ? Reflect.apply(answer, undefined, []) : answer) as boolean;
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

  it('a flow that would only refuse the visitor is not linked, nor is one whose policy fails', async () => {
    const guest = new Visitor(app);
    assert.deepEqual(targetsIn((await guest.open('/if/flow/links/')).text), ['guests', 'open', 'links']);
    await member(app, 'linda');
    await signIn(guest, 'linda');
    assert.deepEqual(targetsIn((await guest.open('/if/flow/links/')).text), ['members', 'open', 'links']);
  });

  it('a policy that fails for a link is logged once a minute, whatever is viewed, and is an event each time', async () => {
    app.clock.advance(120_000);
    const [entries, events] = [app.log.length, app.events.length];
    const failures = () => [
      app.log.slice(entries).filter(({ level, fields }) => level === 'error' && fields['flow'] === 'broken').length,
      app.events.slice(events).filter(({ name, facts }) => name === 'policy.failed' && facts['flow'] === 'broken')
        .length,
    ];
    const view = async () => {
      for (let views = 0; views < 3; views += 1) await new Visitor(app).open('/if/flow/links/');
    };
    await view();
    assert.deepEqual(failures(), [1, 3]);
    app.clock.advance(61_000);
    await view();
    assert.deepEqual(failures(), [2, 6]);
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

  it('a page is shown without the link whose `when` fails: log and event name flow, stage and link', async () => {
    for (const [what, given, said] of [
      ['answers something else', 'yes', /the stage 'nick': "links\[1\]\.when" must be true or false, and is a string/],
      ['throws', new Error('no team'), /Error: no team/],
      ['rejects', () => Promise.reject(new Error('no answer')), /Error: no answer/],
    ] as const) {
      app.clock.advance(120_000);
      const [entries, events] = [app.log.length, app.events.length];
      answer = given;
      for (let views = 0; views < 2; views += 1) {
        const shown = await new Visitor(app).open('/if/flow/computed/');
        assert.equal(shown.status, 200, what);
        assert.deepEqual(targetsIn(shown.text), [], what);
      }
      const [entry, ...others] = app.log.slice(entries).filter(({ level }) => level === 'error');
      assert.equal(others.length, 0, 'once a minute');
      assert.match(String(entry?.fields['err']), said);
      assert.equal(
        entry?.text,
        `the link to the flow 'links' of the stage 'nick' in the flow 'computed' is left out: "links[1].when" gave no answer`,
      );
      const told = app.events.slice(events).filter(({ name }) => name === 'link.failed');
      assert.equal(told.length, 2);
      const { reference, ...facts } = told[0]?.facts ?? {};
      assert.equal(reference, entry.fields['reference']);
      assert.deepEqual(facts, { flow: 'computed', step: 'nick', link: 1, to: 'links' });
    }
  });

  it('an outage in `when` is an outage of the page', async () => {
    answer = () => Promise.reject(storeAway('the user store', new Error('away')));
    assert.equal((await new Visitor(app).open('/if/flow/computed/')).status, 503);
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

  it('asks outside of a visit too: on pages of sources, of settings, of the sign-out and of problems', async () => {
    for (const policies of [[], never]) {
      const guarded = (flow: Flow): Flow => changeFlow(flow, { policies });
      const app = await openTestApp({
        flows: [
          signup,
          guarded(signInFlow({ slug: 'sign-in', target: '/inside' })),
          signOutFlow({ slug: 'sign-out' }),
          ...accountSettings().map((flow) => (flow.slug === 'account' ? guarded(flow) : flow)),
        ],
        connections: memoryConnections(),
        sources: [
          openIdConnectSource({
            slug: 'acme',
            name: 'Acme',
            issuer: 'https://acme.example',
            clientId: 'app',
            clientSecret: 'a secret of the app',
          }),
        ],
      });
      const expected = policies.length === 0;
      const has = (what: string, text: string, link: RegExp): void =>
        assert.equal(link.test(text), expected, `${what}: ${text}`);
      try {
        const guest = new Visitor(app);
        has('sign-out', (await guest.open('/if/flow/sign-out/')).text, /href="\/if\/flow\/sign-in\/"/);
        const failed = await guest.get('/source/acme/callback?code=unasked&state=unasked');
        assert.equal(failed.status, 403);
        has('source', failed.text, /href="\/if\/flow\/sign-in\/"/);
        const refused = await guest.get('/if/flow/account-profile/');
        assert.equal(refused.status, 403);
        has('problem', refused.text, /href="\/if\/flow\/sign-in\/\?next=/);
        await member(app, 'nora');
        if (!expected) continue;
        await signIn(guest, 'nora');
        assert.match((await guest.open('/if/flow/account-profile/')).text, /href="\/if\/flow\/account\/"/);
      } finally {
        await app.close();
      }
    }
  });

  it('keeps the way back into a flow that has begun, whatever its policies say of a new one', async () => {
    let mayBegin = true;
    const once = definePolicy({ name: 'once', check: () => mayBegin });
    const app = await openTestApp({ flows: [changeFlow(signup, { policies: [once] })] });
    try {
      const { code } = await app.enrollment.invitations.create();
      const visitor = new Visitor(app);
      await visitor.open('/if/flow/invite/');
      await visitor.submit({ invite_code: code });
      mayBegin = false;
      assert.match((await visitor.open('/if/flow/invite/cancel/')).text, /Keep signing up/);
      assert.doesNotMatch((await new Visitor(app).open('/if/flow/invite/')).text, /Start again/);
    } finally {
      await app.close();
    }
  });
});
