import { canonicalEmail } from '../base/canonical.js';
import { randomToken } from '../base/ids.js';
import { storeAway } from '../base/error.js';
import { Secret } from '../base/secret.js';
import { isUnprovedAddress } from '../base/unproved-address.js';
import type { HeldAccount } from '../ports/account-lock.js';
import type { AddressUndo, AddressUndone, UndoableChange } from '../ports/address-undo.js';
import type { NewPasswordHash, UserProfile } from '../ports/user-store.js';
import type { Passwords } from '../ports/passwords.js';
import { givenBackKey, isPassed } from './address-chain.js';
import { concludeUndo, writerOfUndo } from './conclude-undo.js';
import { stateOfUndo } from './undo-state.js';
import type { RecordedChange } from './address-history.js';
import { createPrepareUndo, type PrepareUndo, type PrepareUndoParts } from './prepare-undo.js';
import { replacePassword } from './replace-password.js';
import { writeReleased, type ReleaseParts } from './release-address.js';
import { forgetNewer, hasPassword, passwordMark, type SignInSnapshot } from './sign-in-snapshot.js';

interface AddressUndoParts<User> extends ReleaseParts<User>, Omit<PrepareUndoParts<User>, 'users'> {
  readonly passwords: Passwords;
  /** Ends all sessions of a user, and the evidence. */
  readonly endSessions: (userId: string) => Promise<void>;
}

const mostRounds = 5;

export function createAddressUndo<User>(
  parts: AddressUndoParts<User>,
): AddressUndo & { readonly prepare: PrepareUndo<User> } {
  const { users, records, passwords, history, mailNotices, clock, endSessions } = parts;

  /** A password that was set since belongs to the person who changed the address. `null`: none was. */
  async function passwordAfter(
    user: User,
    { password }: SignInSnapshot,
  ): Promise<Pick<NewPasswordHash, 'passwordHash' | 'passwordChangedAt'> | null> {
    const isThere = (await passwordMark(users, user)) !== null;
    if (!isThere || (await hasPassword(parts, user, password))) return null;
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

  /** To the address that the account loses: its owner may not know of the link. */
  function prepareNotice(
    before: UserProfile,
    { locale, email }: Pick<UndoableChange, 'locale' | 'email'>,
    changes: readonly RecordedChange[],
  ): Promise<() => void> {
    const lost = canonicalEmail(before.email ?? '');
    if (lost === null || lost === email) return Promise.resolve(() => undefined);
    const key = givenBackKey(changes, { back: email, lost, now: clock.now() });
    const check = { type: 'address', user: before.id } as const;
    return mailNotices.prepareNotice(
      'address_changed',
      before.id,
      { flow: parts.flow, locale, before },
      { key, check },
    );
  }

  async function undoAlone(change: UndoableChange, held: HeldAccount): Promise<AddressUndone> {
    const { user: userId, email, change: id, enrollmentId } = change;
    const changes = await history.read(userId);
    const undone = changes.find((one) => one.id === id);
    if (undone === undefined) return 'over';
    if (undone.undoneBy !== null) return undone.undoneBy === enrollmentId ? 'undone' : 'over';
    const user = await users.findById(userId);
    const profile = user === null ? null : users.toProfile(user);
    if (users.update === undefined || profile?.active !== true) return 'gone';
    const at = changes.indexOf(undone);
    const before = changes.slice(0, at);
    const writer = user === null ? null : await writerOfUndo(parts, user, undone, changes);
    if (writer !== null) {
      // What its owner has set since stays.
      await concludeUndo(parts, userId, { undone, by: writer, before, held });
      return writer === enrollmentId ? 'undone' : 'over';
    }
    if (isPassed(changes, undone, { account: profile, now: clock.now() })) {
      await held.confirm();
      await history.cut(userId, { kept: before, over: changes.slice(at) });
      return 'over';
    }
    const isTaken = await isProvedByOther(email, userId);
    if (isTaken) return 'taken';
    // Before: what is let in by no session adds nothing more, and later links, at a stranger's mailboxes, undo nothing.
    await endSessions(userId);
    await held.confirm();
    const { before: then } = undone;
    const isSame = user === null || (await hasPassword(parts, user, then.password));
    const password = isSame ? then.password : await passwordMark(users, user);
    const begun = { ...undone, begun: { by: enrollmentId, password } };
    await history.write(userId, [...before, begun]);
    await history.endLinks(userId, changes.slice(at + 1));
    await forgetNewer(records, userId, { then: undone.before, held });
    const tell = await prepareNotice(profile, change, changes);
    const write = (): Promise<void> => restore({ userId, email, before: undone.before }, held);
    await writeReleased(parts, { address: email, own: userId, by: id, write, fromInactive: true });
    tell();
    // After: what requests wrote that were on their way.
    await forgetNewer(records, userId, { then: undone.before, held });
    await concludeUndo(parts, userId, { undone: begun, by: enrollmentId, before, held });
    return 'undone';
  }

  async function isProvedByOther(email: string, own: string): Promise<boolean> {
    const found = await users.findByLogin('email', email);
    const holder = found === null ? null : users.toProfile(found);
    return holder !== null && holder.id !== own && !isUnprovedAddress(holder);
  }

  return Object.freeze<AddressUndo & { readonly prepare: PrepareUndo<User> }>({
    prepare: createPrepareUndo({ ...parts, history }),
    stateOf: (user, change) => stateOfUndo({ ...parts, history }, user, change),
    undo: (change) => parts.accountLock(change.user, (held) => undoAlone(change, held)),
  });
}
