import { digest128 } from '../../base/ids.js';
import type { Keyring } from '../../base/keyring.js';

/** What a browser holds to get at its plan. The handle itself is never stored: the plan's id is its hash. */
export interface Handle {
  readonly text: string;
  readonly planId: string;
  /** True when it was made for this very request. */
  readonly fresh: boolean;
}

const lifeSeconds = 24 * 60 * 60;

/** `token` (128 random bits), the time of issue and a MAC over both and the flow. */
export function mintHandle(keyring: Keyring, slug: string, now: number, token: string): Handle {
  const body = `${token}.${Math.floor(now / 1000).toString(36)}`;
  const text = `${body}.${keyring.sign('handle', `${slug}.${body}`)}`;
  return { text, planId: digest128(text), fresh: true };
}

/** A handle of ours for this flow, at most 24 hours old; else `null`. */
export function readHandle(keyring: Keyring, slug: string, now: number, text: string | undefined): Handle | null {
  const parts = /^([A-Za-z0-9_-]{22}\.([0-9a-z]{1,9}))\.([A-Za-z0-9_-]{22})$/.exec(text ?? '');
  const [whole, body, issued, mac] = parts ?? [];
  if (whole === undefined || body === undefined || issued === undefined || mac === undefined) return null;
  const age = now / 1000 - Number.parseInt(issued, 36);
  // A minute of tolerance: another process of the app may have issued it by a clock that is ahead.
  if (age > lifeSeconds || age < -60 || !keyring.verify('handle', `${slug}.${body}`, mac)) return null;
  return { text: whole, planId: digest128(whole), fresh: false };
}
