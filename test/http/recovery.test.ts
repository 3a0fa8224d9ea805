import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, beforeEach, describe, it } from 'mocha';
import { defineFlow, signInFlow, userLogin, type MemoryUser } from '../../lib/index.js';
import type { EphemeralStore } from '../../lib/ports/ephemeral-store.js';
import type { UserProfile } from '../../lib/ports/user-store.js';
import { recoveryFlow } from '../../lib/flows/recovery.js';
import { emailStage, identification } from '../../lib/stages.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { password } from '../support/account.js';
import { member, signIn, signInPage } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { RawAnswer } from '../support/raw-client.js';
import { mailsSettled } from '../support/mail/mails-settled.js';

const page = '/if/flow/recovery/';
const byMail = '/if/flow/by-mail/';
const newPassword = 'a new and rather long password';
const crowd = { points: 100_000, windowSeconds: 60 };

describe('recovery', () => {
  const mailer = memoryMailer();
  const told = new Map<string, Partial<UserProfile>>();
  let app: TestApp;
  let name: string;
  let user: MemoryUser;
  let count = 0;
  /** Called once a user was changed, before the form that changed them goes on. */
  let written = (): Promise<unknown> => Promise.resolve();

  before(async () => {
    const plain = await openTestApp();
    const { users } = plain;
    await plain.close();
    app = await openTestApp({
      mailer,
      users: {
        ...users,
        toProfile: (one) => ({ ...users.toProfile(one), ...told.get(one.id) }),
        async replacePassword(one, present, change) {
          const changed = await users.replacePassword?.(one, present, change);
          await written();
          return changed ?? null;
        },
      },
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in' }),
        recoveryFlow({ slug: 'recovery-2', signIn: true, expiresInSeconds: 600, target: '/inside' }),
        defineFlow({
          slug: 'by-mail',
          title: 'By mail',
          designation: 'authentication',
          target: '/inside',
          stages: [
            identification({ name: 'identification' }),
            { stage: emailStage({ name: 'email', recipient: 'identified' }), invalidResponseAction: 'restart' },
            userLogin({ name: 'login' }),
          ],
        }),
        signup,
      ],
      rateLimits: {
        mails: {
          perAddressAndClient: { points: 3, windowSeconds: 3600 },
          perClient: crowd,
          perPlan: { points: 4, windowSeconds: 3600 },
        },
        mailCodes: { perClient: crowd, perPlan: { points: 3, windowSeconds: 3600 } },
      },
    });
    app.canaries.add(newPassword);
  });
  after(() => app.close());
  beforeEach(async () => {
    mailer.clear();
    user = await member(app, (name = `member-${(count += 1)}`));
  });

  /** From the start to the page that asks for the code. */
  async function asked(typed = name, visitor = new Visitor(app), path = page): Promise<Visitor> {
    await visitor.open(path);
    await visitor.follow(await visitor.submit({ uid_field: typed }));
    assert.equal(visitor.step.split(' ')[0], 'email', visitor.page.text);
    return visitor;
  }

  async function mailed(of = name): Promise<{ code: string; link: string }> {
    const mail = await mailer.next(`${of}@example.com`);
    const [code, link] = [mailer.codeIn(mail) ?? '', mailer.linkIn(mail) ?? ''];
    const { pathname, search } = new URL(link);
    app.canaries.add(code);
    app.canaries.add(search.slice('?token='.length));
    return { code, link: pathname + search };
  }

  /** To the page that asks for the new password. */
  async function proved(visitor?: Visitor): Promise<Visitor> {
    const at = await asked(name, visitor);
    await at.follow(await at.submit({ code: (await mailed()).code }));
    assert.equal(at.step.split(' ')[0], 'password', at.page.text);
    return at;
  }

  const isPassword = async (typed: string): Promise<boolean> =>
    (await signIn(new Visitor(app), name, typed)).status === 303;

  const drawn = (visitor: Visitor, typed: string): string =>
    visitor.page.text.replaceAll(typed, 'NAME').replaceAll(/value="\d\.[^"]+"/g, 'SIGNATURE');

  it('a name, the code and a new password change the password, and no user is signed in', async () => {
    const visitor = await asked();
    const { code } = await mailed();
    await visitor.follow(await visitor.submit({ code: ` ${code.toLowerCase().replace('-', ' ')} ` }));
    assert.equal(visitor.step.split(' ')[0], 'password', visitor.page.text);
    const done = await visitor.follow(await visitor.submit({ password: newPassword }));
    assert.match(done.text, /Your password has been changed/);
    assert.equal(await visitor.me(), null);
    assert.equal((await visitor.submit({})).location, signInPage);
    assert.deepEqual([await isPassword(password), await isPassword(newPassword)], [false, true]);
    await mailsSettled(app);
    assert.equal((await mailer.next(`${name}@example.com`)).kind, 'password_changed');
  });

  it('its last page leads to the sign-in, which leads on to next', async () => {
    const visitor = await asked(name, new Visitor(app), `${page}?next=/books`);
    await visitor.follow(await visitor.submit({ code: (await mailed()).code }));
    await visitor.follow(await visitor.submit({ password: newPassword }));
    const { action, hidden } = visitor.form;
    const last = await visitor.submit({});
    assert.equal((await visitor.post(action, hidden)).location, signInPage, 'a second click leads there too');
    await visitor.follow(last);
    assert.equal((await visitor.submit({ uid_field: name, password: newPassword })).location, '/books');
  });

  it('with signIn: true the user is signed in at the end', async () => {
    const visitor = await asked(`${name}@EXAMPLE.com`, new Visitor(app), '/if/flow/recovery-2/');
    await visitor.follow(await visitor.submit({ code: (await mailed()).code }));
    const last = await visitor.submit({ password: newPassword });
    assert.equal(last.location, '/inside', last.text);
    assert.equal(await visitor.me(), name);
  });

  it('the second of two clicks that comes right after the write waits for the first, and is signed in as well', async () => {
    const visitor = await asked(name, new Visitor(app), '/if/flow/recovery-2/');
    await visitor.follow(await visitor.submit({ code: (await mailed()).code }));
    const second = new Visitor(app);
    for (const cookie of visitor.client.cookies.names())
      second.client.cookies.set(cookie, visitor.client.cookies.get(cookie) ?? '');
    const { action, hidden } = visitor.form;
    const form = { ...hidden, password: newPassword };
    const answers: Promise<RawAnswer>[] = [];
    written = () => {
      answers.push(second.post(action, form));
      return delay(300);
    };
    answers.unshift(visitor.post(action, form));
    await answers[0];
    written = () => Promise.resolve();
    const locations = (await Promise.all(answers)).map(({ location }) => location);
    assert.deepEqual([...locations, await second.me()], ['/inside', '/inside', name]);
  });

  it('the sign-in page links to it', async () => {
    const visitor = new Visitor(app);
    const { text } = await visitor.open(signInPage);
    const links = [...text.matchAll(/href="([^"]+)">Forgot your password\?/g)].map(([, href = '']) => href);
    assert.equal(links.length, 1, text);
    assert.equal((await visitor.get(links[0] ?? '')).location, page);
  });

  describe('the link of the mail', () => {
    it('changes nothing when it is opened, and its button confirms in the same browser', async () => {
      const visitor = await asked();
      const { link, code } = await mailed();
      for (const method of ['HEAD', 'GET', 'GET', 'OPTIONS']) await new Visitor(app).send(method, link);
      const answer = await visitor.get(link);
      assert.equal(answer.status, 303);
      assert.ok(!answer.location.includes('token'), answer.location);
      const shown = await visitor.follow(answer);
      assert.match(shown.text, /Confirm that you opened the link/);
      assert.ok(!shown.text.includes(link.slice(-20)) && !shown.text.includes(code));
      const again = await visitor.open();
      assert.equal(again.status, 200);
      await visitor.open(link);
      await visitor.follow(await visitor.submit({}));
      assert.equal(visitor.step.split(' ')[0], 'password', visitor.page.text);
    });

    it('in another browser says where to go on, and confirms nothing there or here (T21)', async () => {
      const visitor = await asked();
      const { link } = await mailed();
      const stranger = await asked('somebody-else');
      const before = stranger.page.text;
      const shown = await stranger.open(link);
      assert.equal(shown.status, 200);
      assert.match(shown.text, /Continue in your other browser/);
      const { text } = await stranger.open(page);
      const unsigned = (html: string): string =>
        html.replaceAll(/value="\d\.[^"]+"/g, '').replaceAll(/&#34;seconds&#34;:\d+/g, '');
      assert.equal(unsigned(text), unsigned(before), 'the plan of that browser is as it was');
      assert.equal((await stranger.submit({})).status, 422);
      const fresh = await new Visitor(app).open(link);
      assert.match(fresh.text, /Continue in your other browser/);
      await visitor.open(page);
      assert.equal(visitor.step.split(' ')[0], 'email');
    });

    it('says that it is not valid anymore once it is used, replaced, expired or made up (T22)', async () => {
      const invalid = async (link: string, visitor = new Visitor(app)): Promise<void> => {
        const shown = await visitor.open(link);
        assert.equal(shown.status, 404);
        assert.match(shown.text, /This link isn’t valid anymore/);
      };
      const visitor = await asked();
      const first = await mailed();
      mailer.clear();
      await visitor.follow(await visitor.submit({ resend: 'true' }));
      const second = await mailed();
      await invalid(first.link);
      await invalid(first.link, visitor);
      await visitor.open(page);
      await visitor.follow(await visitor.submit({ code: second.code }));
      await invalid(second.link);
      await invalid(second.link, visitor);
      await invalid(`${page}mail/?token=${'A'.repeat(32)}`);
      await invalid(`${page}mail/?token=${'A'.repeat(5000)}`);
      await invalid(`${page}mail/?token=`);
      await invalid(`${page}mail/`);
      mailer.clear();
      await asked();
      const third = await mailed();
      await invalid(third.link.replace('/recovery/', '/recovery-2/'));
      app.clock.advance(30 * 60_000 + 1);
      await invalid(third.link);
    });

    it('is used up by the code, and the finished recovery opens for no one again (CVE-2023-46249)', async () => {
      const visitor = await proved();
      const form = visitor.form;
      await visitor.follow(await visitor.submit({ password: newPassword }));
      await visitor.submit({});
      await app.users.remove?.(user);
      const repeated = await visitor.post(form.action, { ...form.hidden, password: 'another rather long password' });
      assert.notEqual(repeated.status, 200);
      assert.equal(await app.users.findByLogin('username', name), null);
    });
  });

  describe('a code', () => {
    it('of another plan, step, purpose or user is wrong (CVE-2023-26481)', async () => {
      const mine = await asked();
      const { code: hers } = await mailed();
      const owner = name;
      await member(app, (name = `other-${String(count)}`));
      const visitor = await asked();
      const { code } = await mailed();
      assert.equal((await visitor.submit({ code: hers })).status, 422);
      assert.equal((await mine.submit({ code })).status, 422);
      const flow = await asked(name, new Visitor(app), '/if/flow/recovery-2/');
      assert.equal((await flow.submit({ code })).status, 422);
      await mine.follow(await mine.submit({ code: hers }));
      // The step that named the person is passed: its form, sent again for somebody else, changes nothing.
      const back = new Visitor(app);
      await back.open(page);
      const first = back.form;
      await back.follow(await back.submit({ uid_field: owner }));
      await back.post(first.action, { ...first.hidden, uid_field: name });
      await back.open(page);
      await back.follow(await back.submit({ code }));
      assert.notEqual(back.step.split(' ')[0], 'password');
    });

    it('is not sent to an address that a form of this page names (GHSA-qgqp)', async () => {
      const visitor = await asked('nobody-of-this-name');
      for (const fields of [
        { code: '' },
        { code: '0000-0000' },
        { code: 'x'.repeat(5000) },
        { resend: 'true', email: `${name}@example.com`, uid_field: name, to: `${name}@example.com`, address: name },
      ])
        await visitor.follow(await visitor.submit(fields));
      await mailsSettled(app);
      assert.deepEqual(mailer.mails, []);
    });

    it('ends with the next one, and expires', async () => {
      const visitor = await asked();
      const { code } = await mailed();
      mailer.clear();
      const sent = await visitor.follow(await visitor.submit({ resend: 'true' }));
      assert.match(sent.text, /A new email is on its way/);
      const { code: newer } = await mailed();
      assert.equal((await visitor.submit({ code })).status, 422);
      app.clock.advance(30 * 60_000 + 1);
      await visitor.open(page);
      const late = await visitor.submit({ code: newer });
      assert.match(late.text, /This code has expired/);
    });

    it('can be guessed a few times in a plan, and then not even the right one passes', async () => {
      const visitor = await asked();
      const { code } = await mailed();
      const statuses = [];
      for (let tries = 0; tries < 4; tries += 1) statuses.push((await visitor.submit({ code: '0000-0000' })).status);
      assert.deepEqual(statuses, [422, 422, 422, 429]);
      assert.equal((await visitor.submit({ code })).status, 429);
    });

    it('is a new one after the flow has started again, and earlier ones have ended', async () => {
      const visitor = await asked(name, new Visitor(app), byMail);
      const first = await mailed();
      mailer.clear();
      await visitor.follow(await visitor.submit({ code: '0000-0000' }));
      assert.equal(visitor.step.split(' ')[0], 'identification', visitor.page.text);
      await visitor.follow(await visitor.submit({ uid_field: name }));
      const second = await mailed();
      assert.notEqual(first.code, second.code);
      mailer.clear();
      await visitor.follow(await visitor.submit({ code: first.code }));
      assert.equal(visitor.step.split(' ')[0], 'identification', visitor.page.text);
      await visitor.follow(await visitor.submit({ uid_field: name }));
      await visitor.submit({ code: (await mailed()).code });
      assert.equal(await visitor.me(), name);
    });

    it('that was mailed before a change of the password is wrong after it, and so is its link', async () => {
      const [byCode, byLink] = [await asked(), new Visitor(app)];
      const { code } = await mailed();
      mailer.clear();
      await asked(name, byLink);
      const { link } = await mailed();
      mailer.clear();
      const recovery = await proved();
      await recovery.follow(await recovery.submit({ password: newPassword }));
      await byLink.open(link);
      assert.deepEqual([(await byLink.submit({})).status, (await byCode.submit({ code })).status], [422, 422]);
    });

    it('is right whatever strangers tried for the same account', async () => {
      const owner = await asked();
      const { code } = await mailed();
      await Promise.all(
        Array.from({ length: 11 }, async () => {
          const stranger = await asked(`${name}@example.com`);
          for (let tries = 0; tries < 3; tries += 1) await stranger.submit({ code: '0000-0000' });
        }),
      );
      await owner.follow(await owner.submit({ code }));
      assert.equal(owner.step.split(' ')[0], 'password', owner.page.text);
    });

    it('passes once when it is sent by two clicks, and once more by nobody', async () => {
      const visitor = await asked();
      const { code } = await mailed();
      const { action, hidden } = visitor.form;
      const answers = await Promise.all([1, 2].map(() => visitor.post(action, { ...hidden, code })));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [303, 303],
      );
      await visitor.follow(answers[0] ?? assert.fail());
      assert.equal(visitor.step.split(' ')[0], 'password', visitor.page.text);
      const thief = new Visitor(app);
      await thief.open(page);
      const stolen = await thief.post(action, { ...hidden, code });
      assert.equal(stolen.status, 403);
    });

    it('is not right for an account that was deactivated, or has another address, meanwhile', async () => {
      for (const change of [{ active: false }, { email: 'elsewhere@example.com' }, { emailVerified: false }]) {
        mailer.clear();
        await member(app, (name = `changed-${String((count += 1))}`));
        const visitor = await asked();
        const { code } = await mailed();
        const { id } = (await app.users.findByLogin('username', name)) ?? assert.fail();
        told.set(id, change);
        const answer = await visitor.submit({ code });
        assert.equal(answer.status, 422, JSON.stringify(change));
        assert.match(answer.text, /That code doesn’t match/);
      }
    });
  });

  describe('who gets a mail', () => {
    it('one mail for two clicks', async () => {
      const visitor = new Visitor(app);
      await visitor.open(page);
      const { action, hidden } = visitor.form;
      await Promise.all([1, 2, 3].map(() => visitor.post(action, { ...hidden, uid_field: name })));
      await mailsSettled(app);
      assert.equal(mailer.mails.length, 1);
      await visitor.open(page);
      await visitor.follow(await visitor.submit({ code: (await mailed()).code }));
      assert.equal(visitor.step.split(' ')[0], 'password', visitor.page.text);
    });

    it('as many further mails after three clicks at once as after one', async () => {
      const visitor = new Visitor(app);
      await visitor.open(page);
      const clicks = async (fields: Readonly<Record<string, string>>, times = 3): Promise<void> => {
        const { action, hidden } = visitor.form;
        await Promise.all(Array.from({ length: times }, () => visitor.post(action, { ...hidden, ...fields })));
        await mailsSettled(app);
        await visitor.open(page);
      };
      await clicks({ uid_field: name });
      await clicks({ resend: 'yes' });
      await clicks({ resend: 'yes' });
      assert.equal(mailer.mails.length, 3);
      const newest = mailer.codeIn(mailer.mails.at(-1) ?? assert.fail()) ?? '';
      await clicks({ resend: 'yes' }, 1);
      assert.equal(mailer.mails.length, 3, 'the limit of the address and client');
      assert.equal((await visitor.submit({ code: newest })).status, 422);
    });

    it('a mail for the same form again, where the process of the first one died before it was queued', async () => {
      const clock = fakeClock();
      const ephemeral = createMemoryEphemeralStore({ clock });
      let isDead = false;
      const dead = (): Promise<never> => Promise.reject(new Error('the process died'));
      const dying: EphemeralStore = {
        ...ephemeral,
        set: (...given) => (isDead ? dead() : ephemeral.set(...given)),
        compareAndSet: (...given) => (isDead ? dead() : ephemeral.compareAndSet(...given)),
      };
      const flows = [recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in' }), signInFlow({ slug: 'sign-in' })];
      const other = await openTestApp({ mailer, flows, clock, stores: { ephemeral: dying } });
      try {
        await member(other, name);
        const visitor = new Visitor(other);
        await visitor.open(page);
        const { action, hidden } = visitor.form;
        const send = () => visitor.post(action, { ...hidden, uid_field: name });
        isDead = true;
        assert.equal((await send()).status, 503);
        isDead = false;
        clock.advance(4000);
        const answers = await Promise.all([send(), send()]);
        assert.deepEqual(
          answers.map(({ status }) => status),
          [303, 303],
        );
        await mailsSettled(other);
        assert.equal(mailer.mails.length, 1);
        await visitor.open(page);
        await visitor.follow(await visitor.submit({ code: (await mailed()).code }));
        assert.equal(visitor.step.split(' ')[0], 'password', visitor.page.text);
      } finally {
        await other.close();
      }
    });

    it('unknown, deactivated and unproved accounts get none, and the same pages (CVE-2023-39522)', async () => {
      const known = drawn(await asked(), name);
      told.set(user.id, { active: false });
      assert.equal(drawn(await asked(), name), known);
      told.set(user.id, { emailVerified: false });
      assert.equal(drawn(await asked(), name), known);
      assert.equal(drawn(await asked('no-such-name'), 'no-such-name'), known);
      await mailsSettled(app);
      assert.equal(mailer.mails.length, 1);
    });

    it('an account without a password is told to use its provider, or to ask for a link, and gets none', async () => {
      await app.users.update?.(user, { passwordHash: null });
      const visitor = await asked();
      const mail = await mailer.next(`${name}@example.com`);
      assert.deepEqual([mail.kind, mailer.codeIn(mail)], ['no_password', null]);
      assert.match(mail.text, /has no password[^]*provider[^]*ask your contact at .* for a link to set a password/);
      assert.equal(visitor.step.split(' ')[0], 'email');
    });

    it('every mail counts, the first of a plan too: above the limit of an address and client none is sent (T25)', async () => {
      for (let plans = 0; plans < 4; plans += 1) {
        const visitor = await asked(plans % 2 === 0 ? name : `${name}@example.com`);
        assert.match(visitor.page.text, /we’ve emailed a code/);
      }
      await mailsSettled(app);
      assert.equal(mailer.mails.length, 3);
    });

    it('a plan that has sent its mails answers 429 to one more', async () => {
      const visitor = await asked();
      for (let more = 0; more < 3; more += 1) await visitor.follow(await visitor.submit({ resend: 'true' }));
      const answer = await visitor.submit({ resend: 'true' });
      assert.equal(answer.status, 429);
      assert.ok(Number(answer.headers['retry-after']) > 0);
      assert.match(answer.text, /Too many emails/);
    });

    it('a mailer that fails or hangs changes no page, and its reason is logged without the address', async () => {
      let fails = 0;
      const failing = await openTestApp({
        mailer: {
          send: ({ to }) =>
            (fails += 1) === 1
              ? Promise.reject(Object.assign(new Error(`550 5.1.1 <${to}> unknown`), { responseCode: 550 }))
              : new Promise(() => undefined),
        },
        flows: [recoveryFlow({ slug: 'recovery' })],
      });
      try {
        for (const one of ['ann', 'bob']) {
          await member(failing, one);
          const visitor = new Visitor(failing);
          await visitor.open(page);
          const answer = await visitor.follow(await visitor.submit({ uid_field: one }));
          assert.match(answer.text, /we’ve emailed a code/);
          await mailsSettled(app);
        }
        const logged = failing.log.find(({ level }) => level === 'error') ?? assert.fail();
        assert.match(String(logged.fields['response']), /550 .*\[recipient\].*responseCode 550/);
        assert.ok(!JSON.stringify(failing.log).includes('ann@example.com'));
        assert.deepEqual(
          failing.events
            .filter((event) => event.name === 'mail.failed')
            .map(({ facts: { id, ...facts } }) => [typeof id, facts]),
          [['string', { flow: 'recovery', kind: 'recovery', state: 'failed' }]],
        );
      } finally {
        // Its close would wait for the mail that hangs.
        void failing.close();
      }
    });
  });

  describe('the new password', () => {
    it('T-REC-04: is of the account that the code proved, whatever name a form of the flow has afterwards', async () => {
      const other = `other-${name}`;
      await member(app, other);
      const visitor = new Visitor(app);
      await visitor.open(page);
      const first = visitor.form;
      await visitor.follow(await visitor.submit({ uid_field: name }));
      await visitor.follow(await visitor.submit({ code: (await mailed()).code }));
      // The first page again, from the history of the browser.
      await visitor.follow(await visitor.post(first.action, { ...first.hidden, uid_field: other }));
      assert.equal(visitor.step.split(' ')[0], 'password', visitor.page.text);
      await visitor.submit({ password: newPassword, uid_field: other, pending_user: other });
      assert.equal(await isPassword(newPassword), true);
      assert.equal((await signIn(new Visitor(app), other, newPassword)).status, 422);
      assert.equal((await signIn(new Visitor(app), other, password)).status, 303);
    });

    it('keeps the rules, and is asked for again where it does not', async () => {
      const visitor = await proved();
      const answer = await visitor.submit({ password: 'short' });
      assert.equal(answer.status, 422);
      assert.equal(await isPassword(password), true);
    });

    it('of two forms at once with different passwords one is set, and both pages agree', async () => {
      const visitor = await proved();
      const { action, hidden } = visitor.form;
      const typed = [newPassword, 'quite another long password'];
      await Promise.all(typed.map((one) => visitor.post(action, { ...hidden, password: one })));
      const set = await Promise.all([...typed, password].map(isPassword));
      assert.equal(set.filter(Boolean).length, 1, JSON.stringify(set));
      assert.equal(set[2], false);
    });

    it('ends other recoveries of the same account that had got as far', async () => {
      const first = await proved();
      mailer.clear();
      const second = await proved();
      await first.follow(await first.submit({ password: newPassword }));
      const late = await second.submit({ password: 'the password of somebody else' });
      // Refused, or started again: what was proved before the sessions ended counts no more.
      assert.ok(late.status === 403 || late.location.replace(/\?.*/, '') === page, late.location);
      assert.equal(await isPassword(newPassword), true);
    });

    it('of two recoveries at the same moment sets the password of one', async () => {
      const first = await proved();
      mailer.clear();
      const second = await proved();
      const typed = [newPassword, 'the password of somebody else'];
      const forms = [first, second].map((visitor) => ({ visitor, ...visitor.form }));
      const answers = await Promise.all(
        forms.map(({ visitor, action, hidden }, at) => visitor.post(action, { ...hidden, password: typed[at] ?? '' })),
      );
      assert.ok(answers.every(({ status }) => [303, 403].includes(status)));
      const set = await Promise.all(typed.map(isPassword));
      assert.deepEqual(set.filter(Boolean), [true]);
      const winner = answers[set.indexOf(true)];
      assert.equal(winner?.status, 303);
    });

    it('is set by another recovery 15 seconds after the process died that was about to set it', async () => {
      const clock = fakeClock();
      const ephemeral = createMemoryEphemeralStore({ clock });
      let dies = true;
      const dying: EphemeralStore = {
        ...ephemeral,
        async setIfAbsent(key, ...kept) {
          const value = await ephemeral.setIfAbsent(key, ...kept);
          if (dies && key.startsWith('app:password:')) throw new Error('the process died');
          return value;
        },
      };
      const flows = [recoveryFlow({ slug: 'recovery' })];
      const other = await openTestApp({ clock, mailer, flows, stores: { ephemeral: dying } });
      try {
        await member(other, name);
        const first = await proved(new Visitor(other));
        mailer.clear();
        const second = await proved(new Visitor(other));
        const third = await proved(new Visitor(other));
        await first.submit({ password: newPassword });
        dies = false;
        assert.equal((await second.submit({ password: newPassword })).status, 403);
        clock.advance(16_000);
        const done = await third.follow(await third.submit({ password: newPassword }));
        assert.match(done.text, /Your password has been changed/);
      } finally {
        await other.close();
      }
    });

    it('is the one of the form that says so, where the process of an earlier form with another one died', async () => {
      const ephemeral = createMemoryEphemeralStore({ clock: fakeClock() });
      let dies = true;
      const dying: EphemeralStore = {
        ...ephemeral,
        async setIfAbsent(key, ...kept) {
          const value = await ephemeral.setIfAbsent(key, ...kept);
          if (dies && key.startsWith('app:password-of:')) throw new Error('the process died');
          return value;
        },
      };
      const flows = [recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in' }), signInFlow({ slug: 'sign-in' })];
      const other = await openTestApp({ mailer, flows, stores: { ephemeral: dying } });
      try {
        await member(other, name);
        const visitor = await proved(new Visitor(other));
        const { action, hidden } = visitor.form;
        assert.equal((await visitor.post(action, { ...hidden, password: newPassword })).status, 503);
        dies = false;
        const second = 'quite another long password';
        const done = await visitor.follow(await visitor.post(action, { ...hidden, password: second }));
        assert.match(done.text, /Your password has been changed/);
        assert.equal((await signIn(new Visitor(other), name, newPassword)).status, 422);
        assert.equal((await signIn(new Visitor(other), name, second)).status, 303);
      } finally {
        await other.close();
      }
    });

    it('is not set for an account that was deactivated meanwhile', async () => {
      const visitor = await proved();
      told.set(user.id, { active: false });
      assert.equal((await visitor.submit({ password: newPassword })).status, 403);
      told.delete(user.id);
      assert.equal(await isPassword(password), true);
    });

    it('cannot be reached without the code, by the form of its step either', async () => {
      const visitor = await asked();
      const other = await proved(new Visitor(app));
      const { hidden } = other.form;
      const signature = hidden['enrollment_step'] ?? '';
      for (const forged of [signature, visitor.signature.replace('.email.', '.password.')])
        assert.equal((await visitor.post(page, { enrollment_step: forged, password: newPassword })).status, 403);
      assert.equal(await isPassword(password), true);
    });
  });
});
