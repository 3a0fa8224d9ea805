import { authenticatorTypes, type AuthenticatorType } from '../base/authenticator-types.js';
import { missingPackage } from '../base/optional-package.js';
import type { AskingStage } from '../flow/stage.js';
import { validateAuthenticator } from './validate-authenticator.js';

type Types = readonly AuthenticatorType[];

/**
 * Asks users who are about to set up an authenticator of these types for one of another type that they have: the first
 * factor alone adds none to an account that has a second one. Users without any pass. `null`: there are no other types.
 */
export function otherFactor(types: Types | undefined, name: string): AskingStage | null {
  const others = authenticatorTypes.filter(
    (type) => types?.includes(type) === false && (type !== 'totp' || canReadTotp()),
  );
  return others.length === 0 ? null : validateAuthenticator({ name, deviceClasses: others });
}

/** Default: all. */
export function takesEveryType(types: Types = authenticatorTypes): boolean {
  return authenticatorTypes.every((type) => types.includes(type));
}

function canReadTotp(): boolean {
  return missingPackage('otplib', 'validateAuthenticator') === null;
}
