import type { mailStateNames } from './mail-kinds.js';

interface MailStates {
  status(ids: readonly string[]): Promise<readonly ({ readonly state: (typeof mailStateNames)[number] } | null)[]>;
}

/**
 * True where a mail was stored although its order failed: it waits, is sent, or may have been. `whatLeft`: one that waits does
 * not count. A store that does not answer knows of none.
 */
export async function isMailStored(
  mails: MailStates | null,
  id: string | null,
  { whatLeft = false }: { readonly whatLeft?: boolean } = {},
): Promise<boolean> {
  if (mails === null || id === null) return false;
  const [status = null] = await mails.status([id]).catch(() => []);
  if (status === null || status.state === 'failed' || status.state === 'withdrawn') return false;
  return !whatLeft || status.state !== 'queued';
}
