import { authenticatorTypes, type AuthenticatorType } from '../base/authenticator-types.js';
import { message } from '../base/message.js';
import type { StageContext } from '../flow/facts.js';
import type { PromptField } from '../flow/stage.js';
import type { PasskeyWish } from '../ports/passkeys.js';
import type { SecondFactorUser } from '../ports/second-factors.js';
import { secondFactorsOf } from './authenticator-user.js';
import { codeField } from './code-field.js';

/** What counts at a stage that asks for a second factor. */
export interface CountingFactors {
  readonly deviceClasses?: readonly AuthenticatorType[];
  readonly lastUsedSeconds?: number;
  readonly webauthnUserVerification?: PasskeyWish;
}

/** What a page asks for: one field takes the codes of an app and recovery codes. */
export type FactorWay = 'webauthn' | 'code';

/** The user's types that count here, the one that was used last first. */
export async function typesOf(
  { deviceClasses = authenticatorTypes }: CountingFactors,
  { userId }: SecondFactorUser,
  at: StageContext,
): Promise<readonly AuthenticatorType[]> {
  return (await secondFactorsOf(at).typesOf(userId)).filter((type) => deviceClasses.includes(type));
}

export async function hasNone(settings: CountingFactors, user: SecondFactorUser, at: StageContext): Promise<boolean> {
  return (await typesOf(settings, user, at)).length === 0;
}

export function waysOf(types: readonly AuthenticatorType[]): readonly FactorWay[] {
  return [...new Set(types.map((type): FactorWay => (type === 'webauthn' ? 'webauthn' : 'code')))];
}

/** What the user chose, or used last. Recovery codes are for emergencies: they are proposed where there is nothing else. */
export function wayOf(types: readonly AuthenticatorType[], { context }: StageContext): FactorWay {
  const ways = waysOf(types);
  const chosen = ways.find((way) => way === context.selected_challenge);
  const [proposed] = waysOf(types.filter((type) => type !== 'recovery_codes'));
  return chosen ?? proposed ?? 'code';
}

export function codeFieldFor(types: readonly AuthenticatorType[]): PromptField {
  if (!types.includes('totp') && types.includes('recovery_codes'))
    return codeField(message('authenticator.validate.recovery_code'), null, false);
  const both = types.includes('recovery_codes');
  const help = both ? message('authenticator.validate.help') : null;
  return codeField(message('authenticator.validate.code'), help, !both);
}

/** Whether a passkey that does not verify its user is refused. */
export function demandsVerification({ webauthnUserVerification }: CountingFactors): boolean {
  return webauthnUserVerification === 'required';
}

/** True where the browser proved what counts here, also at another stage. */
export async function isRemembered(
  settings: CountingFactors,
  { userId, now }: SecondFactorUser,
  at: StageContext,
): Promise<boolean> {
  const { lastUsedSeconds = 0, deviceClasses: types = authenticatorTypes } = settings;
  const remembered = lastUsedSeconds === 0 ? null : (at.facts.rememberedFactor?.(userId) ?? null);
  if (remembered === null || now - remembered.at >= lastUsedSeconds * 1000) return false;
  return secondFactorsOf(at).isMark(userId, remembered.mark, { types, verifiesUser: demandsVerification(settings) });
}
