import { keepField, keptErrorsField } from '../base/reserved-names.js';
import { unprocessedOf } from '../executor/posted-fields.js';
import type { Redraw, Submission } from '../executor/run.js';
import { bindingOf } from '../flow/machine/advance.js';
import { digestsOf, readErrors } from './kept-errors.js';
import type { Visit } from './visit.js';

/**
 * What the page of a form said was wrong with it, as far as it still holds: the errors of fields that have the refused
 * value, and those of the whole form if nothing was changed. A secret that was typed again is not known to be the
 * refused one. `null`: nothing holds.
 */
export function remainingErrors({ web, flow, planToken }: Visit, form: Submission): NonNullable<Redraw['said']> | null {
  const { step, revision, field } = form;
  const page = { enrollmentId: planToken.enrollmentId, flow: flow.slug, step, revision };
  const said = readErrors(web.keyring, page, field(keptErrorsField), web.clock.now());
  const stage = bindingOf(flow, step)?.stage;
  if (said === null || stage?.asking !== true) return null;
  const typed = unprocessedOf(stage, form);
  const now = digestsOf(typed);
  // The page that a form comes back from names the secret that it could not carry.
  const retyped = stage.secretFields.filter(
    (key) => typed[key] === undefined && ((field(key) ?? '') !== '' || field(keepField) === key),
  );
  const { errors, reference, values } = said;
  const isSame = (key: string): boolean => values[key] === undefined || values[key] === now[key];
  const isUnchanged = retyped.length === 0 && Object.keys(values).every(isSame);
  const remaining = Object.entries(errors).filter(([key]) =>
    key === '' ? isUnchanged : isSame(key) && !retyped.includes(key),
  );
  return remaining.length === 0 ? null : { errors: Object.fromEntries(remaining), reference };
}
