import type { Keyring } from '../base/keyring.js';

/** It is the kit's CSRF token. */
export { signatureField } from '../base/reserved-names.js';

interface Signed {
  /** It stays the same when the plan's token is exchanged: an earlier page is then stale, not forged. */
  readonly enrollmentId: string;
  readonly flow: string;
  readonly step: string;
  readonly revision: number;
}

/** `<revision>.<step>.<MAC over enrollment, flow, step and revision>` */
export function signStep(keyring: Keyring, signed: Signed): string {
  return `${String(signed.revision)}.${signed.step}.${keyring.sign('step', text(signed))}`;
}

/** The step and revision of a signature that was made for this enrollment and flow; otherwise `null`. */
export function readSignature(
  keyring: Keyring,
  enrollmentId: string,
  flow: string,
  token: string | undefined,
): { readonly step: string; readonly revision: number } | null {
  const [whole, count, step, mac] =
    /^(0|[1-9]\d{0,8})\.([-~a-zA-Z0-9_]{1,51})\.([A-Za-z0-9_-]{22})$/.exec(token ?? '') ?? [];
  if (whole === undefined || count === undefined || step === undefined || mac === undefined) return null;
  const revision = Number(count);
  return keyring.verify('step', text({ enrollmentId, flow, step, revision }), mac) ? { step, revision } : null;
}

function text({ enrollmentId, flow, step, revision }: Signed): string {
  return JSON.stringify([enrollmentId, flow, step, revision]);
}
