import type { Ask, Workbench } from './run.js';

/**
 * What a form said, as a keyed hash over all its fields, or what a source said: a receipt answers exactly the same again,
 * not whatever else is sent in its name. Without the app's secret it tells nothing about the password that may be among
 * the fields. Empty for a request that says nothing.
 */
export function formDigest(
  { digest }: Pick<Workbench, 'digest'>,
  { flow, enrollmentId, submission, brought }: Pick<Ask, 'flow' | 'enrollmentId' | 'submission' | 'brought'>,
): string {
  if (submission === null) return brought === null ? '' : digest(JSON.stringify([enrollmentId, brought]));
  const stage = [...flow.bindings, ...flow.insertable.values()].find(({ key }) => key === submission.step)?.stage;
  const fields = stage?.asking === true ? stage.asks : [];
  return digest(
    JSON.stringify([enrollmentId, submission.step, fields.map((key) => [key, submission.field(key) ?? null])]),
  );
}
