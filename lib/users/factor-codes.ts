import { randomId } from '../base/ids.js';
import type { Json } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import type { Authenticator, Authenticators } from '../ports/authenticators.js';
import type { TotpDigits } from '../ports/second-factors.js';
import { canonicalRecoveryCode, digestsOf, withoutSeparators } from './recovery-codes.js';
import { sealSecret, unsealSecret } from './sealed-secret.js';
import { totpStep } from './totp.js';

/** A row may change between reading and writing it, when another code is used. */
export const updateTries = 5;

/**
 * Uses up a typed code of one of these types: a time step of an app, or a recovery code. Returns the id of the
 * authenticator that it is of; `null`: of none.
 */
export async function useFactorCode(
  { authenticators, keyring }: { readonly authenticators: Authenticators; readonly keyring: Keyring },
  { userId, now }: { readonly userId: string; readonly now: number },
  { typed, types }: { readonly typed: string; readonly types: readonly Authenticator['type'][] },
): Promise<string | null> {
  const digits = withoutSeparators(typed);
  const recovery = canonicalRecoveryCode(typed);
  if (recovery !== null) return types.includes('recovery_codes') ? useRecoveryCode(recovery) : null;
  if (!types.includes('totp')) return null;
  for (const one of await authenticators.list(userId)) if (one.type === 'totp' && (await useTotp(one))) return one.id;
  return null;

  async function useTotp(one: Authenticator): Promise<boolean> {
    const { data, version } = one;
    const [sealed, length, lastStep] = [data['secret'], data['digits'], data['last_step']];
    if (typeof sealed !== 'string' || !isDigits(length) || typeof lastStep !== 'number') return false;
    // Before anything is opened: a code of another length is never right.
    if (digits.length !== length) return false;
    const secret = await unsealSecret(keyring, userId, sealed);
    const step = secret === null ? null : await totpStep(secret, digits, { now, digits: length, lastStep });
    if (secret === null || step === null) return false;
    const used = { ...data, secret: await sealSecret(keyring, userId, secret), last_step: step };
    return authenticators.update(version, { ...one, version: randomId(), lastUsedAt: now, data: used });
  }

  async function useRecoveryCode(code: string): Promise<string | null> {
    const digests = digestsOf(keyring, userId, code);
    for (let tried = 0; tried < updateTries; tried += 1) {
      const all = await authenticators.list(userId);
      const one = all.find(
        (row) => row.type === 'recovery_codes' && digestsIn(row).some((own) => digests.includes(own)),
      );
      if (one === undefined) return null;
      const left = digestsIn(one).filter((own) => !digests.includes(own));
      const used = { ...one, version: randomId(), lastUsedAt: now, data: { ...one.data, digests: left } };
      if (await authenticators.update(one.version, used)) return one.id;
    }
    return null;
  }
}

/** The digests of the recovery codes that are left. */
export function digestsIn({ data }: Authenticator): readonly string[] {
  const digests: Json | undefined = data['digests'];
  return Array.isArray(digests) ? digests.filter((one) => typeof one === 'string') : [];
}

function isDigits(value: Json | undefined): value is TotpDigits {
  return value === 6 || value === 8;
}
