import { digest128 } from '../../../lib/base/ids.js';
import { argon2Passwords } from '../../../lib/index.js';
import { createMemoryEphemeralStore } from '../../../lib/stores/memory/ephemeral-store.js';
import { memoryUsers, type MemoryUser } from '../../../lib/stores/memory/user-store.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import type { UserProfile } from '../../../lib/ports/user-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { Secret } from '../../../lib/base/secret.js';
import { createFlowLinks, endFlowLinks } from '../../../lib/tickets/flow-links.js';
import { alwaysHeld } from '../../../lib/users/account-lock.js';
import { createAccounts } from '../../../lib/users/accounts.js';
import { createAddressHistory, linkEnd } from '../../../lib/users/address-history.js';
import { createAddressUndo } from '../../../lib/users/address-undo.js';
import { createProfiles } from '../../../lib/users/profiles.js';
import { createRehashedPasswords } from '../../../lib/users/rehashed-passwords.js';
import { settleChange } from '../../../lib/users/settle-change.js';
import { unused } from './unused.js';

/** A mail with a link that undoes a change, in the mailbox `to`. */
export interface UndoLetter {
  readonly to: string;
  readonly change: string;
  readonly at: number;
  readonly token: string;
  /** True once it has come back. */
  isBounced: boolean;
}

export interface ModelledAccount {
  address(): Promise<{ readonly email: string; readonly isProved: boolean }>;
  /** By a page or a ticket of the kit. Without `isProved`: it was only typed. `fails`: the write does. */
  change(email: string, how?: { readonly isProved?: boolean; readonly fails?: boolean }): Promise<void>;
  /** In the app's own table. */
  write(email: string, isProved: boolean): Promise<void>;
  /** And the queue looks for mails whose request did not order them. */
  pass(days: number): Promise<void>;
  /** `fails`: its write does, after the undo has begun. */
  press(letter: UndoLetter, how?: { readonly fails?: boolean }): Promise<string>;
  /** The newest one comes back. */
  bounce(): void;
  /** When its link ends by itself; 0: it has. */
  endOf(letter: UndoLetter): Promise<number>;
  /** What its page says. */
  isOpen(letter: UndoLetter): Promise<boolean>;
  revokeAll(): Promise<void>;
  now(): number;
  /** Those that were sent, in their order. */
  readonly letters: readonly UndoLetter[];
}

type ToProfile = (user: MemoryUser) => UserProfile;

function withoutProof(toProfile: ToProfile): ToProfile {
  return (user) => {
    const { emailVerified: _emailVerified, ...profile } = toProfile(user);
    return profile;
  };
}

const about = { flow: 'profile', locale: 'en' };
const day = 86_400_000;

/**
 * An account over the kit's own parts, without pages, sessions and a queue of mails. Without `reportsProof`, `toProfile`
 * leaves `emailVerified` out.
 */
export async function openModelledAccount(first: string, { reportsProof = true } = {}): Promise<ModelledAccount> {
  const clock = fakeClock();
  const { users: all } = memoryUsers({ clock });
  const users = reportsProof ? all : { ...all, toProfile: withoutProof(all.toProfile) };
  const ephemeralStore = createMemoryEphemeralStore({ clock });
  const log = { info: unused, warn: unused, error: unused, debug: unused };
  const history = createAddressHistory({
    ephemeralStore,
    endLinks: (ids, cause) => endFlowLinks(ephemeralStore, ids, cause),
    log,
  });
  const letters: UndoLetter[] = [];
  let prepared: UndoLetter[] = [];
  let fails = false;
  const stored = {
    ...users,
    update: (user: MemoryUser, change: Parameters<typeof users.update>[1]) =>
      fails ? Promise.reject(new Error('the database is down')) : users.update(user, change),
  };
  const records = { authenticators: null, connections: null, consents: null };
  const accountLock = <T>(_user: string, work: (held: typeof alwaysHeld) => Promise<T>): Promise<T> => work(alwaysHeld);
  const flowLinks = createFlowLinks({
    ...{ ephemeralStore, clock, profiles: createProfiles(users), plans: { load: async () => null } },
    ...{ sessions: { hasEnded: async () => false, epoch: () => 1 }, isOver: async () => false },
  });
  const undo = createAddressUndo({
    ...{ users: stored, records, accountLock, flowLinks, history, clock, log, passwords: argon2Passwords() },
    ...{ releasing: unused, events: () => undefined, endSessions: async () => undefined, flow: 'undo' },
    linkUrl: (token) => token,
    rehashed: createRehashedPasswords(ephemeralStore),
    mailNotices: {
      isUndelivered: async (_kind, key) => letters.some((one) => one.change === key && one.isBounced),
      prepareNotice: async () => () => undefined,
      prepareLetter: async (_kind, to, { url = '' }, { key }) => {
        const letter = { to, change: key, at: clock.now(), token: url, isBounced: false };
        prepared.push(letter);
        return () => {
          prepared = prepared.filter((one) => one !== letter);
          letters.push(letter);
        };
      },
    },
  });
  const accounts = createAccounts({
    ...{ users: stored, redemptions: null, redeem: unused, inviteOnly: false, log, records, accountLock },
    prepareUndo: undo.prepare,
  });
  const { id } = await users.create(sampleAccount({ email: first }), sampleRedemption());
  const user = async (): Promise<MemoryUser> => (await users.findById(id)) ?? unused();
  await users.update(await user(), { emailVerified: true });
  let presses = 0;

  return {
    letters,
    now: () => clock.now(),
    async address() {
      const { email, emailVerified } = await user();
      return { email: email ?? '', isProved: emailVerified === true };
    },
    async change(email, { isProved = true, fails: isDown = false } = {}) {
      clock.advance(1000);
      fails = isDown;
      const proof = isProved ? { proved: email } : {};
      await accounts.update(id, { email, ...proof, announcement: about }).catch(() => undefined);
      fails = false;
    },
    async write(email, isProved) {
      await users.update(await user(), { email, emailVerified: isProved });
    },
    async pass(days) {
      // The queue looks a minute after each of them was prepared.
      for (const letter of prepared.splice(0))
        if (await settleChange({ users, history, accountLock }, id, letter.change)) letters.push(letter);
      clock.advance(days * day);
    },
    async press({ to, change }, { fails: isDown = false } = {}) {
      fails = isDown;
      const enrollmentId = digest128(String((presses += 1)));
      try {
        return await undo.undo({ user: id, email: to, change, enrollmentId, locale: 'en' });
      } finally {
        fails = false;
      }
    },
    bounce() {
      const newest = letters.at(-1);
      if (newest !== undefined) newest.isBounced = true;
    },
    async endOf({ change }) {
      const found = (await history.read(id)).find((one) => one.id === change);
      return found === undefined ? 0 : linkEnd(found);
    },
    isOpen: async ({ change, token }) =>
      (await flowLinks.find('undo', new Secret(token), 'any')) !== null && (await undo.stateOf(id, change)) === 'open',
    revokeAll: () => history.forget(id),
  };
}
