import { authenticatorTypes } from '../base/authenticator-types.js';
import type { StageContext } from '../flow/facts.js';
import type { SecondFactorUser } from '../ports/second-factors.js';
import { hasNone, type CountingFactors } from './usable-factors.js';

interface ProvingFactors extends CountingFactors {
  readonly required?: boolean;
}

/**
 * What the plan has proved or set up counts, of whatever type. `required` also demands that the user has what counts here;
 * of a user who signed in by a passkey alone it demands nothing more.
 */
export async function isProved(settings: ProvingFactors, user: SecondFactorUser, at: StageContext): Promise<boolean> {
  if (at.context.second_factor !== user.userId) return false;
  if (settings.required !== true || at.context.auth_method === 'auth_webauthn_pwl') return true;
  return takesWhatWasAsked(settings, at) || !(await hasNone(settings, user, at));
}

/**
 * True where this stage takes all types that earlier ones of the flow took, so that the proof counts although the user has
 * it no more: the last recovery code is used up by its proof.
 */
function takesWhatWasAsked(
  { deviceClasses = authenticatorTypes }: ProvingFactors,
  { flow: { bindings, insertable }, step, context }: StageContext,
): boolean {
  // What another flow has handed over was proved there.
  if (context.is_redirected !== undefined) return false;
  const at = bindings.findIndex(({ key }) => key === step);
  if (at === -1) return false;
  // Policies may have inserted any of the others before.
  const earlier = [...bindings.slice(0, at), ...insertable.values()];
  const types = earlier.flatMap(({ stage }) => (stage.asking ? (stage.secondFactor?.types ?? []) : []));
  return types.length > 0 && types.every((type) => deviceClasses.some((one) => one === type));
}
