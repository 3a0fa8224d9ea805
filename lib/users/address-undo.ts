import { canonicalEmail } from '../base/canonical.js';
import type { EnrollmentClock } from '../base/clock.js';
import { digest128, randomId, randomToken } from '../base/ids.js';
import { storeAway } from '../base/error.js';
import { Secret } from '../base/secret.js';
import { isUnprovedAddress } from '../base/unproved-address.js';
import type { HeldAccount } from '../ports/account-lock.js';
import type { Announcement } from '../ports/accounts.js';
import type { AddressUndo, AddressUndone, UndoableChange } from '../ports/address-undo.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { EventSink } from '../ports/events.js';
import type { FlowLinks } from '../ports/flow-links.js';
import type { NewPasswordHash } from '../ports/user-store.js';
import type { MailNotices } from '../ports/mail-notices.js';
import type { Passwords } from '../ports/passwords.js';
import { createAddressHistory, type RecordedChange } from './address-history.js';
import type { UserRecords } from './forget-user.js';
import { replacePassword } from './replace-password.js';
import { writeReleased, type ReleaseParts } from './release-address.js';
import { forgetNewer, passwordMark, takeSnapshot, type SignInSnapshot } from './sign-in-snapshot.js';

interface AddressUndoParts<User> extends ReleaseParts<User> {
  readonly records: UserRecords;
  readonly passwords: Passwords;
  readonly flowLinks: FlowLinks;
  readonly mailNotices: Pick<MailNotices, 'prepareLetter'>;
  readonly ephemeralStore: EphemeralStore;
  readonly clock: EnrollmentClock;
  readonly events: EventSink;
  /** Ends all sessions of a user, and the evidence. */
  readonly endSessions: (userId: string) => Promise<void>;
  /** The slug of the flow that undoes. */
  readonly flow: string;
  /** The absolute address of a link that begins it. */
  linkUrl(token: string): string;
}

/**
 * Prepares the mail to the former address, before `user` gets the address `to`, under the account's `AccountLock`. The
 * function that is returned sends it, once the change is written. `null`: there is none to send. A change that an
 * earlier try wrote without sending its mail counts as well.
 */
export type PrepareUndo<User> = (
  change: { readonly user: User; readonly to: string | null; readonly announcement: Announcement },
  held: HeldAccount,
) => Promise<(() => Promise<void>) | null>;

/** A week: people do not read the mail of an address that they left every day. */
const undoSeconds = 7 * 86_400;
const mostRounds = 5;
/** The plan that took a link lives a day at most. */
const historySeconds = undoSeconds + 25 * 3600;

