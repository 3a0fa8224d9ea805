import type { Json } from '../base/json.js';
import type { Ask, ExecutorContext } from './run.js';

type FormAsk = Pick<Ask, 'flow' | 'enrollmentId' | 'secretId' | 'submission' | 'injectedContext'>;

/**
 * What a form said, as a keyed hash over all its fields, or what a source said: a receipt answers exactly the same again,
 * not whatever else is sent in its name. Without the app's secret it tells nothing about the password that may be among
 * the fields. Empty for a request that says nothing. Made under the secret that signed the plan's token, so that a change
 * of secrets between two clicks makes no difference.
 */
export function formDigest(
  { digest }: Pick<ExecutorContext, 'digest'>,
  { flow, enrollmentId, secretId, submission, injectedContext }: FormAsk,
): string {
  if (submission === null)
    return injectedContext === null ? '' : digest(JSON.stringify([enrollmentId, injectedContext]), secretId);
  const stage = [...flow.bindings, ...flow.insertable.values()].find(({ key }) => key === submission.step)?.stage;
  const [fields, lists] = stage?.asking === true ? [stage.fields, stage.listFields] : [[], []];
  const valueOf = (key: string): Json =>
    lists.includes(key) ? (submission.list?.(key) ?? []) : (submission.field(key) ?? null);
  return digest(JSON.stringify([enrollmentId, submission.step, fields.map((key) => [key, valueOf(key)])]), secretId);
}
