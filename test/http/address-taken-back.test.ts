import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountSettings, confirmEmailFlow, profileFlow, recoveryFlow, setPasswordFlow } from '../../lib/flows.js';
import { argon2Passwords, memoryUsers, Secret, signInFlow, type MemoryUser } from '../../lib/index.js';
import { instantText } from '../../lib/pages/instant-text.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { addressChanges, undoPage } from '../support/http/address-changes.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, quickPasswords, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { waitUntil } from '../support/wait-until.js';

const owners = 'a tram that crosses the harbor';
const minute = 60_000;
const day = 24 * 60 * minute;

/** A thief has changed the address of an account; its owner takes it back without the mailed link, or with it. */
describe('an address that its owner takes back', () => {
  const mailer = memoryMailer();
  const clock = fakeClock();
  const store = memoryUsers({ clock });
  const ephemeral = createMemoryEphemeralStore({ clock });
  const keys = new Set<string>();
  let app: TestApp;
  let ann: MemoryUser;
  let count = 0;
  /** How many writes of an address fail before they write. */
  let failures = 0;
  const inactive = new Set<string>();
  let isOutdated = false;
  /** True where the app's store does not tell when a password was set. */
  let isTimeless = false;
  /** Addresses that the mail server refuses. */
  const refused = new Set<string>();
  /** Addresses whose mails it takes later. */
  const deferred = new Set<string>();
  const old = (): string => `ann-${count}@example.com`;
  const evil = (which = 1): string => `evil-${which}-${count}@evil.example`;

  before(async () => {
    app = await openTestApp({
      mailer: {
        ...mailer,
        send({ to, ...mail }) {
          const delivery = refused.has(to) ? 'permanent' : deferred.has(to) ? 'temporary' : null;
          return delivery === null
            ? mailer.send({ to, ...mail })
            : Promise.reject(Object.assign(new Error('550 no such user'), { delivery }));
        },
      },
      clock,
      passwords: { ...quickPasswords, outdated: () => isOutdated },
      redemptions: store.redemptions,
      stores: {
        ephemeral: {
          ...ephemeral,
          set(key, value, seconds) {
            keys.add(key);
            return ephemeral.set(key, value, seconds);
          },
        },
      },
      users: {
        ...store.users,
        toProfile: (user) => ({
          ...store.users.toProfile(user),
          ...(inactive.has(user.id) ? { active: false } : {}),
          ...(isTimeless ? { passwordChangedAt: null } : {}),
        }),
        update: (user, change) => {
          if (change.email === undefined || failures === 0) return store.users.update(user, change);
          failures -= 1;
          return Promise.reject(new Error('the database is down'));
        },
      },
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: false }),
        recoveryFlow({ slug: 'recovery', minPasswordLength: 15 }),
        confirmEmailFlow({ slug: 'confirm' }),
        setPasswordFlow({ slug: 'set-password', minPasswordLength: 15 }),
        profileFlow({ slug: 'typed', fields: ['email'], confirmEmail: false }),
        ...accountSettings({ fields: ['email'], leave: false, target: '/inside' }),
      ],
      rateLimits: { mails: { perClient: { points: 100_000, windowSeconds: 60 } } },
    });
    app.canaries.add(owners);
  });
  after(() => app.close());
  beforeEach(async () => {
    [isOutdated, isTimeless] = [false, false];
    mailer.clear();
    ann = await member(app, `ann-${(count += 1)}`);
    await store.users.update(ann, { emailVerified: true });
    clock.advance(minute);
  });

  const address = async (): Promise<string | null> => (await store.users.findById(ann.id))?.email ?? null;

  async function signedIn(typed = password): Promise<Visitor> {
    const visitor = new Visitor(app);
    await signIn(visitor, ann.username ?? '', typed);
    return visitor;
  }

  const { mailAt, codeAt, undoLinkAt, ...pages } = addressChanges({ app: () => app, mailer });

  async function change(email: string, by: Visitor): Promise<void> {
    await pages.change(by, email);
    assert.equal(await address(), email);
    clock.advance(minute);
  }

  async function changeByTicket(newEmail: string, by: Visitor): Promise<void> {
    await app.enrollment.tickets.create({ user: ann.id }, { purpose: 'change-email', newEmail, delivery: 'kit' });
    const { pathname, search } = new URL(mailer.linkIn(await mailAt(newEmail, 'ticket_change_email')) ?? '');
    await by.open(pathname + search);
    await by.submit({});
    assert.equal(await address(), newEmail);
    clock.advance(minute);
  }

  /** What a link says, after its button where it has one. */
  async function undo(link: string): Promise<string> {
    const by = new Visitor(app);
    const { status, text } = await by.follow(await by.client.get(link));
    return status === 200 ? (await by.follow(await by.submit({}))).text : text;
  }

  /** The first mail with a link that undoes a change, in the list of mails. */
  async function letter() {
    const { mails } = await app.enrollment.mails.list({ about: { type: 'account', id: ann.id } });
    return mails.findLast(({ kind }) => kind === 'address_change_undo');
  }

  /** The kinds of the mails that an address got, once all that were ordered are sent. */
  async function kindsAt(to: string): Promise<readonly string[]> {
    const bob = await member(app, `bob-${String((bobs += 1))}`);
    await app.enrollment.tickets.create({ user: bob.id }, { purpose: 'recovery', delivery: 'kit' });
    await mailer.next(bob.email ?? '');
    return mailer.mails.filter((mail) => mail.to === to).map(({ kind }) => kind);
  }
  let bobs = 0;

  async function setPassword(by: Visitor): Promise<void> {
    await by.open('/if/flow/account-password/');
    if (by.page.text.includes('name="password"')) await by.follow(await by.submit({ password }));
    await by.submit({ password: owners });
  }

  const notice = ['ticket_change_email', 'address_changed'];

  it('moved to a third address, by whatever way: the mailboxes of the thief get no link', async () => {
    await change(evil(1), await signedIn());
    await change(evil(2), await signedIn());
    clock.advance(6 * day);
    await change(`safe-${String(count)}@example.com`, await signedIn());
    for (const which of [1, 2]) assert.deepEqual(await kindsAt(evil(which)), notice);
    assert.equal(mailer.mails.filter(({ kind, to }) => kind === 'address_change_undo' && to !== old()).length, 0);
  });

  it('given back by the app and then changed by its owner: the mailboxes of the thief have no link', async () => {
    await change(evil(1), await signedIn());
    await change(evil(2), await signedIn());
    await store.users.update(ann, { email: old(), emailVerified: true });
    await change(`safe-${String(count)}@example.com`, await signedIn());
    for (const which of [1, 2]) assert.ok(!(await kindsAt(evil(which))).includes('address_change_undo'));
  });

  it('moved by an administrator who revokes all: not even the first link gives it back', async () => {
    await change(evil(1), await signedIn());
    const link = await undoLinkAt(old());
    const safe = `safe-${String(count)}@example.com`;
    await store.users.update((await store.users.findById(ann.id)) ?? ann, { email: safe, emailVerified: true });
    await app.enrollment.sessions.endAll(ann.id);
    assert.deepEqual(await app.enrollment.tickets.revokeAll({ user: ann.id }, ['invite', 'recovery']), []);
    const opened = new Visitor(app);
    assert.match((await opened.follow(await opened.client.get(link))).text, /Get your email address back/);
    assert.deepEqual(await app.enrollment.tickets.revokeAll({ user: ann.id }), []);
    assert.match(await undo(link), /nothing left to undo/);
    assert.equal(await address(), safe);
  });

  it('an address that stayed for a week can undo the next change', async () => {
    await change(evil(1), await signedIn());
    clock.advance(7 * day);
    await change(evil(2), await signedIn());
    assert.match(await undo(await undoLinkAt(evil(1))), /Your email address is back/);
    assert.equal(await address(), evil(1));
  });

  it('one that came by a change without a link can undo the next change, once no earlier link works', async () => {
    const [own, third] = [`own-${String(count)}@example.com`, `third-${String(count)}@example.com`];
    await change(own, await signedIn());
    clock.advance(3 * day);
    await change(third, await signedIn());
    assert.ok(!(await kindsAt(own)).includes('address_change_undo'), 'the link of the first change undoes both');
    clock.advance(7 * day);
    await change(evil(), await signedIn());
    assert.match(await undo(await undoLinkAt(third)), /Your email address is back/);
    assert.equal(await address(), third);
  });

  it('lost in the last hours of the link that undoes it, too: that link then has its seven days again', async () => {
    const own = `own-${String(count)}@example.com`;
    await change(own, await signedIn());
    clock.advance(6.9 * day);
    await change(evil(), await signedIn());
    assert.ok(!(await kindsAt(own)).includes('address_change_undo'));
    clock.advance(6.9 * day);
    const link = await undoLinkAt(old());
    const opened = new Visitor(app);
    assert.match((await opened.follow(await opened.client.get(link))).text, /Undo the change/);
    clock.advance(0.1 * day);
    assert.match(await undo(link), /ended on/);
    assert.equal(await address(), evil());
  });

  it('lost while the mail with the link that undoes it waits: that mail names the end that the link has then', async () => {
    deferred.add(old());
    await change(`own-${String(count)}@example.com`, await signedIn());
    clock.advance(day);
    const end = instantText(clock.now() + 7 * day, 'UTC', 'en');
    await change(evil(), await signedIn());
    deferred.delete(old());
    clock.advance(60 * minute);
    // It wakes the worker.
    await kindsAt(old());
    const { text } = await mailAt(old(), 'address_change_undo');
    assert.ok(text.includes(`The link works until ${end}.`), text);
  });

  for (const fate of ['came back', 'was refused'])
    it(`lost after a link that ${fate} has a link of its own`, async () => {
      const own = `own-${String(count)}@example.com`;
      if (fate === 'was refused') refused.add(old());
      await change(own, await signedIn());
      const isRefused = async (): Promise<true | undefined> => (await letter())?.state === 'failed' || undefined;
      if (fate === 'was refused') await waitUntil(isRefused, () => 'the mail was not refused');
      else await undoLinkAt(old());
      const { id = '' } = (await letter()) ?? {};
      if (fate === 'came back') assert.ok(await app.enrollment.mails.bounced({ id, response: '550 no such user' }));
      await change(evil(1), await signedIn());
      await change(evil(2), await signedIn());
      assert.match(await undo(await undoLinkAt(own)), /Your email address is back/);
      assert.equal(await address(), own);
      assert.ok(!(await kindsAt(evil(1))).includes('address_change_undo'));
    });

  it('one that came by a change whose link an administrator ended can undo the next change', async () => {
    const own = `own-${String(count)}@example.com`;
    await change(own, await signedIn());
    await app.enrollment.tickets.revokeAll({ user: ann.id });
    await change(evil(), await signedIn());
    assert.match(await undo(await undoLinkAt(own)), /Your email address is back/);
    assert.equal(await address(), own);
  });

  it('whose change failed counts for nothing, though the app wrote that address later', async () => {
    const by = await signedIn();
    const own = `own-${String(count)}@example.com`;
    const code = await pages.ask(by, own);
    failures = 1;
    assert.equal((await by.submit({ code })).status, 500);
    const kept = async (): Promise<boolean> =>
      (await Promise.all([...keys].map((key) => ephemeral.peek(key)))).some((value) => value?.includes(`"${old()}"`));
    assert.ok(await kept());
    clock.advance(2 * minute);
    await kindsAt(own);
    await waitUntil(
      async () => ((await kept()) ? undefined : true),
      () => 'the failed change is still kept',
    );
    await store.users.update((await store.users.findById(ann.id)) ?? ann, { email: own, emailVerified: true });
    await change(evil(), await signedIn());
    assert.match(await undo(await undoLinkAt(own)), /Your email address is back/);
    assert.equal(await address(), own);
    assert.deepEqual(await kindsAt(old()), []);
  });

  it('given back by the app ends the link that would bring it back: what is set since stays', async () => {
    await change(evil(), await signedIn());
    const link = await undoLinkAt(old());
    const opened = new Visitor(app);
    await opened.follow(await opened.client.get(link));
    const present = (await store.users.findById(ann.id)) ?? ann;
    const passwordHash = await argon2Passwords().hash(new Secret(owners));
    await store.users.update(present, {
      email: old(),
      emailVerified: true,
      passwordHash,
      passwordChangedAt: clock.now(),
    });
    const page = await new Visitor(app).follow(await new Visitor(app).client.get(link));
    assert.deepEqual([page.status, /nothing left to undo/.test(page.text)], [403, true], 'the page says it at once');
    assert.equal((await opened.submit({})).status, 403);
    assert.equal(await (await signedIn(owners)).me(), ann.username);
    await change(evil(2), await signedIn(owners));
    assert.match(await undo(link), /nothing left to undo/);
    assert.match(await undo(await undoLinkAt(old())), /Your email address is back/, 'the next change has a link');
  });

  it('typed over an address that was typed: the mailbox of the thief gets no link while the first one works', async () => {
    const by = await signedIn();
    for (const which of [1, 2]) {
      await by.open('/if/flow/typed/');
      await by.submit({ email: evil(which) });
      assert.equal(await address(), evil(which));
    }
    await store.users.update((await store.users.findById(ann.id)) ?? ann, { emailVerified: true });
    clock.advance(minute);
    await change(`safe-${String(count)}@example.com`, await signedIn());
    assert.ok(!(await kindsAt(evil(2))).includes('address_change_undo'));
    assert.match(await undo(await undoLinkAt(old())), /Your email address is back/);
  });

  for (const [way, takeBack] of [
    ['on the page', change],
    ['by a ticket', changeByTicket],
  ] as const)
    it(`${way} stays: the mailbox of the thief gets a notice, and no link`, async () => {
      await change(evil(1), await signedIn());
      await change(evil(2), await signedIn());
      const link = await undoLinkAt(old());
      clock.advance(6 * day);
      const owner = await signedIn();
      await takeBack(old(), owner);
      await setPassword(owner);
      for (const which of [1, 2]) assert.deepEqual(await kindsAt(evil(which)), notice);
      const { text } = await mailAt(evil(1), 'address_changed');
      assert.match(text, /The link that we emailed to an earlier address of your account still works/);
      assert.ok(!text.includes(old()), 'the address is not named');
      assert.doesNotMatch((await mailAt(evil(2), 'address_changed')).text, /an earlier address/, 'that link has ended');
      assert.match(await undo(link), /nothing left to undo/);
      clock.advance(2 * day);
      assert.match(await undo(link), /nothing left to undo/);
      assert.equal(await address(), old());
      assert.equal(await (await signedIn(owners)).me(), ann.username);
    });

  it('by a way of the app stays: a link of the thief does nothing', async () => {
    await change(evil(1), await signedIn());
    // The owner has read none of the mails: after a week the address can undo the next change.
    clock.advance(7 * day);
    await change(evil(2), await signedIn());
    const thiefs = await undoLinkAt(evil(1));
    await store.users.update(ann, { email: old(), emailVerified: true });
    clock.advance(0.5 * day);
    const opened = new Visitor(app);
    const page = await opened.follow(await opened.client.get(thiefs));
    assert.equal(page.status, 403);
    assert.match(page.text, /nothing left to undo/, 'the page says it before any press');
    // Opening it has changed nothing: the address that the account gets next would hide that it had this one.
    await change(`safe-${String(count)}@example.com`, await signedIn());
    assert.match(await undo(thiefs), /nothing left to undo/);
    assert.equal(await address(), `safe-${String(count)}@example.com`);
  });

  it('of a change that is no longer kept: the page of its link says at once that nothing is left', async () => {
    const by = await signedIn();
    for (let which = 0; which < 25; which += 1) await changeByTicket(evil(which), by);
    // The next one gets a link; the first ones are still kept.
    clock.advance(7 * day);
    await changeByTicket(evil(25), by);
    const link = await undoLinkAt(evil(24));
    for (let which = 26; which < 51; which += 1) await changeByTicket(evil(which), by);
    const opened = new Visitor(app);
    assert.match((await opened.follow(await opened.client.get(link))).text, /nothing left to undo/);
  });

  it('a change back that fails, and then the link: the last address is told once', async () => {
    await change(evil(1), await signedIn());
    const link = await undoLinkAt(old());
    const owner = await signedIn();
    await owner.open('/if/flow/account-profile/');
    await owner.follow(await owner.submit({ email: old() }));
    failures = 1;
    assert.equal((await owner.submit({ code: await codeAt(old(), 'ticket_change_email') })).status, 500);
    assert.match(await undo(link), /Your email address is back/);
    await mailAt(evil(1), 'address_changed');
    clock.advance(2 * minute);
    assert.deepEqual(await kindsAt(evil(1)), notice);
  });

  it('by the link keeps the password that a sign-in hashed anew, and loses one that was set since', async () => {
    isTimeless = true;
    for (const isNew of [false, true]) {
      await change(evil(), await signedIn());
      isOutdated = !isNew;
      const by = await signedIn();
      isOutdated = false;
      if (isNew) await setPassword(by);
      assert.match(await undo(await undoLinkAt(old())), /Your email address is back/);
      const visitor = new Visitor(app);
      const answer = await signIn(visitor, ann.username ?? '', isNew ? owners : password);
      assert.equal(answer.status, isNew ? 422 : 303);
      mailer.clear();
    }
  });

  it('by the link is lost by the last one, which is told', async () => {
    await change(evil(1), await signedIn());
    await change(evil(2), await signedIn());
    assert.match(await undo(await undoLinkAt(old())), /Your email address is back/);
    for (const which of [1, 2]) assert.deepEqual(await kindsAt(evil(which)), notice);
    assert.deepEqual(await kindsAt(old()), ['address_change_undo']);
  });

  it('without a proof keeps its link until it is proved, by which the thief loses theirs', async () => {
    await change(evil(1), await signedIn());
    const owner = await signedIn();
    await owner.open('/if/flow/typed/');
    await owner.submit({ email: old() });
    assert.equal(await address(), old());
    const other = new Visitor(app);
    await other.client.get(await undoLinkAt(old()));
    assert.match((await other.client.get(undoPage)).text, /Undo the change/);
    await owner.open('/if/flow/account-email/');
    await owner.follow(await owner.submit({}));
    await owner.submit({ code: await codeAt(old(), 'verification') });
    await setPassword(owner);
    clock.advance(6.9 * day);
    assert.deepEqual(await kindsAt(evil(1)), notice);
    assert.match(await undo(await undoLinkAt(old())), /nothing left to undo/);
    assert.equal(await address(), old());
    assert.equal(await (await signedIn(owners)).me(), ann.username);
  });

  it('is taken by its link from an account that typed it and waits for its activation', async () => {
    await change(evil(1), await signedIn());
    const squatter = await member(app, `squatter-${String(count)}`);
    await store.users.update(squatter, { email: old(), emailVerified: null });
    inactive.add(squatter.id);
    assert.match(await undo(await undoLinkAt(old())), /Your email address is back/);
    assert.equal(await address(), old());
    assert.equal((await store.users.findById(squatter.id))?.email, null);
  });

  it('after its link has expired is taken back as any other change', async () => {
    await change(evil(1), await signedIn());
    clock.advance(7 * day);
    await change(old(), await signedIn());
    assert.match(await undo(await undoLinkAt(evil(1))), /Your email address is back/);
  });

  it('is not kept once the account is forgotten: neither its link nor the changes, and its mail is erased', async () => {
    await change(evil(1), await signedIn());
    await change(evil(2), await signedIn());
    const link = await undoLinkAt(old());
    const kept = async (): Promise<readonly (string | null)[]> =>
      (await Promise.all([...keys].map((key) => ephemeral.peek(key)))).filter((value) => value?.includes(old()));
    assert.ok((await kept()).length >= 2);
    const listed = async () => (await app.enrollment.mails.list()).mails.filter(({ about }) => about?.id === ann.id);
    const isLetter = ({ kind }: { readonly kind: string }): boolean => kind === 'address_change_undo';
    assert.equal((await listed()).filter(isLetter).length, 1);
    await app.enrollment.forgetUser(ann.id);
    assert.deepEqual(await kept(), []);
    assert.ok((await listed()).filter(isLetter).every(({ hint }) => hint === ''));
    assert.match(await undo(link), /nothing left to undo/);
  });

  it('a change that fails four times is told once, with a link that works', async () => {
    const by = await signedIn();
    const code = await pages.ask(by, evil());
    failures = 4;
    for (let times = 0; times < 4; times += 1) assert.equal((await by.submit({ code })).status, 500);
    assert.equal((await by.submit({ code })).status, 303);
    const link = await undoLinkAt(old());
    clock.advance(2 * minute);
    assert.deepEqual(await kindsAt(old()), ['address_change_undo']);
    assert.match(await undo(link), /Your email address is back/);
    assert.equal(await address(), old());
  });
});
