import { canonicalEmail } from '../base/canonical.js';
import type { EnrollmentClock } from '../base/clock.js';
import { storeAway } from '../base/error.js';
import { digest128, randomToken } from '../base/ids.js';
import { Secret } from '../base/secret.js';
import type { AddressUndo, AddressUndone, UndoableChange } from '../ports/address-undo.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { EventSink } from '../ports/events.js';
import type { FlowLinks } from '../ports/flow-links.js';
import type { MailCodes } from '../ports/mail-codes.js';
import type { Passwords } from '../ports/passwords.js';
import type { UserStore } from '../ports/user-store.js';
import type { UserRecords } from './forget-user.js';
import { forgetSince } from './forget-since.js';
import { releaseAddress, type ReleasedAddress } from './release-address.js';
import { createUndonePeriods } from './undone-periods.js';

interface AddressUndoParts<User> {
  readonly users: UserStore<User>;
  readonly records: UserRecords;
  readonly passwords: Passwords;
  readonly flowLinks: FlowLinks;
  readonly mailCodes: Pick<MailCodes, 'sendLetter'>;
  readonly ephemeralStore: EphemeralStore;
  readonly clock: EnrollmentClock;
  readonly events: EventSink;
  readonly released: (lost: ReleasedAddress) => Promise<void>;
  /** The slug of the flow that undoes. */
  readonly flow: string;
  /** The absolute address of a link that begins it. */
  linkUrl(token: string): string;
}

/** A week: people do not read the mail of an address that they left every day. */
const undoSeconds = 7 * 86_400;
const busySeconds = 30;

export function createAddressUndo<User>(parts: AddressUndoParts<User>): AddressUndo {
  const { users, records, passwords, flowLinks, mailCodes, ephemeralStore, clock, events } = parts;
  const periods = createUndonePeriods(ephemeralStore, undoSeconds);

  /** A password that was set since belongs to the person who changed the address. `{}`: none was. */
  async function passwordAfter(user: User, at: number): Promise<{ passwordHash?: string; passwordChangedAt?: number }> {
    const { passwordChangedAt = null } = users.toProfile(user);
    const hash = (await users.passwordHash?.(user)) ?? null;
    if (hash === null || passwordChangedAt === null || passwordChangedAt < at) return {};
    return { passwordHash: await passwords.hash(new Secret(randomToken(24))), passwordChangedAt: clock.now() };
  }

  async function undoAlone({ user: userId, email, at }: UndoableChange): Promise<AddressUndone> {
    if (await periods.covers(userId, at)) return 'over';
    const user = await users.findById(userId);
    if (user === null || users.update === undefined || !users.toProfile(user).active) return 'gone';
    const lost = await releaseAddress(users, email, userId);
    if (lost !== null) await parts.released(lost);
    const holder = await users.findByLogin('email', email);
    if (holder !== null && users.toProfile(holder).id !== userId) return 'taken';
    // First: a link of a later change, which its mailbox may press right now, does nothing from here on.
    await periods.add(userId, { from: at, until: clock.now() });
    await users.update(user, { email, emailVerified: true, ...(await passwordAfter(user, at)) });
    await forgetSince(records, userId, at);
    events({ type: 'account.address_restored', user: userId });
    return 'undone';
  }

  return Object.freeze<AddressUndo>({
    async offer({ before, at, flow, locale }) {
      const email = canonicalEmail(before.email ?? '');
      if (email === null || before.emailVerified === false) return;
      const terms = { flow: parts.flow, user: before.id, promptData: { undo: { email, at } }, next: null };
      const token = await flowLinks.issue({ ...terms, outlivesSessions: true }, undoSeconds);
      mailCodes.sendLetter('address_change_undo', email, {
        flow,
        locale,
        url: parts.linkUrl(token.reveal()),
        expiresAt: clock.now() + undoSeconds * 1000,
      });
    },

    async undo(change) {
      const [key, mine] = [`address-undo:${digest128(change.user)}`, randomToken(9)];
      if ((await ephemeralStore.setIfAbsent(key, mine, busySeconds)) !== mine)
        throw storeAway('an account', new Error('another change of its address is being undone'));
      const undone = await undoAlone(change);
      // Where this fails or is not reached, the next try waits.
      await ephemeralStore.take(key).catch(() => undefined);
      return undone;
    },
  });
}
