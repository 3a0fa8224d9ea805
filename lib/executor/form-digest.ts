import type { Json } from '../base/json.js';
import { savedPasswordField } from '../base/reserved-names.js';
import { type Ask, type ExecutorContext } from './run.js';
import { isFile } from './posted-fields.js';

type FormAsk = Pick<Ask, 'flow' | 'enrollmentId' | 'secretId' | 'submission' | 'injectedContext'>;

/**
 * A keyed hash over all fields of a form, or over a source's answer: a completion receipt repeats its reply for exactly
 * the same form only. Without the app's secret the hash reveals nothing about a password among the fields. It is empty
 * for a request without either. It uses the secret that signed the plan's token, so that rotating secrets between two
 * clicks makes no difference.
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
    stage?.asking === true && isFile(stage.fileFields, key)
      ? (submission.files?.digestOf(key) ?? null)
      : lists.includes(key)
        ? (submission.list?.(key) ?? [])
        : (submission.field(key) ?? null);
  const pairs = fields.map((key) => [key, valueOf(key)]);
  // It stands for the saved password, so that such a form is not without its secret.
  const saved = submission.field(savedPasswordField);
  if (saved !== undefined) pairs.push([savedPasswordField, saved]);
  return digest(JSON.stringify([enrollmentId, submission.step, pairs]), secretId);
}
