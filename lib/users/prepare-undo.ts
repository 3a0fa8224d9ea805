import { canonicalEmail } from '../base/canonical.js';
import { digest128, randomId } from '../base/ids.js';
import { isUnprovedAddress } from '../base/unproved-address.js';
import type { EnrollmentClock } from '../base/clock.js';
import type { HeldAccount } from '../ports/account-lock.js';
import type { Announcement } from '../ports/accounts.js';
import type { EventSink } from '../ports/events.js';
import type { FlowLinks } from '../ports/flow-links.js';
import type { MailNotices } from '../ports/mail-notices.js';
import { chainFrom, coveringChange, givenBackKey, isPassed, writtenChanges } from './address-chain.js';
import { afterLinkSeconds, linkEnd, undoSeconds, type AddressHistory, type RecordedChange } from './address-history.js';
import { concludeUndo, writerOfUndo } from './conclude-undo.js';
import type { UserRecords } from './forget-user.js';
import { takeSnapshot, type PasswordParts } from './sign-in-snapshot.js';

type Changes = readonly RecordedChange[];
type CutChanges = Parameters<AddressHistory['cut']>[1];
type Send = () => Promise<void>;

const letterKind = 'address_change_undo';

/** An address that an account gets. */
interface NextAddress<User> {
  readonly user: User;
  /** Canonical; `null`: it gets none. */
  readonly to: string | null;
  /** True where its owner has proved it. */
  readonly isProved: boolean;
  /** `null`: the former address gets no mail. */
  readonly announcement: Announcement | null;
}

/**
 * Prepares the mail to the former address, before `user` gets another one, under the account's `AccountLock`. The
 * function that is returned sends it, once the change is written. `null`: there is none to send. A change that an
 * earlier try wrote without sending its mail counts as well.
 */
export type PrepareUndo<User> = (next: NextAddress<User>, held: HeldAccount) => Promise<Send | null>;

export interface PrepareUndoParts<User> extends PasswordParts<User> {
  readonly records: UserRecords;
  readonly flowLinks: Pick<FlowLinks, 'issue' | 'extend'>;
  readonly mailNotices: Pick<MailNotices, 'prepareLetter' | 'prepareNotice' | 'isUndelivered'>;
  readonly history: AddressHistory;
  readonly clock: EnrollmentClock;
  readonly events: EventSink;
  /** The slug of the flow that undoes. */
  readonly flow: string;
  /** The absolute address of a link that begins it. */
  linkUrl(token: string): string;
}

/**
 * Where an account gets back, proved, an address that a valid link would bring back, that link and the later ones end:
 * the person who lost the address would take it again by theirs. Their address gets a notice without a link.
 */
