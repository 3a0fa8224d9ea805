import type { Awaitable } from '../base/awaitable.js';
import type { Background } from '../base/background.js';
import { digest128, randomToken } from '../base/ids.js';
import type { Keyring } from '../base/keyring.js';
import { message, minutesOf } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { MailAttempts, MailSends } from '../ports/limits.js';
import type { CodeAnswer, CodeSent, MailCodes, MailStep, SentCode } from '../ports/mail-codes.js';
import type { CodeBinding, MailQueue } from '../ports/mail-queue.js';
import type { DrawMail, MailContent } from '../ports/mailer.js';
import type { Profiles } from '../ports/profiles.js';
import { canonicalMailCode, derivedSecrets, inGroups } from './code.js';
import { claimMail, type MadeMail, type NotedMail, type MailClaim } from './claim-mail.js';
import { createMailDigests } from './digests.js';
import { endLink, linkKey, linkOwner } from './code-links.js';
import { letterOf, orderOf, queueAfterAnswer } from './mail-order.js';
import { findMailbox, mailboxOf, type Mailbox } from './recipients.js';

interface MailCodesParts {
  readonly mails: MailQueue;
  readonly draw: DrawMail;
  readonly profiles: Profiles;
  taken(address: string, enrollmentId: string): Promise<boolean>;
  /** The digest of the hash of a user's password; `null`: there is none. */
  passwordOf(userId: string): Promise<string | null>;
  /** That digest, and those of earlier hashes of the same password, as in `RehashedPasswords`; `null`: there is none. */
  passwordsOf(userId: string): Promise<readonly string[] | null>;
  readonly sends: MailSends;
  /** True where a user with one of these names signed in from this client lately; takes as long where there is none. */
  isKnownClient(names: readonly string[], client: string): Promise<boolean>;
  readonly attempts: MailAttempts;
  readonly ephemeralStore: EphemeralStore;
  readonly keyring: Keyring;
  readonly background: Background;
  /** The absolute address of the page that a mail's link opens. */
  linkUrl(flow: string, token: string): string;
  readonly signInUrl: string;
  /** The epoch of the evidence of this request; see `SessionRegistry`. */
  epoch(): Awaitable<number>;
  /** When an answer may be sent: one for an account that exists takes as long as any other. */
  pace(startedAtMs: number): Promise<void>;
}

type MailTerms = Parameters<MailCodes['send']>[2];
type MailClaimed = Extract<MailClaim, { readonly type: 'claimed' }>;
type Throttled = Extract<CodeSent, { readonly type: 'throttled' }>;

