import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { defineFlow, memoryUsers, promptStage, signInFlow, signOutFlow, type MemoryUser } from '../../lib/index.js';
import { accountSettings } from '../../lib/flows.js';
import { password as passwordPrompt, sessionPrompt, text } from '../../lib/prompts.js';
import { confirmPassword, passwordWrite, sessionEnd, userWrite } from '../../lib/stages.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, quickPasswords, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { RawAnswer } from '../support/raw-client.js';

/** Asks for the password first, as the ready-made flow does not. */
const endOthersFlow = defineFlow({
  slug: 'end-others',
  title: 'Sessions',
  designation: 'stage_configuration',
  authentication: 'require_authenticated',
  target: '/if/flow/account/',
  stages: [
    confirmPassword({ name: 'confirm' }),
    promptStage({ name: 'sessions', prompts: [sessionPrompt()] }),
    sessionEnd({ name: 'session-end' }),
  ],
});

const newPassword = 'another tram over the harbour';
const confirm = confirmPassword({ name: 'confirm' });
const newOne = promptStage({ name: 'new', prompts: [passwordPrompt({ key: 'password', label: 'New password' })] });
const lastPage = promptStage({ name: 'last', prompts: [text({ key: 'note', label: 'Note' })] });
/** Flows in which a page comes after the new password was written; what their writing forms have as `password`. */
const longer = [
  { slug: 'asked-last', stages: [newOne, confirm], typed: password },
  { slug: 'asked-first', stages: [confirm, newOne], typed: newPassword },
];
const longerFlows = longer.map(({ slug, stages }) =>
  defineFlow({
    slug,
    title: 'Password',
    designation: 'stage_configuration',
    authentication: 'require_authenticated',
    target: '/if/flow/account/',
    stages: [
      ...stages,
      passwordWrite({ name: 'write' }),
      lastPage,
      userWrite({ name: 'note', creationMode: 'never_create', attributes: ['note'] }),
    ],
  }),
);

const sid = 'enrollment.sid';