export function createPrepareUndo<User>(parts: PrepareUndoParts<User>): PrepareUndo<User> {
  const { users, records, flowLinks, mailNotices, history, clock } = parts;

  /** The change to record, or the one of an earlier try that wrote it; `null`: there is none to undo. */
  async function changeOf(
    user: User,
    to: string,
    known: Changes,
  ): Promise<{ readonly change: RecordedChange; readonly replaced: RecordedChange | null } | null> {
    const profile = users.toProfile(user);
    const [email, mark, now] = [canonicalEmail(profile.email ?? ''), digest128(to), clock.now()];
    const last = known.at(-1);
    const open = last?.told === false ? last : null;
    if (email === to) return open?.to === mark ? { change: { ...open, at: now }, replaced: open } : null;
    const isOffered = email !== null && !isUnprovedAddress(profile);
    const covering = coveringChange(known, profile, now);
    // A link that never arrived stands for no other.
    const isLost = isOffered && covering !== null && (await mailNotices.isUndelivered(letterKind, covering));
    const coveredBy = isLost ? null : covering;
    // What came by a link that works stays covered by it, also over an address that counts for nothing.
    if (!isOffered && coveredBy === null) return null;
    const before = await takeSnapshot(users, records, user);
    const made = { id: randomId(), from: email ?? '', to: mark, at: now };
    // An earlier try from the same address wrote nothing.
    const replaced = open !== null && open.from === email ? open : null;
    return { change: { ...made, told: !isOffered, links: [], coveredBy, undoneBy: null, before }, replaced };
  }

  async function prepareLink(
    user: User,
    to: string,
    { known, about, held }: { readonly known: Changes; readonly about: Announcement; readonly held: HeldAccount },
  ): Promise<Send | null> {
    const profile = users.toProfile(user);
    const { id } = profile;
    const found = await changeOf(user, to, known);
    if (found === null) return null;
    const { change: made, replaced } = found;
    const undo = { email: made.from, change: made.id };
    const terms = { flow: parts.flow, user: id, promptData: { undo }, next: null };
    const isCovered = made.coveredBy !== null;
    const link = isCovered ? null : await flowLinks.issue({ ...terms, outlivesSessions: true }, undoSeconds);
    const change = link === null ? made : { ...made, links: [...made.links, link.id] };
    const isWritten = new Set(writtenChanges(known, canonicalEmail(profile.email ?? '')));
    const until = made.at + undoSeconds * 1000;
    const relied = made.told ? undefined : known.find((one) => one.id === made.coveredBy);
    // The next change would hide that the last one was written.
    const earlier = known
      .filter((one) => one !== replaced)
      .map((one) => ({
        ...one,
        told: isWritten.has(one),
        ...(one === relied ? { until: Math.max(until, linkEnd(one)) } : {}),
      }));
    await held.confirm();
    // The address that is lost now has its full time, too.
    for (const linkId of relied?.links ?? []) await flowLinks.extend(linkId, undoSeconds);
    await history.write(id, [...earlier, change]);
    // With its record, the mail of that try is withdrawn.
    if (replaced !== null && replaced.id !== change.id) await history.endLinks(id, [replaced]);
    if (change.told) return null;
    const written = {
      key: change.id,
      check: { type: 'address', user: id, change: change.id },
      isRequired: true,
    } as const;
    const send =
      link === null
        ? await mailNotices.prepareNotice(
            'address_changed',
            id,
            { ...about, hasEarlierLink: true, before: profile },
            written,
          )
        : await mailNotices.prepareLetter(
            letterKind,
            change.from,
            { ...about, url: parts.linkUrl(link.token.reveal()), expiresAt: until },
            written,
          );
    return async () => {
      send();
      // Where it fails, the next change tells once more.
      await held
        .confirm()
        .then(() => history.write(id, [...earlier, { ...change, told: true }]))
        .catch(() => undefined);
    };
  }

  async function prepareEnd(
    { user, to, announcement }: NextAddress<User>,
    { back, known, ...cut }: CutChanges & { readonly back: string; readonly known: Changes },
    held: HeldAccount,
  ): Promise<Send> {
    const profile = users.toProfile(user);
    const { id } = profile;
    const present = canonicalEmail(profile.email ?? '');
    const isTold = announcement !== null && present !== null && present !== to && !isUnprovedAddress(profile);
    const key = givenBackKey(known, { back, lost: present, now: clock.now() });
    const change = { key, check: { type: 'address', user: id } } as const;
    const send = isTold
      ? await mailNotices.prepareNotice('address_changed', id, { ...announcement, before: profile }, change)
      : null;
    return async () => {
      send?.();
      // Where it fails, `isPassed` holds: the links do nothing.
      await held
        .confirm()
        .then(() => history.cut(id, cut))
        .catch(() => undefined);
    };
  }

  /** An undo whose process ended right after its write is recorded now: the next address would hide that it was written. */
  async function settleUndo(user: User, changes: Changes, held: HeldAccount): Promise<Changes> {
    const undone = changes.at(-1);
    const by = undone === undefined ? null : await writerOfUndo(parts, user, undone, changes);
    if (undone === undefined || by === null) return changes;
    const before = changes.slice(0, -1);
    const { id } = users.toProfile(user);
    return [...before, await concludeUndo(parts, id, { undone, by, before, held })];
  }

  /** The links that have ended because the app gave an earlier address back: the next address would hide that it did. */
  async function endPassed(user: User, changes: Changes, held: HeldAccount): Promise<Changes> {
    const account = users.toProfile(user);
    const isOver = (one: RecordedChange): boolean => isPassed(changes, one, { account, now: clock.now() });
    const over = changes.filter(isOver);
    if (over.length === 0) return changes;
    const kept = changes.filter((one) => !over.includes(one));
    await held.confirm();
    await history.cut(account.id, { kept, over });
    return kept;
  }

  return async (next, held) => {
    const { user, to, isProved, announcement } = next;
    const profile = users.toProfile(user);
    const now = clock.now();
    const read = (await history.read(profile.id)).filter((one) => linkEnd(one) > now - afterLinkSeconds * 1000);
    const known = await endPassed(user, await settleUndo(user, read, held), held);
    const present = canonicalEmail(profile.email ?? '');
    const written = writtenChanges(known, present);
    // An address that was only typed back, in an app that leaves `emailVerified` out, is not proved by being saved again.
    const counts = isProved || (to === present && profile.emailVerified === true);
    const start = counts && to !== null ? chainFrom(written, to, now) : -1;
    const over = start < 0 ? [] : written.slice(start);
    // The link of a change that may not have been written yet stays.
    const kept = known.filter((one) => !over.includes(one));
    if (to !== null && over.length > 0) return prepareEnd(next, { back: to, known, kept, over }, held);
    return announcement === null ? null : prepareLink(user, to ?? '', { known, about: announcement, held });
  };
}
