import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { dayText } from '../../lib/base/date-text.js';
import { accountSettings, confirmEmailFlow, recoveryFlow } from '../../lib/flows.js';
import { signInFlow, type MemoryUser } from '../../lib/index.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { addressChanges, undoPage } from '../support/http/address-changes.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const profilePage = '/if/flow/account-profile/';
const newPassword = 'a tram that crosses the harbor';
const minute = 60_000;

describe('a new address of an account', () => {
  const mailer = memoryMailer();
  const authenticators = memoryAuthenticators();
  let app: TestApp;
  let ann: MemoryUser;
  let visitor: Visitor;
  let count = 0;
  const old = (): string => `ann-${count}@example.com`;
  const next = (): string => `new-${count}@example.com`;

  before(async () => {
    app = await openTestApp({
      mailer,
      authenticators,
      flows: [
        signup,
        confirmEmailFlow({ slug: 'confirm' }),
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: false }),
        recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in', minPasswordLength: 15 }),
        ...accountSettings({ fields: ['username', 'email', 'name'], leave: false, target: '/inside' }),
      ],
      rateLimits: { mails: { perClient: { points: 100_000, windowSeconds: 60 } } },
    });
    app.canaries.add(newPassword);
  });
  after(() => app.close());
  beforeEach(async () => {
    mailer.clear();
    ann = await member(app, `ann-${(count += 1)}`);
    await app.users.update?.(ann, { emailVerified: true });
    app.clock.advance(minute);
    visitor = new Visitor(app);
    await signIn(visitor, ann.username ?? '');
  });

  const now = async (): Promise<readonly [string | null | undefined, boolean | null | undefined]> => {
    const user = await app.users.findById(ann.id);
    return [user?.email, user?.emailVerified];
  };

  const { codeAt, undoLinkAt, openUndo, ...pages } = addressChanges({
    app: () => app,
    mailer,
    async fields() {
      const { username } = (await app.users.findById(ann.id)) ?? ann;
      return { username: username ?? '', name: 'Ann Lee' };
    },
  });

  /** As far as the page that asks for the code. */
  const ask = (email: string, by = visitor): Promise<void> => pages.type(by, email);

  async function change(email: string, by = visitor): Promise<void> {
    await pages.change(by, email);
    assert.deepEqual(await now(), [email, true]);
    app.clock.advance(minute);
  }

  /** The visitor, and the answer to the button or the page after it. */
  async function undo(link: string, by = new Visitor(app)): Promise<{ readonly by: Visitor; readonly text: string }> {
    await openUndo(link, by);
    const answer = await by.submit({});
    return { by, text: answer.status === 303 ? (await by.follow(answer)).text : answer.text };
  }

  const signsIn = async (typed: string): Promise<boolean> => {
    const other = new Visitor(app);
    await signIn(other, ann.username ?? '', typed);
    return (await other.me()) !== null;
  };

  it('counts once the code that was sent there comes back, and is proved then', async () => {
    await ask(next());
    assert.deepEqual(await now(), [old(), true]);
    assert.match(visitor.page.text, new RegExp(`emailed a code to ${next()}`));
    assert.equal((await visitor.submit({ code: '0000-0000' })).status, 422);
    assert.deepEqual(await now(), [old(), true]);
    const mail = await mailer.next(next());
    assert.equal(mail.kind, 'ticket_change_email');
    assert.equal(mailer.mails.length, 1, 'nothing is sent to the old address before');
    assert.equal((await visitor.submit({ code: mailer.codeIn(mail) ?? '' })).status, 303);
    assert.deepEqual(await now(), [next(), true]);
    assert.match(await undoLinkAt(old()), /flow_token=/);
  });

  it('counts by the link of its mail too, in the same browser only, and by a button', async () => {
    await ask(next());
    const { pathname, search } = new URL(mailer.linkIn(await mailer.next(next())) ?? '');
    const stranger = new Visitor(app);
    await stranger.follow(await stranger.client.get(pathname + search));
    assert.deepEqual(await now(), [old(), true]);
    await visitor.follow(await visitor.client.get(pathname + search));
    assert.deepEqual(await now(), [old(), true], 'a GET changes nothing');
    assert.equal((await visitor.submit({})).status, 303);
    assert.deepEqual(await now(), [next(), true]);
  });

  it('an unchanged address asks for no code, and other fields are saved', async () => {
    await visitor.open(profilePage);
    const answer = await visitor.submit({ username: ann.username ?? '', email: old().toUpperCase(), name: 'Ann L.' });
    assert.equal(answer.status, 303);
    assert.equal((await app.users.findById(ann.id))?.name, 'Ann L.');
    assert.deepEqual([await now(), mailer.mails.length], [[old(), true], 0]);
  });

  it('the page does not tell that another account has proved the address: its mailbox learns it', async () => {
    const other = await member(app, `other-${count}`);
    await app.users.update?.(other, { emailVerified: true });
    const pageOf = async (email: string): Promise<string> => {
      await ask(email);
      return visitor.page.text
        .replaceAll(/value="\d[^"]+"/g, '')
        .replaceAll(/(other|new)-\d+@example\.com/g, 'ADDRESS');
    };
    const taken = await pageOf(`other-${count}@example.com`);
    const mail = await mailer.next(`other-${count}@example.com`);
    assert.deepEqual([mail.kind, mailer.codeIn(mail)], ['account_exists', null]);
    const page = visitor.form;
    assert.equal((await visitor.submit({ code: '0000-0000' })).status, 422);
    assert.ok(page.action.length > 0);
    visitor = new Visitor(app);
    await signIn(visitor, ann.username ?? '');
    assert.equal(await pageOf(next()), taken);
  });

  it('one that another account only typed moves to the account that proves it', async () => {
    const other = await member(app, `typed-${count}`);
    await change(`typed-${count}@example.com`);
    assert.equal((await app.users.findById(other.id))?.email, null);
    const told = app.events.filter(({ name }) => name === 'account.address_released');
    assert.deepEqual(told.at(-1), { name: 'account.address_released', facts: { user: other.id } });
  });

  it('asks for the password again where the mail took longer than ten minutes', async () => {
    await ask(next());
    const code = await codeAt(next());
    app.clock.advance(11 * minute);
    await visitor.follow(await visitor.submit({ code }));
    assert.deepEqual(await now(), [old(), true]);
    assert.match(visitor.page.text, /type="password"/);
    assert.equal((await visitor.submit({ password })).status, 303);
    assert.deepEqual(await now(), [next(), true]);
  });

  it('T-REC-09: one that waits for its code dies with a recovery, and with a change of the password', async () => {
    for (const way of ['recovery', 'change'] as const) {
      const thief = new Visitor(app);
      const known = way === 'recovery' ? password : newPassword;
      await signIn(thief, ann.username ?? '', known);
      await ask(`thief-${way}-${count}@example.com`, thief);
      const code = await codeAt(`thief-${way}-${count}@example.com`);
      const owner = new Visitor(app);
      if (way === 'recovery') {
        await owner.open('/if/flow/recovery/');
        await owner.follow(await owner.submit({ uid_field: ann.username ?? '' }));
        await owner.follow(await owner.submit({ code: await codeAt(old()) }));
        await owner.follow(await owner.submit({ password: newPassword }));
      } else {
        await signIn(owner, ann.username ?? '', newPassword);
        await owner.open('/if/flow/account-password/');
        await owner.follow(await owner.submit({ password: newPassword }));
        await owner.follow(await owner.submit({ password: `${newPassword} again` }));
      }
      const answer = await thief.submit({ code });
      assert.equal(await thief.me(), null, answer.text);
      assert.equal((await now())[0], old(), way);
    }
  });

  describe('is undone from the former one', () => {
    it('by a button behind the link, once, and all sessions end', async () => {
      await change(next());
      const link = await undoLinkAt(old());
      const scanner = new Visitor(app);
      for (let times = 0; times < 3; times += 1) await scanner.follow(await scanner.client.get(link));
      assert.deepEqual(await now(), [next(), true], 'opening it changes nothing');
      assert.equal(await visitor.me(), ann.username);
      const { by: owner, text } = await undo(link);
      assert.match(text, /Your email address is back/);
      assert.deepEqual(await now(), [old(), true]);
      assert.equal(await visitor.me(), null);
      assert.equal(await owner.me(), null, 'a mailbox alone signs nobody in');
      assert.ok(await signsIn(password), 'a password from before stays');
      const to = await owner.submit({});
      assert.equal(to.location.replace(/\?.*/, ''), '/if/flow/recovery/');
      const again = new Visitor(app);
      await again.client.get(link);
      const { text: over } = await again.client.get(undoPage);
      assert.match(over, /This change is already undone[^]*>Sign in<[^]*>Forgot your password\?</);
      const told = app.events.filter(({ name }) => name === 'account.address_restored');
      assert.deepEqual(told.at(-1), { name: 'account.address_restored', facts: { user: ann.id } });
    });

    it('not once the link has ended: its page says when, and of an unknown one that nothing is left', async () => {
      await change(next());
      const link = await undoLinkAt(old());
      const ends = app.clock.now() + 7 * 24 * 60 * minute;
      app.clock.advance(8 * 24 * 60 * minute);
      const late = new Visitor(app);
      const { status, text } = await late.follow(await late.client.get(link));
      assert.equal(status, 403);
      assert.ok(text.includes(`This link ended on ${dayText(ends, 'en')}.`), text);
      assert.match(text, />Sign in<[^]*>Forgot your password\?</);
      const stranger = new Visitor(app);
      const unknown = await stranger.follow(await stranger.client.get(`${link.slice(0, -4)}AAAA`));
      assert.match(unknown.text, /nothing left to undo[^]*>Sign in<[^]*>Forgot your password\?</);
      assert.deepEqual(await now(), [next(), true]);
    });

    it('also after the thief signed everybody out, changed the password and the address again', async () => {
      const thief = new Visitor(app);
      await signIn(thief, ann.username ?? '');
      await change(`h1-${count}@example.com`, thief);
      const link = await undoLinkAt(old());
      await app.enrollment.sessions.endAll(ann.id);
      await signIn(thief, ann.username ?? '');
      await change(`h2-${count}@example.com`, thief);
      await thief.open('/if/flow/account-password/');
      await thief.follow(await thief.submit({ password }));
      await thief.follow(await thief.submit({ password: newPassword }));
      await authenticators.add({
        ...{ id: `of-the-thief-${count}`, userId: ann.id, type: 'totp', name: 'App', version: '1', data: {} },
        ...{ createdAt: app.clock.now(), lastUsedAt: null },
      });
      assert.ok(await signsIn(newPassword));
      app.clock.advance(3 * 24 * 60 * minute);
      await undo(link);
      assert.deepEqual(await now(), [old(), true]);
      assert.equal(await thief.me(), null);
      assert.equal(await signsIn(newPassword), false, 'the password of the thief is gone');
      assert.equal(await signsIn(password), false);
      assert.deepEqual(await authenticators.list(ann.id), []);
      // The address of the first change could itself be undone: it has no link.
      const letters = mailer.mails.filter(({ kind }) => kind === 'address_change_undo').map(({ to }) => to);
      assert.deepEqual(
        letters.filter((to) => to === `h1-${count}@example.com`),
        [],
      );
      // The owner is in again by a recovery at the address.
      const owner = new Visitor(app);
      await owner.open('/if/flow/recovery/');
      await owner.follow(await owner.submit({ uid_field: old() }));
      await owner.follow(await owner.submit({ code: await codeAt(old()) }));
      await owner.follow(await owner.submit({ password: `${newPassword} of mine` }));
      assert.ok(await signsIn(`${newPassword} of mine`));
    });

    it('where a ticket changed it, too; and tickets that are open end with it', async () => {
      const { url } = await app.enrollment.tickets.create(
        { user: ann.id },
        { purpose: 'change-email', newEmail: next(), markEmailAsVerified: true },
      );
      const by = new Visitor(app);
      await signIn(by, ann.username ?? '');
      await by.open(url.slice(app.url.length));
      await by.follow(await by.submit({}));
      assert.deepEqual(await now(), [next(), true]);
      app.clock.advance(minute);
      const open = await app.enrollment.tickets.create(
        { user: ann.id },
        { purpose: 'verify-email', markEmailAsVerified: true },
      );
      await undo(await undoLinkAt(old()));
      assert.deepEqual(await now(), [old(), true]);
      assert.equal((await app.enrollment.tickets.get(open.id))?.state, 'address_changed');
    });

    it('T-REC-07: the address of its link is the configured one, whatever the request says', async () => {
      await ask(next());
      const code = await codeAt(next());
      const { action, hidden } = visitor.form;
      const forged = {
        'x-forwarded-host': 'evil.example',
        forwarded: 'host=evil.example',
        'x-forwarded-proto': 'https',
      };
      await visitor.client.post(action, { ...hidden, code }, forged);
      assert.deepEqual(await now(), [next(), true]);
      await undo(await undoLinkAt(old()));
      assert.deepEqual(await now(), [old(), true]);
    });

    it('a change after an undone one has its own way back', async () => {
      await change(next());
      await undo(await undoLinkAt(old()));
      app.clock.advance(minute);
      visitor = new Visitor(app);
      await signIn(visitor, ann.username ?? '');
      await change(`later-${count}@example.com`);
      await undo(await undoLinkAt(old()));
      assert.deepEqual(await now(), [old(), true]);
    });

    it('not after seven days, not while another user is signed in, and not by a link of the app', async () => {
      await change(next());
      const link = await undoLinkAt(old());
      const other = await member(app, `bob-${count}`);
      const bob = new Visitor(app);
      await signIn(bob, other.username ?? '');
      await bob.follow(await bob.client.get(link));
      await bob.submit({}).catch(() => undefined);
      assert.deepEqual(await now(), [next(), true]);
      const made = await app.enrollment.flowLink({ flow: 'undo-address-change', user: ann.id });
      const { pathname, search } = new URL(made.url);
      const by = await undo(pathname + search);
      assert.match(by.text, /nothing left to undo/);
      app.clock.advance(8 * 24 * 60 * minute);
      const late = new Visitor(app);
      await late.client.get(link);
      assert.match((await late.client.get(undoPage)).text, /This link ended on/);
      assert.deepEqual(await now(), [next(), true]);
    });

    it('not for an account whose former address is known as not proved, and not over one that has proved it', async () => {
      await app.users.update?.(ann, { emailVerified: false });
      await change(next());
      assert.deepEqual(
        mailer.mails.map(({ kind }) => kind),
        ['ticket_change_email'],
      );
      mailer.clear();
      await change(`third-${count}@example.com`);
      const link = await undoLinkAt(next());
      const owner = await member(app, `owner-${count}`);
      await app.users.update?.(owner, { email: next(), emailVerified: true });
      const page = await undo(link);
      assert.match(page.text, /Another account has this email address now/);
      assert.equal((await app.users.findByLogin('email', next()))?.id, owner.id);
    });

    it('once its owner, who has signed up again meanwhile, changes the address of the new account', async () => {
      await change(next());
      const link = await undoLinkAt(old());
      const again = await member(app, `again-${count}`);
      await app.users.update?.(again, { email: old(), emailVerified: true });
      assert.match((await undo(link)).text, /delete the account\. Then open this link again/);
      assert.equal((await app.users.findById(again.id))?.email, old());
      const owner = new Visitor(app);
      await signIn(owner, `again-${count}`);
      await owner.open(profilePage);
      const other = `other-${count}@example.com`;
      await owner.follow(await owner.submit({ username: `again-${count}`, email: other, name: 'Ann Lee' }));
      await owner.submit({ code: await codeAt(other) });
      assert.match((await undo(link)).text, /Your email address is back/);
      assert.equal((await app.users.findByLogin('email', old()))?.id, ann.id);
    });
  });
});
