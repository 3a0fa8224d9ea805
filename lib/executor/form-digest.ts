import type { Json } from '../base/json.js';
import { savedPasswordField } from '../base/reserved-names.js';
import type { Flow } from '../flow/flow.js';
import type { AskingStage } from '../flow/stage.js';
import type { Ask, ExecutorContext, Submission } from './run.js';
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
  const stage = stageOf(flow, submission);
  const pairs = stage === null ? [] : valuesOf(stage, stage.fields, submission);
  // It stands for the saved password, so that such a form is not without its secret.
  const saved = submission.field(savedPasswordField);
  const all = saved === undefined ? pairs : [...pairs, [savedPasswordField, saved]];
  return digest(JSON.stringify([enrollmentId, submission.step, all]), secretId);
}

/** The same over the fields that are not secret: a person who sends their form again may type another password. */
export function namesDigest(
  { digest }: Pick<ExecutorContext, 'digest'>,
  { flow, enrollmentId, secretId, submission }: FormAsk,
): string {
  const stage = submission === null ? null : stageOf(flow, submission);
  if (submission === null || stage === null) return '';
  const open = stage.fields.filter((key) => !stage.secretFields.includes(key));
  const names = valuesOf(stage, open, submission);
  return digest(JSON.stringify(['names', enrollmentId, submission.step, names]), secretId);
}

function stageOf(flow: Flow, { step }: Submission): AskingStage | null {
  const stage = [...flow.bindings, ...flow.insertable.values()].find(({ key }) => key === step)?.stage;
  return stage?.asking === true ? stage : null;
}

function valuesOf(
  stage: AskingStage,
  fields: readonly string[],
  form: Submission,
): readonly (readonly [string, Json])[] {
  const valueOf = (key: string): Json =>
    isFile(stage.fileFields, key)
      ? (form.files?.digestOf(key) ?? null)
      : stage.listFields.includes(key)
        ? (form.list?.(key) ?? [])
        : (form.field(key) ?? null);
  return fields.map((key) => [key, valueOf(key)]);
}
