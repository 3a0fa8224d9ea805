import { setTimeout as pause } from 'node:timers/promises';
import type { MailManager } from '../../../lib/mail/mail-manager.js';
import { waitUntil } from '../wait-until.js';

/** Resolves when no mail waits and none is being sent. */
export async function mailsSettled({
  enrollment,
}: {
  readonly enrollment: { readonly mails: Pick<MailManager, 'list'> };
}): Promise<void> {
  // Work that an answer did not wait for has begun by then.
  await pause(20);
  await waitUntil(
    async () => {
      const { mails } = await enrollment.mails.list();
      return mails.every(({ state }) => state !== 'queued' && state !== 'sending') ? true : undefined;
    },
    () => 'mails are still on their way',
  );
}
