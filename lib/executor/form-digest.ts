import type { Ask, Workbench } from './run.js';

/**
 * What the last form said, as a keyed hash: a receipt answers the same form again, not whatever else is sent in its name.
 * Without the app's secret it tells nothing about the password that may be among the fields.
 */
export function formDigest({ digest }: Pick<Workbench, 'digest'>, { flow, planId, submission }: Ask): string {
  if (submission === null) return '';
  const stage = [...flow.bindings, ...flow.insertable.values()].find(({ key }) => key === submission.step)?.stage;
  const fields = stage?.asking === true ? stage.asks : [];
  return digest(JSON.stringify([planId, submission.step, fields.map((key) => [key, submission.field(key) ?? null])]));
}
