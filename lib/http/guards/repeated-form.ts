import type { OneTime } from '../../ports/one-time.js';
import type { Redemptions } from '../../ports/redemptions.js';

/** How long the exact repetition of a form is answered as the form itself: a second click, a reload of the answer. */
export const repetitionSeconds = 120;

/** The rule of one request: may it answer with an account that another request of the same enrollment has written? */
export interface RepeatedForm {
  /** To be called before the account is written. */
  begin(): Promise<void>;
  /** True when this form, field by field and from this browser, has begun to write within the last two minutes. */
  isRepetition(): Promise<boolean>;
}

/**
 * An enrollment of a guard is one form of one browser: its id is a keyed digest of both. What its id finds was therefore
 * written by the same form; this tells whether that was just now. A note is left before the account is written, and only
 * while there is none, so that neither a late repetition nor a store that was set back makes an old account look new.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when the app's table does not answer
 */
export async function openRepeatedForm(
  { oneTime, findRedemption }: { readonly oneTime: OneTime; readonly findRedemption: Redemptions['find'] | null },
  enrollmentId: string,
): Promise<RepeatedForm> {
  const key = `guard:${enrollmentId}`;
  const isWritten = findRedemption !== null && (await findRedemption({ enrollmentId })) !== null;
  return {
    begin: async () => {
      if (!isWritten) await oneTime.put(key, '1', repetitionSeconds);
    },
    isRepetition: async () => (await oneTime.look(key)) !== null,
  };
}