describe('a form that ends the other sessions of its user, sent again', () => {
  let testApp: TestApp;
  let ann: MemoryUser;
  let visitor: Visitor;
  let count = 0;
  const inactive = new Set<string>();
  let beforeHash = (): Promise<unknown> => Promise.resolve();
  before(async () => {
    const store = memoryUsers();
    testApp = await openTestApp({
      users: {
        ...store.users,
        toProfile: (user) => ({ ...store.users.toProfile(user), active: !inactive.has(user.id) }),
      },
      redemptions: store.redemptions,
      passwords: {
        ...quickPasswords,
        async hash(typed) {
          await beforeHash();
          return quickPasswords.hash(typed);
        },
      },
      mailer: memoryMailer(),
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside', staySignedInSeconds: 30 * 86_400 }),
        signOutFlow({ slug: 'sign-out', target: '/outside' }),
        ...accountSettings({ fields: ['name'] }),
        endOthersFlow,
        ...longerFlows,
        signup,
      ],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    ann = await member(testApp, `ann-${(count += 1)}`);
    visitor = new Visitor(testApp);
    await signIn(visitor, ann.username ?? '');
    // The password is asked for again.
    testApp.clock.advance(11 * 60_000);
  });

  const sessions = async (): Promise<number> => (await testApp.enrollment.sessions.list(ann.id)).length;

  /** The same browser, with the cookies that it has now. */
  function sameBrowser(): Visitor {
    const browser = new Visitor(testApp);
    for (const name of visitor.client.cookies.names())
      browser.client.cookies.set(name, visitor.client.cookies.get(name) ?? '');
    return browser;
  }

  /** Opens the flow and confirms the password; what it returns sends the form of the last page. */
  async function lastForm(flow: string, fields: Record<string, string>): Promise<(by?: Visitor) => Promise<RawAnswer>> {
    await visitor.open(`/if/flow/${flow}/`);
    assert.match(visitor.step, /^confirm/);
    await visitor.follow(await visitor.submit({ password }));
    const { action, hidden } = visitor.form;
    return (by = visitor) => by.post(action, { ...hidden, ...fields });
  }

  const endOthers = () => lastForm('end-others', { session: 'others' });
  const changePassword = () => lastForm('account-password', { password: newPassword });

  async function signOut(): Promise<void> {
    await visitor.open('/if/flow/sign-out/');
    await visitor.submit({});
    assert.equal(await visitor.me(), null);
    // The second of two clicks is not awaited any more.
    testApp.clock.advance(2000);
  }

  for (const [what, form] of [
    ['has no secret', endOthers],
    ['has the new password', changePassword],
  ] as const)
    describe(`which ${what}`, () => {
      it('signs no user in once its user has signed out', async () => {
        const send = await form();
        // Signing out takes the plan's token from a browser, too.
        const [before, withoutSession] = [sameBrowser(), sameBrowser()];
        withoutSession.client.cookies.set(sid, 'none');
        assert.equal((await send()).status, 303);
        assert.equal(await visitor.me(), ann.username);
        await signOut();
        for (const browser of [visitor, before, withoutSession]) {
          await send(browser);
          assert.equal(await browser.me(), null);
        }
        assert.equal(await sessions(), 0);
      });

      it('leaves another user signed in who came since', async () => {
        const send = await form();
        const before = sameBrowser();
        await send();
        await signOut();
        const ben = await member(testApp, `ben-${count}`);
        await signIn(visitor, ben.username ?? '');
        before.client.cookies.set(sid, visitor.client.cookies.get(sid) ?? '');
        for (const browser of [visitor, before]) {
          await send(browser);
          assert.equal(await browser.me(), ben.username);
        }
        assert.equal(await sessions(), 0);
      });

      it('leaves one session for two clicks, and none for a third one after the sign-out', async () => {
        const other = new Visitor(testApp);
        await signIn(other, ann.username ?? '');
        const send = await form();
        const second = sameBrowser();
        const answers = await Promise.all([send(), send(second)]);
        assert.deepEqual(
          answers.map(({ status, location }) => [status, location]),
          Array.from({ length: 2 }, () => [303, '/if/flow/account/']),
        );
        visitor = second;
        assert.deepEqual([await other.me(), await visitor.me(), await sessions()], [null, ann.username, 1]);
        assert.equal((await visitor.open('/if/flow/account/')).status, 200);
        await signOut();
        await send(visitor);
        assert.deepEqual([await visitor.me(), await sessions()], [null, 0]);
      });
    });

  it('says on the next page what it has done, to both of two clicks, and lasts as long as the sign-in', async () => {
    const remembered = new Visitor(testApp);
    await remembered.open('/if/flow/sign-in/');
    await remembered.submit({ uid_field: ann.username ?? '', password, remember_me: 'yes' });
    visitor = remembered;
    testApp.clock.advance(11 * 60_000);
    const send = await changePassword();
    const second = sameBrowser();
    const expiries: number[] = [];
    for (const browser of [visitor, second]) {
      const answer = await send(browser);
      const cookie = answer.headers['set-cookie']?.find((line) => line.startsWith(sid)) ?? '';
      expiries.push(Date.parse(/Expires=([^;]+)/.exec(cookie)?.[1] ?? ''));
      assert.match((await browser.open('/if/flow/account/')).text, /Your password is changed\. You’re signed out/);
    }
    const [first = 0, later = Infinity] = expiries;
    assert.ok(Math.abs(first - later) < 5000, String(expiries));
  });

  it('keeps the id of the session where it has no secret: the second of two clicks has no other', async () => {
    const send = await endOthers();
    const before = visitor.client.cookies.get(sid);
    await send();
    const second = sameBrowser();
    second.client.cookies.set(sid, before ?? '');
    assert.equal((await send(second)).location, '/if/flow/account/');
    assert.equal(await second.me(), ann.username);
  });

  for (const [what, change] of [
    ['their password was changed once more', () => changeElsewhere()],
    ['all of their sessions were ended', () => testApp.enrollment.sessions.endAll(ann.id)],
    ['their account was switched off', async () => void inactive.add(ann.id)],
  ] as const)
    it(`signs no user in where ${what} since`, async () => {
      const send = await changePassword();
      const second = sameBrowser();
      await send();
      await change();
      testApp.clock.advance(2000);
      await send(second);
      assert.equal(await second.me(), null);
    });

  it('which comes second and writes first keeps its session: the first one’s answer is not shown', async () => {
    const send = await changePassword();
    const second = sameBrowser();
    const late: Promise<RawAnswer>[] = [];
    beforeHash = async () => {
      beforeHash = () => Promise.resolve();
      testApp.clock.advance(3);
      late.push(send(second));
      await late[0];
    };
    assert.equal((await send()).status, 303);
    assert.equal((await late[0])?.location, '/if/flow/account/');
    assert.deepEqual([await second.me(), await sessions()], [ann.username, 1]);
  });

  for (const { slug, typed } of longer)
    it(`goes on in the same flow for both of two clicks, where a page comes after it: ${slug}`, async () => {
      await visitor.open(`/if/flow/${slug}/`);
      await visitor.follow(await visitor.submit({ password: typed === password ? newPassword : password }));
      const { action, hidden } = visitor.form;
      const fields = { ...hidden, password: typed };
      const second = sameBrowser();
      const answers = [await visitor.post(action, fields), await second.post(action, fields)];
      assert.deepEqual(
        answers.map(({ status, location }) => [status, location]),
        Array.from({ length: 2 }, () => [303, `/if/flow/${slug}/`]),
      );
      await second.open(`/if/flow/${slug}/`);
      assert.deepEqual([await second.me(), second.step.slice(0, 4)], [ann.username, 'last']);
      assert.equal((await second.submit({ note: 'x' })).location, '/if/flow/account/');
    });

  /** In another browser, with the new password. */
  async function changeElsewhere(): Promise<void> {
    const elsewhere = new Visitor(testApp);
    await signIn(elsewhere, ann.username ?? '', newPassword);
    await elsewhere.open('/if/flow/account-password/');
    if (elsewhere.step.startsWith('confirm')) await elsewhere.follow(await elsewhere.submit({ password: newPassword }));
    const answer = await elsewhere.submit({ password: 'a ferry between two lighthouses' });
    assert.equal(answer.status, 303);
    assert.equal(await elsewhere.me(), ann.username);
  }
});