/** Codes by email over the app's mailer. */
export function createMailCodes(parts: MailCodesParts): MailCodes {
  const { mails, draw, profiles, sends, attempts, ephemeralStore, background, pace } = parts;
  const digests = createMailDigests(parts.keyring);

  /** Draws the mail in every case, and queues it where there is a mailbox that may have one more. */
  async function sendCode(
    content: MailContent,
    mailbox: Mailbox,
    at: { readonly over: boolean; readonly key: string; readonly expiresAt: number; readonly binding: CodeBinding },
  ): Promise<void> {
    const { to, userId } = mailbox;
    const isWithout = content.kind === 'recovery' && userId !== null && (await parts.passwordOf(userId)) === null;
    const chosen: MailContent = isWithout ? { ...content, kind: 'no_password' } : content;
    const sent = chosen.kind === 'account_exists' || chosen.kind === 'no_password' ? { ...chosen, code: null } : chosen;
    draw(sent, to ?? '');
    if (to === null || at.over) return;
    const { key, expiresAt, binding } = at;
    const { user: asker = null } = binding.asker ?? {};
    // A letter to a new address is removed with the account that gets it.
    const about = sent.kind === 'ticket_change_email' ? asker : userId;
    const isBound = sent.code !== null || sent.letter !== null;
    await mails.add(orderOf(sent, to, { userId: about, expiresAt, key, ...(isBound ? { binding } : {}) }));
  }

  async function send(step: MailStep, before: SentCode | null, terms: MailTerms): Promise<CodeSent> {
    const startedAtMs = performance.now();
    const { flow, enrollmentId } = step;
    const recipient = digests.recipient(step);
    // A plan that was started again has forgotten what it sent: its state, not a count, tells a click from a new wish.
    const click = digest128(JSON.stringify([enrollmentId, flow, step.step, recipient, step.planState]));
    const claim = await claimMail(ephemeralStore, click);
    // Counted after it is claimed: of several clicks, only the one that sends counts.
    const sent = claim.type === 'made' ? { ...claim, mailbox: null } : await sendFirst(step, before, terms, claim);
    if (sent.type === 'throttled') return sent;
    const { to, userId: user } = sent.mailbox ?? (await findMailbox(parts, step));
    await pace(startedAtMs);
    const address = digests.address(to ?? '');
    const { code, link, password, expires_at } = sent.made;
    return { type: 'sent', sent: { step: step.step, recipient, user, address, code, link, password, expires_at } };
  }

  /** A name without a mailbox is counted as one is. */
  async function isOverAddress(step: MailStep, { names, to }: Mailbox): Promise<boolean> {
    const isKnown = await parts.isKnownClient(names, step.client);
    const digest = to === null ? digests.recipient(step) : digests.address(to);
    return (await sends.consumeAddress({ digest, client: step.client, isKnown })).over;
  }

  /** Releases the claim once the mail is queued, or where none is. */
  async function sendFirst(
    step: MailStep,
    before: SentCode | null,
    { seconds, locale }: MailTerms,
    { noted, note, confirm, keep, release }: MailClaimed,
  ): Promise<Throttled | { readonly type: 'made'; readonly made: MadeMail; readonly mailbox: Mailbox }> {
    const { flow, enrollmentId, client, now } = step;
    let isQueuing = false;
    try {
      // A mail that another process noted was counted.
      const counted =
        noted === null ? await sends.consume({ address: client, enrollmentId }) : { over: false as const };
      if (counted.over) {
        const { retryAfterSeconds } = counted;
        const minutes = minutesOf(retryAfterSeconds);
        return { type: 'throttled', message: message('email.too_many_mails', { minutes }), retryAfterSeconds };
      }
      const mailbox = await findMailbox(parts, step);
      const { userId } = mailbox;
      const seed = noted?.seed ?? randomToken(18);
      const { code, token } = derivedSecrets(parts.keyring, seed);
      const over = noted?.over ?? (await isOverAddress(step, mailbox));
      // Strangers can start plans for free: without its mail, no code of a plan is right.
      const isProof = mailbox.isProof && !over;
      const present = userId === null ? null : await parts.passwordOf(userId);
      const password = userId === null || present === null ? null : digests.password(userId, present);
      // Of a code that no mail has: no typed one is right.
      const right = isProof ? { code, token } : derivedSecrets(parts.keyring, `${seed} without proof`);
      const mine: NotedMail = {
        code: digests.code(step, userId, right.code),
        link: digests.link(flow, right.token),
        password,
        expires_at: now + seconds * 1000,
        seed,
        over,
      };
      const first = await note(mine);
      if (first.seed !== seed) return { type: 'made', made: first, mailbox };
      // A note under another secret of the app, or about another account, is of another code.
      const made = first.code === mine.code && first.link === mine.link ? first : mine;
      const { link, expires_at: expiresAt } = made;
      await confirm();
      await replaceLink(step, before, { link, seconds });
      const asker = await bindAsker(step);
      const [typed, url] = [inGroups(code), parts.linkUrl(flow, token)];
      const content: MailContent = {
        kind: mailbox.kind,
        locale,
        flow,
        ...(mailbox.kind === 'ticket_change_email'
          ? { code: null, letter: letterOf({ url, code: typed, expiresAt }) }
          : { code: { code: typed, url, minutes: minutesOf(seconds) }, letter: null }),
        signInUrl: parts.signInUrl,
      };
      const queue = { over, key: `${seed} ${link}`, expiresAt, binding: { link, user: userId, password, asker } };
      isQueuing = true;
      queueAfterAnswer(background, { flow, kind: mailbox.kind }, async () => {
        try {
          await sendCode(content, mailbox, queue);
          await keep(made);
        } finally {
          await release();
        }
      });
      return { type: 'made', made, mailbox };
    } finally {
      if (!isQueuing) await release().catch(() => undefined);
    }
  }

  /** The link is this enrollment's, and the one before it ends. */
  async function replaceLink(
    { flow, enrollmentId, step }: MailStep,
    before: SentCode | null,
    { link, seconds }: { readonly link: string; readonly seconds: number },
  ): Promise<void> {
    await ephemeralStore.set(linkKey(link), linkOwner(flow, enrollmentId), seconds);
    // A plan that was started again has forgotten the code of its step.
    const present = `mail-step:${digest128(JSON.stringify([enrollmentId, flow, step]))}`;
    const earlier = new Set([before?.link, await ephemeralStore.peek(present)]);
    await ephemeralStore.set(present, link, seconds);
    for (const one of earlier) if (typeof one === 'string' && one !== link) await endLink(ephemeralStore, one);
  }

  async function bindAsker({ asker = null }: MailStep): Promise<CodeBinding['asker']> {
    if (asker === null || asker.epoch !== null || asker.session !== null) return asker;
    return { ...asker, epoch: await parts.epoch() };
  }

  /** The address that the code was sent to, if it is still the recipient's. */
  async function provedAddress(step: MailStep, sent: SentCode): Promise<string | null> {
    const { recipient } = step;
    if (recipient.type === 'address') return digests.isAddress(recipient.address, sent) ? recipient.address : null;
    const profile = sent.user === null ? null : await profiles.find(sent.user);
    const address = profile === null ? null : mailboxOf(profile, recipient.type === 'login');
    return address !== null && digests.isAddress(address, sent) ? address : null;
  }

  /** A code or link of a time before the account's password was changed is over. */
  async function isOfPassword({ user, password }: SentCode): Promise<boolean> {
    const present = user === null ? null : await parts.passwordOf(user);
    if (digests.isPassword(user, present === null ? null : [present], password)) return true;
    return user !== null && present !== null && digests.isPassword(user, await parts.passwordsOf(user), password);
  }

  async function check(
    step: MailStep,
    sent: SentCode,
    proof: { readonly code: Secret } | { readonly link: Secret },
  ): Promise<CodeAnswer> {
    const startedAtMs = performance.now();
    if (sent.expires_at <= step.now) return { type: 'expired', message: message('email.expired') };
    const attempt = { address: step.client, enrollmentId: step.enrollmentId };
    const counted = await attempts.consume(attempt);
    if (counted.over) {
      const { retryAfterSeconds } = counted;
      const minutes = minutesOf(retryAfterSeconds);
      return { type: 'throttled', message: message('users.too_many_attempts', { minutes }), retryAfterSeconds };
    }
    const isRight = digests.isOf(step, sent) && matches(step, sent, proof);
    const address = isRight && (await isOfPassword(sent)) ? await provedAddress(step, sent) : null;
    if (address === null) {
      await pace(startedAtMs);
      return { type: 'wrong', message: message('email.code.wrong') };
    }
    await attempts.reward(attempt);
    return { type: 'right', userId: sent.user, address };
  }

  function matches(
    step: MailStep,
    sent: SentCode,
    proof: { readonly code: Secret } | { readonly link: Secret },
  ): boolean {
    if ('link' in proof) return digests.isLink(step.flow, proof.link.reveal(), sent);
    const canonical = canonicalMailCode(proof.code.reveal());
    return canonical !== null && digests.isCode(step, sent, canonical);
  }

  return Object.freeze<MailCodes>({
    send,
    isOf: digests.isOf,
    opens: (flow, sent, link, now) => sent.expires_at > now && digests.isLink(flow, link.reveal(), sent),
    check,
    end: ({ link }) => endLink(ephemeralStore, link),
    async linkState(flow, link, enrollmentId) {
      for (const digest of digests.links(flow, link.reveal())) {
        const owner = await ephemeralStore.peek(linkKey(digest));
        if (owner === linkOwner(flow, enrollmentId)) return 'own';
        if (owner?.split(' ')[0] === flow) return 'other';
      }
      return 'over';
    },
  });
}
