import type { CaptchaServices } from '../ports/captcha.js';

/**
 * True for the first form with this answer, and for exactly the same form again: the second of two clicks. False for
 * any other form.
 */
export async function isFirstUse(
  { ephemeralStore }: CaptchaServices,
  { answerId, posted, seconds }: { readonly answerId: string; readonly posted: string; readonly seconds: number },
): Promise<boolean> {
  const kept = await ephemeralStore.setIfAbsent(`captcha:${answerId}`, posted, Math.max(1, Math.ceil(seconds)));
  return kept === posted;
}
