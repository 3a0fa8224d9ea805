import type { mailStateNames } from './mail-kinds.js';

interface MailStates {
  status(ids: readonly string[]): Promise<readonly ({ readonly state: (typeof mailStateNames)[number] } | null)[]>;
}

/**
 * True where a mail was stored although its order failed, whatever became of it. `isSent`: one that waits, failed or was
 * withdrawn does not count. A store that does not answer knows of none.
 */
export async function isMailStored(
  mails: MailStates | null,
  id: string | null,
  { isSent = false }: { readonly isSent?: boolean } = {},
): Promise<boolean> {
  const [status = null] = mails === null || id === null ? [] : await mails.status([id]).catch(() => []);
  if (status === null) return false;
  return !isSent || !['queued', 'failed', 'withdrawn'].includes(status.state);
}
