import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { defineFlow, definePolicy, deny, message, signInFlow, type Flow } from '../../lib/index.js';
import { changeFlow } from '../../lib/flows.js';
import { dummyStage, invitationStage, redirectStage } from '../../lib/stages.js';
import { accountOf, password } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const flow = (slug: string, stages: Parameters<typeof defineFlow>[0]['stages'], more: object = {}): Flow =>
  defineFlow({ slug, title: slug, designation: 'authorization', target: '/end', stages, ...more });
const dummy = (name: string) => dummyStage({ name });
const at = (slug: string): string => `/if/flow/${slug}/`;

describe('from one flow to another', () => {
  const opened: TestApp[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
  let testApp: TestApp;

  const open = async (flows: readonly Flow[]): Promise<Visitor> => {
    testApp = await openTestApp({ flows: [...flows] });
    opened.push(testApp);
    return new Visitor(testApp);
  };
  const signIn = signInFlow({ slug: 'sign-in', target: '/inside', links: { enrollment: 'invite' } });
  const linkIn = ({ text }: { readonly text: string }, label: string): string =>
    new RegExp(`href="([^"]*)">${label}<`).exec(text)?.[1] ?? '';

  it('next is kept from sign-in to sign-up and back, by links', async () => {
    const visitor = await open([signIn, signup]);
    await member(testApp, 'ann');
    const asked = await visitor.open(`${at('sign-in')}?next=/books%3Fpage=2`);
    const joining = await visitor.open(linkIn(asked, 'Create an account'));
    await visitor.open(linkIn(joining, 'Sign in'));
    assert.equal((await visitor.submit({ uid_field: 'ann', password })).location, '/books?page=2');
  });

  it('next is kept through the sign-up that follows a sign-in page', async () => {
    const visitor = await open([signIn, signup]);
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.open(linkIn(await visitor.open(`${at('sign-in')}?next=/books`), 'Create an account'));
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal((await visitor.submit(accountOf('bob'))).location, '/books');
  });

  it('next is kept through a flow that chooses another one by its policies, on a GET', async () => {
    const staff = definePolicy({ name: 'staff', check: ({ facts }) => facts.locale === 'xx' });
    const visitor = await open([
      flow('choose', [
        { stage: redirectStage({ name: 'to-staff', targetFlow: 'sign-in' }), policies: [staff] },
        redirectStage({ name: 'to-all', targetFlow: 'settings' }),
      ]),
      flow('settings', [dummy('page')], { designation: 'stage_configuration', authentication: 'require_redirect' }),
      signIn,
      signup,
    ]);
    await visitor.open(`${at('choose')}?next=/books`);
    assert.equal(visitor.step, 'page 0');
    assert.equal((await visitor.submit({})).location, '/books');
  });

  describe('require_redirect', () => {
    const only = flow('only', [dummy('one'), dummy('two')], {
      authentication: 'require_redirect',
      deniedAction: 'message',
    });
    const refused = async (visitor: Visitor): Promise<void> => {
      const { status, text } = await visitor.open(at('only'));
      assert.equal(status, 403);
      assert.match(text, /can’t open this page directly/);
      assert.doesNotMatch(text, />Start again</);
    };

    for (const [name, before] of [
      ['a redirect stage', [dummy('start'), redirectStage({ name: 'away', targetFlow: 'only', keepContext: false })]],
      [
        'a redirect stage that keeps the context',
        [dummy('start'), redirectStage({ name: 'away', targetFlow: 'only' })],
      ],
      [
        'the redirect of a policy',
        [
          {
            stage: dummy('start'),
            policies: [
              definePolicy({ name: 'away', check: () => ({ pass: true, actions: [{ redirect: { flow: 'only' } }] }) }),
            ],
          },
        ],
      ],
    ] as const)
      it(`lets visitors in through ${name}, for as long as the page is open`, async () => {
        const visitor = await open([flow('a', before), only, signup]);
        await refused(visitor);
        await visitor.open(at('a'));
        if (visitor.step.startsWith('start')) await visitor.follow(await visitor.submit({}));
        assert.match(visitor.step, /^one /);
        testApp.clock.advance(11 * 60_000);
        await visitor.follow(await visitor.submit({}));
        assert.match(visitor.step, /^two /);
        assert.equal((await visitor.submit({})).location, '/end');
        testApp.clock.advance(121_000);
        await refused(visitor);
      });

    it('is not met by a link, a mark for another flow, a token of another flow, or a forged form', async () => {
      const other = flow('other', [dummy('page')], { authentication: 'require_redirect' });
      const visitor = await open([
        flow('a', [redirectStage({ name: 'away', targetFlow: 'other' })]),
        only,
        other,
        signup,
      ]);
      await visitor.open(at('a'));
      assert.equal(visitor.step, 'page 0');
      await refused(visitor);
      await visitor.get(`${at('only')}?next=${at('a')}`);
      await refused(visitor);
      const { hidden } = visitor.form;
      visitor.client.cookies.set('enrollment.plan.only', visitor.client.cookies.get('enrollment.plan.other') ?? '');
      for (const fields of [hidden, {}])
        assert.equal((await visitor.follow(await visitor.post(at('only'), fields))).status, 403);
    });

    it('is not met by the form of the cancel page, whatever it asks for', async () => {
      const coded = flow('only', [invitationStage({ name: 'invitation' }), dummy('one')], {
        authentication: 'require_redirect',
        deniedAction: 'message',
      });
      const visitor = await open([coded, signup]);
      await visitor.get(`${at('only')}?invite=ABCD`);
      await visitor.get(`${at('only')}cancel/`);
      const { hidden } = visitor.form;
      assert.ok(hidden['enrollment_step']);
      for (const more of [{ enrollment_locale: 'en' }, { enrollment_extend: '1' }, {}])
        assert.equal((await visitor.follow(await visitor.post(at('only'), { ...hidden, ...more }))).status, 403);
      await refused(visitor);
    });

    it('has its own denied action', async () => {
      const visitor = await open([changeFlow(only, { deniedAction: 'continue' }), signup]);
      assert.equal((await visitor.get(at('only'))).location, '/end');
    });
  });

  it('flows that end for each other in one request are stopped', async () => {
    const to = (targetFlow: string) => redirectStage({ name: 'away', targetFlow });
    const pass = definePolicy({ name: 'pass', check: () => true });
    const visitor = await open([
      flow('a', [dummy('page'), to('b')]),
      flow('b', [{ stage: to('c'), policies: [pass] }]),
      flow('c', [{ stage: to('b'), policies: [pass] }]),
      signup,
    ]);
    await visitor.open(at('a'));
    assert.equal((await visitor.submit({})).status, 403);
    assert.ok(testApp.log.some(({ text }) => text === 'flows end for each other without a page between'));
  });

  it('a policy words a denial, as a text or a message; its text is escaped', async () => {
    const because = (deny_message: string | ReturnType<typeof message>) =>
      definePolicy({
        name: 'because',
        writes: ['deny_message'],
        check: () => ({ pass: true, patch: { deny_message } }),
      });
    const denied = { name: 'deny', message: 'In its own words.' };
    const visitor = await open([
      flow('plain', [deny(denied)]),
      flow('text', [{ stage: deny(denied), policies: [because('We close at <b>5</b>.')] }]),
      flow('message', [{ stage: deny(denied), policies: [because(message('flow.not_applicable'))] }]),
      signup,
    ]);
    for (const [slug, said] of [
      ['plain', /In its own words\./],
      ['text', /We close at &lt;b&gt;5&lt;\/b&gt;\./],
      ['message', /isn’t available to you/],
    ] as const) {
      const answer = await visitor.get(at(slug));
      assert.equal(answer.status, 403);
      assert.match(answer.text, said);
    }
  });

  it('a dummy stage shows a page with a button, or throws', async () => {
    const visitor = await open([
      flow('page', [dummyStage({ name: 'one', title: 'Try it' })]),
      flow('broken', [dummyStage({ name: 'one', throwError: true })]),
      signup,
    ]);
    assert.match((await visitor.open(at('page'))).text, /<h1[^>]*>Try it[^]*>Continue</);
    assert.equal((await visitor.submit({})).location, '/end');
    const broken = await visitor.get(at('broken'));
    assert.equal(broken.status, 500);
  });
});
