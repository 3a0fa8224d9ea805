import { isUnprovedAddress } from '../base/unproved-address.js';
import type { StageContext } from '../flow/facts.js';
import { kitMade } from '../flow/made-by.js';
import { ownAuthenticators } from './authenticator.js';

/** True where the signed-in user has an address that is not proved. */
export const addressIsUnproved = kitMade('addressIsUnproved', () => async ({ facts, services }: StageContext) => {
  const profile = facts.user === undefined ? null : await services.profiles.find(facts.user);
  return profile !== null && typeof profile.email === 'string' && isUnprovedAddress(profile);
});

/** True for a user with a password, for which set-up flows ask first. */
export const hasPassword = kitMade('hasPassword', () => async ({ facts, services }: StageContext) => {
  return facts.user !== undefined && (await services.profiles.passwordHashes(facts.user, 0)).length > 0;
});

/** True for a user with a password who has more than recovery codes. */
export const hasCodesToReplace = kitMade('hasCodesToReplace', () => async (at: StageContext) => {
  return (await hasPassword()(at)) && (await ownAuthenticators(at)).some((own) => own.type !== 'recovery_codes');
});
