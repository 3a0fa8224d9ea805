import { setImmediate as afterAnswers } from 'node:timers/promises';
import type { Background } from '../base/background.js';
import { digest128, randomToken } from '../base/ids.js';
import type { CodeBinding, MailOrder } from '../ports/mail-queue.js';
import type { Letter, MailContent, MailKind } from '../ports/mailer.js';

interface OrderTerms {
  readonly userId: string | null;
  readonly expiresAt: number;
  /** Orders with the same key are one mail. Left out: no other order is this one. */
  readonly key?: string;
  readonly binding?: CodeBinding;
}

/** The id of the mail with this key. */
export function mailIdOf(kind: MailKind, key: string): string {
  return `${kind}:${digest128(key)}`;
}

/** A mail about an account, or to an address without one. */
export function orderOf(content: MailContent, to: string, { userId, expiresAt, key, binding }: OrderTerms): MailOrder {
  return {
    id: key === undefined ? `${content.kind}:${randomToken(12)}` : mailIdOf(content.kind, key),
    to,
    content,
    about: userId === null ? null : { type: 'account', id: userId },
    ...(binding === undefined ? {} : { binding }),
    tenant: null,
    inviter: null,
    expiresAt,
  };
}

export function letterOf(about: Pick<Letter, 'url' | 'code' | 'expiresAt'>): Letter {
  return { app: null, inviter: null, zone: 'UTC', values: {}, renewUrl: null, ...about };
}

/** The answer goes first: what a mail costs is not seen in its time. */
export function queueAfterAnswer(
  background: Background,
  fields: { readonly flow: string; readonly kind: MailContent['kind'] },
  work: () => Promise<void>,
): void {
  const queued = async (): Promise<void> => {
    await afterAnswers();
    await work();
  };
  background.run('queueing a mail', queued(), { fields });
}
