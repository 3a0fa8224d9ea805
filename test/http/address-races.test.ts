import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { accountSettings, recoveryFlow } from '../../lib/flows.js';
import { inviteSignupFlow, memoryUsers, signInFlow, type MemoryUser } from '../../lib/index.js';
import { storeAway } from '../../lib/base/error.js';
import { digest128 } from '../../lib/base/ids.js';
import type { AccountChange } from '../../lib/ports/user-store.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { accountOf, password } from '../support/account.js';
import { addressChanges } from '../support/http/address-changes.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const newPassword = 'a tram that crosses the harbor';
const minute = 60_000;

type Write = (user: MemoryUser, change: AccountChange) => Promise<MemoryUser>;

/** What meets a change of an address, and what fails in it. */
describe('a change of an address', () => {
  const mailer = memoryMailer();
  const authenticators = memoryAuthenticators();
  const clock = fakeClock();
  const store = memoryUsers({ clock });
  const ephemeral = createMemoryEphemeralStore({ clock });
  let app: TestApp;
  let ann: MemoryUser;
  let count = 0;
  /** Stands for the next write of the user store that it is for. */
  let meet: ((change: AccountChange) => ((write: () => ReturnType<Write>) => ReturnType<Write>) | null) | null = null;
  /** True fails the next link. */
  let failsLink = false;
  /** Called once, before the next change of an address waits for another one. */
  let beforeLock: (() => Promise<void>) | null = null;
  let failsCreate = false;
  /** True loses each change of a password, before it is written or after. */
  let [isLostBefore, isLostAfter] = [false, false];
  /** True fails every look-up of an account by its id. */
  let away = false;
  const old = (): string => `ann-${count}@example.com`;
  const thiefs = (which = 1): string => `thief-${which}-${count}@evil.example`;

  const write: Write = (user, change) => {
    const met = meet?.(change) ?? null;
    if (met !== null) meet = null;
    const plain = (): ReturnType<Write> => store.users.update(user, change);
    return met === null ? plain() : met(plain);
  };

  before(async () => {
    app = await openTestApp({
      mailer,
      authenticators,
      clock,
      users: {
        ...store.users,
        update: write,
        async replacePassword(user, present, change) {
          if (isLostBefore) throw new Error('the connection was lost');
          const replaced = await store.users.replacePassword(user, present, change);
          if (isLostAfter) throw new Error('the connection was lost');
          return replaced;
        },
        create: (...account) => (failsCreate ? Promise.reject(new Error('away')) : store.users.create(...account)),
        findById: (id) => (away ? Promise.reject(new Error('away')) : store.users.findById(id)),
      },
      redemptions: store.redemptions,
      stores: {
        ephemeral: {
          ...ephemeral,
          async setIfAbsent(key, value, seconds) {
            const hook = key.startsWith('account-lock:') ? beforeLock : null;
            if (hook !== null) beforeLock = null;
            await hook?.();
            return ephemeral.setIfAbsent(key, value, seconds);
          },
          async set(key, value, seconds) {
            const fails = failsLink && key.startsWith('flow-link:');
            if (fails) failsLink = false;
            if (fails) throw new Error('the store is away for a moment');
            await ephemeral.set(key, value, seconds);
          },
        },
      },
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], verifyEmail: true }),
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: false }),
        recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in', minPasswordLength: 15 }),
        ...accountSettings({ fields: ['username', 'email'], leave: false, target: '/inside' }),
      ],
      rateLimits: { mails: { perClient: { points: 100_000, windowSeconds: 60 } } },
    });
    app.canaries.add(newPassword);
  });
  after(() => app.close());
  beforeEach(async () => {
    mailer.clear();
    ann = await member(app, `ann-${(count += 1)}`);
    await store.users.update(ann, { emailVerified: true });
    clock.advance(minute);
  });
  afterEach(() => {
    [meet, beforeLock] = [null, null];
    [failsLink, failsCreate, away] = [false, false, false];
    [isLostBefore, isLostAfter] = [false, false];
  });

  const now = async (user = ann): Promise<readonly [string | null, boolean | null]> => {
    const { email, emailVerified } = (await store.users.findById(user.id)) ?? user;
    return [email, emailVerified ?? null];
  };

  const hashOf = async (): Promise<string | null> => store.users.passwordHash((await found()) ?? ann);
  const found = (): Promise<MemoryUser | null> => store.users.findById(ann.id);

  /** By a way of the app. */
  async function setPassword(passwordHash: string): Promise<void> {
    await store.users.update((await found()) ?? ann, { passwordHash, passwordChangedAt: clock.now() });
  }

  const { codeAt, ask, change, undoLinkAt, openUndo } = addressChanges({
    app: () => app,
    mailer,
    fields: async () => ({ username: ann.username ?? '' }),
  });

  async function signedIn(typed = password): Promise<Visitor> {
    const visitor = new Visitor(app);
    await signIn(visitor, ann.username ?? '', typed);
    return visitor;
  }

  const totp = (id: string) => ({
    ...{ id: `${id}-${count}`, userId: ann.id, type: 'totp' as const, name: 'App', version: '1', data: {} },
    ...{ createdAt: clock.now(), lastUsedAt: null },
  });

  it('T-REC-10: an address that was only typed is told, and has no way to undo', async () => {
    ann = await member(app, `typed-${count}`);
    await change(await signedIn(), thiefs());
    const to = ann.email ?? '';
    assert.equal((await mailer.next(to)).kind, 'address_changed');
    await delay(100);
    assert.equal(mailer.mails.filter((mail) => mail.to === to).length, 1);
  });

  it('is undone with all that came later, although the clock of a server is behind', async () => {
    await authenticators.add(totp('own'));
    const thief = await signedIn();
    await change(thief, thiefs(1));
    clock.advance(-4 * minute);
    const behind = await signedIn();
    await change(behind, thiefs(2));
    await behind.open('/if/flow/account-password/');
    await behind.follow(await behind.submit({ password }));
    await behind.submit({ password: newPassword });
    await authenticators.add(totp('of-the-thief'));
    assert.equal(await (await signedIn(newPassword)).me(), ann.username);
    clock.advance(5 * minute);
    const owners = await undoLinkAt(old());
    await (await openUndo(owners)).submit({});
    assert.deepEqual(await now(), [old(), true]);
    assert.equal(await (await signedIn(newPassword)).me(), null, 'the password of the thief is gone');
    assert.deepEqual(
      (await authenticators.list(ann.id)).map(({ id }) => id),
      [`own-${count}`],
    );
    assert.ok(!mailer.mails.some(({ kind, to }) => kind === 'address_change_undo' && to === thiefs(1)));
    assert.deepEqual(await now(), [old(), true]);
  });

  it('does not overtake its undoing: the one waits for the other', async () => {
    const thief = await signedIn();
    await change(thief, thiefs(1));
    const owner = await openUndo(await undoLinkAt(old()));
    const code = await ask(thief, thiefs(2));
    let undone: Promise<{ readonly status: number }> = Promise.resolve({ status: 0 });
    meet = ({ email }) =>
      email !== thiefs(2)
        ? null
        : async (plain) => {
            undone = owner.submit({});
            await delay(200);
            return plain();
          };
    await thief.submit({ code });
    assert.equal((await undone).status, 303);
    assert.deepEqual(await now(), [old(), true]);
  });

  it('whose session ended while it waited is not written, though the address is the same', async () => {
    const [thief, other] = [await signedIn(), await signedIn()];
    const code = await ask(thief, thiefs(2));
    beforeLock = async () => {
      await change(other, thiefs(1));
      assert.equal((await (await openUndo(await undoLinkAt(old()))).submit({})).status, 303);
    };
    assert.equal((await thief.submit({ code })).status, 403);
    assert.deepEqual(await now(), [old(), true]);
  });

  it('when it is undone, what was added meanwhile ends too', async () => {
    await change(await signedIn(), thiefs());
    const owner = await openUndo(await undoLinkAt(old()));
    meet = ({ email }) =>
      email !== old()
        ? null
        : async (plain) => {
            await authenticators.add(totp('late'));
            return plain();
          };
    await owner.submit({});
    assert.deepEqual(await now(), [old(), true]);
    assert.deepEqual(await authenticators.list(ann.id), []);
  });

  it('T-REC-10: what is added while a recovery proves a typed address ends too', async () => {
    ann = await member(app, `typed-${count}`);
    const owner = new Visitor(app);
    await owner.open('/if/flow/recovery/');
    await owner.follow(await owner.submit({ uid_field: ann.username ?? '' }));
    await owner.follow(await owner.submit({ code: await codeAt(ann.email ?? '') }));
    meet = ({ emailVerified }) =>
      emailVerified !== true
        ? null
        : async (plain) => {
            await authenticators.add(totp('late'));
            return plain();
          };
    await owner.submit({ password: newPassword });
    assert.deepEqual(await now(), [ann.email, true]);
    assert.deepEqual(await authenticators.list(ann.id), []);
  });

  it('is not written where no link for the former address can be stored; the next try sends it', async () => {
    const visitor = await signedIn();
    const code = await ask(visitor, thiefs());
    failsLink = true;
    assert.equal((await visitor.submit({ code })).status, 503);
    assert.deepEqual(await now(), [old(), true]);
    assert.equal((await visitor.submit({ code })).status, 303);
    assert.deepEqual(await now(), [thiefs(), true]);
    await undoLinkAt(old());
  });

  it('that was written without an answer is told to the former address, at the next save at the latest', async () => {
    for (const isAway of [false, true]) {
      const visitor = await signedIn();
      const [before] = await now();
      const email = thiefs(isAway ? 2 : 1);
      const code = await ask(visitor, email);
      meet = (change) =>
        change.email !== email
          ? null
          : async (plain) => {
              await plain();
              away = isAway;
              throw new Error('the answer was lost');
            };
      assert.equal((await visitor.submit({ code })).status === 303, !isAway);
      away = false;
      assert.deepEqual(await now(), [email, true]);
      if (isAway) {
        await visitor.open('/if/flow/account-profile/');
        await visitor.submit({ username: ann.username ?? '', email });
      }
      const owner = await openUndo(await undoLinkAt(before ?? ''));
      await owner.submit({});
      assert.deepEqual(await now(), [before, true]);
    }
  });

  it('that was not written can be confirmed by the link of its mail again', async () => {
    const visitor = await signedIn();
    await ask(visitor, thiefs());
    const { pathname, search } = new URL(mailer.linkIn(await mailer.next(thiefs())) ?? '');
    await visitor.open(pathname + search);
    meet = ({ email }) => (email === thiefs() ? () => Promise.reject(new Error('the database is down')) : null);
    assert.equal((await visitor.submit({})).status, 500);
    await visitor.open(pathname + search);
    assert.equal((await visitor.submit({})).status, 303);
    assert.deepEqual(await now(), [thiefs(), true]);
    assert.equal((await visitor.follow(await visitor.client.get(pathname + search))).status, 404, 'it was used');
  });

  it('is undone by the same link in any browser, until the former address was written', async () => {
    await change(await signedIn(), thiefs());
    const link = await undoLinkAt(old());
    const first = await openUndo(link);
    meet = ({ email }) => (email === old() ? () => Promise.reject(new Error('the database is down')) : null);
    assert.equal((await first.submit({})).status, 500);
    beforeLock = () => Promise.reject(storeAway('the store', new Error('away')));
    assert.equal((await first.submit({})).status, 503);
    // As after a process that died with the account's lock.
    const lock = `account-lock:${digest128(ann.id)}`;
    await ephemeral.set(lock, 'of a process that died', 60);
    assert.equal((await (await openUndo(link)).submit({})).status, 503);
    await ephemeral.take(lock);
    assert.deepEqual(await now(), [thiefs(), true]);
    const [again, other] = [await openUndo(link, first), await openUndo(link)];
    const { action, hidden } = again.form;
    const clicks = await Promise.all([1, 2].map(() => again.post(action, hidden)));
    assert.deepEqual(
      [clicks.map(({ status }) => status), await now()],
      [
        [303, 303],
        [old(), true],
      ],
    );
    assert.equal((await other.submit({})).status, 403);
    await change(await signedIn(), `mine-${count}@example.com`);
    assert.equal((await new Visitor(app).follow(await other.client.get(link))).status, 403, 'it was for one use');
    assert.equal((await other.submit({})).status, 403);
    assert.deepEqual(await now(), [`mine-${count}@example.com`, true]);
  });

  it('whose undoing was written, but not recorded, is not undone again: what its owner has set since stays', async () => {
    for (const setsPassword of [false, true]) {
      ann = await member(app, `ann-${(count += 1)}`);
      await store.users.update(ann, { emailVerified: true });
      await change(await signedIn(), thiefs());
      const link = await undoLinkAt(old());
      clock.advance(minute);
      if (setsPassword) await setPassword('of the thief');
      const first = await openUndo(link);
      // As where the process ends right after the write.
      isLostAfter = setsPassword;
      meet = ({ email }) =>
        email === old()
          ? async (plain) => {
              await plain();
              throw new Error('the connection was lost');
            }
          : null;
      assert.equal((await first.submit({})).status, 500);
      isLostAfter = false;
      assert.deepEqual(await now(), [old(), true]);
      assert.notEqual(await hashOf(), 'of the thief');
      clock.advance(minute);
      await setPassword('of the owner');
      assert.equal((await (await openUndo(link)).submit({})).status, 403);
      assert.equal(await hashOf(), 'of the owner');
      assert.equal((await new Visitor(app).follow(await new Visitor(app).client.get(link))).status, 403, 'it was used');
    }
  });

  it('whose undoing was written, but not recorded, stays undone where its owner moves on to another address', async () => {
    await change(await signedIn(), thiefs());
    const link = await undoLinkAt(old());
    clock.advance(minute);
    const first = await openUndo(link);
    meet = ({ email }) =>
      email === old()
        ? async (plain) => {
            await plain();
            throw new Error('the connection was lost');
          }
        : null;
    assert.equal((await first.submit({})).status, 500);
    assert.deepEqual(await now(), [old(), true]);
    clock.advance(minute);
    const moved = `moved-${count}@example.com`;
    await change(await signedIn(), moved);
    assert.deepEqual(await now(), [moved, true]);
    assert.equal((await first.submit({})).status, 403);
    assert.equal((await new Visitor(app).follow(await new Visitor(app).client.get(link))).status, 403, 'it was used');
    assert.deepEqual(await now(), [moved, true]);
  });

  it('is undone where the address came back by another way, and the password of the other person stayed', async () => {
    await change(await signedIn(), thiefs());
    const link = await undoLinkAt(old());
    clock.advance(minute);
    await setPassword('of the thief');
    const first = await openUndo(link);
    meet = null;
    isLostBefore = true;
    assert.equal((await first.submit({})).status, 500);
    isLostBefore = false;
    await store.users.update(ann, { email: old(), emailVerified: true });
    assert.equal((await first.submit({})).status, 303);
    assert.notEqual(await hashOf(), 'of the thief');
  });

  it('is undone in a browser that is signed in to the account: it is signed out too', async () => {
    const visitor = await signedIn();
    await change(visitor, thiefs());
    await openUndo(await undoLinkAt(old()), visitor);
    await visitor.follow(await visitor.submit({}));
    assert.match(visitor.page.text, /Your email address is back/);
    assert.equal(await visitor.me(), null);
    assert.deepEqual(await app.enrollment.sessions.list(ann.id), []);
  });

  describe('and a sign-up that proves an address that another account typed', () => {
    /** A new visitor as far as the page that asks for the code, and the code. */
    async function signingUp(username: string, email: string): Promise<readonly [Visitor, string]> {
      const { code: invitation } = await app.enrollment.invitations.create();
      const visitor = new Visitor(app);
      await visitor.enterCode(invitation);
      await visitor.follow(await visitor.submit({ ...accountOf(username), email }));
      return [visitor, await codeAt(email)];
    }

    it('takes nothing from an account that proves another one at that moment', async () => {
      ann = await member(app, `typed-${count}`);
      const [visitor, code] = await signingUp(`new-${count}`, ann.email ?? '');
      const holder = await signedIn();
      const own = await ask(holder, thiefs());
      let proved: Promise<{ readonly status: number }> = Promise.resolve({ status: 0 });
      meet = ({ email }) =>
        email !== null
          ? null
          : async (plain) => {
              proved = holder.submit({ code: own });
              await delay(200);
              return plain();
            };
      assert.equal((await visitor.submit({ code })).status, 303);
      await proved;
      assert.notEqual((await now())[0], ann.email);
      await holder.open('/if/flow/account-profile/');
      assert.equal((await store.users.findByLogin('email', ann.email ?? ''))?.username, `new-${count}`);
      // Its own change was written after the release, or not at all.
      assert.equal((await now())[0], (await proved).status === 303 ? thiefs() : null);
    });

    it('takes nothing where its username is taken meanwhile', async () => {
      ann = await member(app, `typed-${count}`);
      const [visitor, code] = await signingUp(`late-${count}`, ann.email ?? '');
      await member(app, `late-${count}`).catch(() => null);
      await visitor.submit({ code });
      assert.deepEqual(await now(), [ann.email, null]);
    });

    for (const state of [null, false])
      it(`gives the address back as it was (${String(state)}) where the account could not be written`, async () => {
        ann = await member(app, `typed-${count}`);
        if (state !== null) await store.users.update(ann, { emailVerified: state });
        const [visitor, code] = await signingUp(`new-${count}`, ann.email ?? '');
        failsCreate = true;
        assert.notEqual((await visitor.submit({ code })).status, 303);
        assert.deepEqual(await now(), [ann.email, state]);
        assert.equal(
          app.events.filter(({ name }) => name === 'account.address_released').at(-1)?.facts['user'] === ann.id,
          false,
        );
        failsCreate = false;
        assert.equal((await visitor.submit({ code })).status, 303);
        assert.equal((await now())[0], null);
      });

    it('logs what the user store says where the address cannot be given up', async () => {
      ann = await member(app, `typed-${count}`);
      const [visitor, code] = await signingUp(`new-${count}`, ann.email ?? '');
      const cause = new Error('email may not be null');
      meet = ({ email }) => (email === null ? () => Promise.reject(cause) : null);
      assert.equal((await visitor.submit({ code })).status, 422);
      const line = app.log.find(({ fields }) => fields['err'] === cause);
      assert.match(line?.text ?? '', /does not let an account give up an address/);
      assert.deepEqual(await now(), [ann.email, null]);
    });
  });
});
