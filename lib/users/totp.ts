import type { Keyring } from '../base/keyring.js';
import type { TotpDigits, TotpEnrollment } from '../ports/second-factors.js';

/** Seconds of one time step, and the tolerance for a clock that is off: one step before and after (RFC 6238, 5.2). */
const stepSeconds = 30;
/** RFC 4226, 4: a secret has at least 128 bits; 160 are recommended. */
const secretBytes = 20;

/**
 * The secrets of a plan's new authenticator app, under each of the app's own secrets, the newest first. They are
 * derived, so that nothing has to be stored before a code matches.
 */
export async function newTotpSecrets(keyring: Keyring, plan: readonly string[]): Promise<readonly string[]> {
  const { ScureBase32Plugin } = await import('otplib');
  const base32 = new ScureBase32Plugin();
  return keyring
    .signAll('authenticator-setup', JSON.stringify(['totp', ...plan]), secretBytes)
    .map((derived) => base32.encode(Buffer.from(derived, 'base64url')));
}

/** What the owner of a new app scans, types or opens. */
export async function totpEnrollment(
  secret: string,
  { issuer, account, digits }: { readonly issuer: string; readonly account: string; readonly digits: TotpDigits },
): Promise<TotpEnrollment> {
  const [{ generateURI }, { default: qrcode }] = await Promise.all([import('otplib'), import('qrcode-generator')]);
  // A colon separates the issuer from the account.
  const uri = generateURI({ issuer: issuer.replaceAll(':', ' '), label: account.replaceAll(':', ' '), secret, digits });
  const code = qrcode(0, 'M');
  code.addData(uri);
  code.make();
  return { secret: secret.replaceAll(/(.{4})(?=.)/g, '$1 '), uri, qr: drawn(code) };
}

/** The quiet zone around a QR code, in modules (ISO/IEC 18004, 6.3.8). */
const quiet = 4;

function drawn(code: { getModuleCount(): number; isDark(row: number, column: number): boolean }): TotpEnrollment['qr'] {
  const count = code.getModuleCount();
  let path = '';
  for (let row = 0; row < count; row += 1)
    for (let column = 0; column < count; column += 1)
      if (code.isDark(row, column)) path += `M${String(column + quiet)} ${String(row + quiet)}h1v1h-1z`;
  return { size: count + 2 * quiet, path };
}

/**
 * The time step of a right code, or `null`. A step is accepted once: `lastStep` and those before it are refused (RFC
 * 6238, 5.2).
 */
export async function totpStep(
  secret: string,
  code: string,
  { now, digits, lastStep }: { readonly now: number; readonly digits: TotpDigits; readonly lastStep: number },
): Promise<number | null> {
  if (code.length !== digits || !/^\d+$/.test(code)) return null;
  const { verifySync } = await import('otplib');
  const epoch = Math.floor(now / 1000);
  const after = lastStep < 0 ? {} : { afterTimeStep: lastStep };
  // Where every step within the tolerance is used, the library refuses the question itself.
  if (lastStep > Math.floor(epoch / stepSeconds) + 1) return null;
  const result = verifySync({
    secret,
    token: code,
    epoch,
    digits,
    period: stepSeconds,
    epochTolerance: stepSeconds,
    ...after,
  });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}
