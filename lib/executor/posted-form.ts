import type { AskingStage } from '../flow/stage.js';
import type { Submission, Ask, ExecutorContext } from './run.js';
import type { Json } from '../base/json.js';

type Lists = Readonly<Record<string, readonly string[]>>;

/** The declared fields of a form. Nothing else of a request is read. */
export function inputOf(stage: AskingStage, submission: Submission): Readonly<Record<string, string>> {
  return Object.fromEntries(
    stage.fields.flatMap((key) => {
      if (stage.listFields.includes(key)) return [];
      const typed = submission.field(key);
      return typed === undefined ? [] : [[key, typed]];
    }),
  );
}

/** The declared fields that a form may send several times. */
export function listsOf(stage: AskingStage, submission: Submission): Lists {
  return stage.listFields.length === 0 ? noLists : listsIn(stage, submission);
}

const noLists: Lists = Object.freeze({});

function listsIn({ listFields }: AskingStage, submission: Submission): Lists {
  return Object.fromEntries(listFields.map((key) => [key, submission.list?.(key) ?? []]));
}

/** The typed values that may be sent back to the browser. */
export function typedOf(
  stage: AskingStage,
  submission: Submission | null,
): Readonly<Record<string, string | readonly string[]>> {
  if (submission === null) return {};
  const typed: readonly (readonly [string, string | readonly string[]])[] = [
    ...Object.entries(inputOf(stage, submission)),
    ...Object.entries(listsOf(stage, submission)),
  ];
  return Object.fromEntries(typed.filter(([key]) => !stage.secretFields.includes(key)));
}

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
    lists.includes(key) ? (submission.list?.(key) ?? []) : (submission.field(key) ?? null);
  return digest(JSON.stringify([enrollmentId, submission.step, fields.map((key) => [key, valueOf(key)])]), secretId);
}