export function createAddressUndo<User>(
  parts: AddressUndoParts<User>,
): AddressUndo & { readonly prepare: PrepareUndo<User> } {
  const { users, records, passwords, flowLinks, mailNotices, ephemeralStore, clock, events, log, endSessions } = parts;
  const history = createAddressHistory(ephemeralStore, historySeconds);

  /** A password that was set since belongs to the person who changed the address. `null`: none was. */
  async function passwordAfter(
    user: User,
    { password }: SignInSnapshot,
  ): Promise<Pick<NewPasswordHash, 'passwordHash' | 'passwordChangedAt'> | null> {
    const mark = await passwordMark(users, user);
    if (mark === null || mark === password) return null;
    return { passwordHash: await passwords.hash(new Secret(randomToken(24))), passwordChangedAt: clock.now() };
  }

  /** Gives the address back. Where a password is set meanwhile, that one belongs to the other person as well. */
  async function restore(
    { userId, email, before }: { readonly userId: string; readonly email: string; readonly before: SignInSnapshot },
    held: HeldAccount,
  ): Promise<void> {
    const change = { email, emailVerified: true };
    for (let round = 0; round < mostRounds; round += 1) {
      const user = await users.findById(userId);
      if (user === null) return;
      const hash = (await users.passwordHash?.(user)) ?? null;
      const password = await passwordAfter(user, before);
      await held.confirm();
      if (password === null) {
        await users.update?.(user, change);
        return;
      }
      if (await replacePassword(users, user, hash, { ...change, ...password })) return;
    }
    throw storeAway('the user store', new Error('the password changed too often'));
  }

  /** A link that stays makes an offer that its button refuses. */
  async function endLinks(user: string, over: readonly RecordedChange[]): Promise<void> {
    await flowLinks.end(over.flatMap(({ links }) => links)).catch((error: unknown) => {
      log.warn({ err: error, user }, 'the links of address changes that were undone could not be ended');
    });
  }

  async function undoAlone(
    { user: userId, email, change: id, enrollmentId }: UndoableChange,
    held: HeldAccount,
  ): Promise<AddressUndone> {
    const changes = await history.read(userId);
    const undone = changes.find((change) => change.id === id);
    if (undone === undefined) return 'over';
    if (undone.undoneBy !== null) return undone.undoneBy === enrollmentId ? 'undone' : 'over';
    const user = await users.findById(userId);
    if (user === null || users.update === undefined || !users.toProfile(user).active) return 'gone';
    const isTaken = await isProvedByOther(email, userId);
    if (isTaken) return 'taken';
    // Before: what is let in by no session adds nothing more, and later links, at a stranger's mailboxes, undo nothing.
    await endSessions(userId);
    const at = changes.indexOf(undone);
    const before = changes.slice(0, at);
    await held.confirm();
    await history.write(userId, [...before, undone]);
    await endLinks(userId, changes.slice(at + 1));
    await held.confirm();
    await forgetNewer(records, userId, undone.before);
    const write = (): Promise<void> => restore({ userId, email, before: undone.before }, held);
    await writeReleased(parts, { address: email, own: userId, by: id, write });
    // After: what requests wrote that were on their way.
    await forgetNewer(records, userId, undone.before);
    await held.confirm();
    await history.write(userId, [...before, { ...undone, undoneBy: enrollmentId }]);
    await endLinks(userId, [undone]);
    events({ type: 'account.address_restored', user: userId });
    return 'undone';
  }

  async function isProvedByOther(email: string, own: string): Promise<boolean> {
    const found = await users.findByLogin('email', email);
    const holder = found === null ? null : users.toProfile(found);
    return holder !== null && holder.id !== own && !(holder.active && isUnprovedAddress(holder));
  }

  async function record(
    user: User,
    to: string,
    changes: readonly RecordedChange[],
  ): Promise<{ readonly change: RecordedChange; readonly earlier: readonly RecordedChange[] } | null> {
    const profile = users.toProfile(user);
    const [email, mark, last] = [canonicalEmail(profile.email ?? ''), digest128(to), changes.at(-1)];
    const isOpen = last?.told === false;
    // An earlier try wrote it, and then failed.
    if (email === to) return isOpen && last.to === mark ? { change: last, earlier: changes.slice(0, -1) } : null;
    if (email === null || isUnprovedAddress(profile)) return null;
    const before = await takeSnapshot(users, records, user);
    const made = { id: randomId(), from: email, to: mark, at: clock.now() };
    const change = { ...made, told: false, links: [], undoneBy: null, before };
    // An earlier try that wrote nothing.
    const earlier = isOpen && last.from === email ? changes.slice(0, -1) : changes;
    return { change, earlier };
  }

  return Object.freeze<AddressUndo & { readonly prepare: PrepareUndo<User> }>({
    async prepare({ user, to, announcement }, held) {
      const { flow, locale } = announcement;
      const { id } = users.toProfile(user);
      const oldest = clock.now() - historySeconds * 1000;
      const known = (await history.read(id)).filter(({ at }) => at > oldest);
      const recorded = await record(user, to ?? '', known);
      if (recorded === null) return null;
      const { change: made, earlier } = recorded;
      const undo = { email: made.from, change: made.id };
      const terms = { flow: parts.flow, user: id, promptData: { undo }, next: null };
      const link = await flowLinks.issue({ ...terms, outlivesSessions: true }, undoSeconds);
      const change = { ...made, links: [...made.links, link.id] };
      await held.confirm();
      await history.write(id, [...earlier, change]);
      const about = {
        flow,
        locale,
        url: parts.linkUrl(link.token.reveal()),
        expiresAt: clock.now() + undoSeconds * 1000,
      };
      const written = { key: change.id, check: { type: 'address', user: id }, isRequired: true } as const;
      const send = await mailNotices.prepareLetter('address_change_undo', change.from, about, written);
      return async () => {
        send();
        // Where it fails, the next change tells once more.
        await held
          .confirm()
          .then(() => history.write(id, [...earlier, { ...change, told: true }]))
          .catch(() => undefined);
      };
    },

    undo: (change) => parts.accountLock(change.user, (held) => undoAlone(change, held)),
  });
}
