import { isJsonObject, type Json, type JsonObject } from '../base/json.js';
import type { AskingStage } from '../flow/stage.js';
import type { Submission } from './run.js';

type Lists = Readonly<Record<string, readonly string[]>>;

/** The declared fields of a form. Nothing else of a request is read. */
export function inputOf(stage: AskingStage, submission: Submission): Readonly<Record<string, string>> {
  return Object.fromEntries(
    stage.fields.flatMap((key) => {
      if (stage.listFields.includes(key) || isFile(stage.fileFields, key)) return [];
      const typed = submission.field(key);
      return typed === undefined ? [] : [[key, typed]];
    }),
  );
}

export function isFile(fileFields: AskingStage['fileFields'], key: string): boolean {
  return fileFields.some((field) => field.key === key);
}

/** The declared fields that a form may send several times. */
export function listsOf(stage: AskingStage, submission: Submission): Lists {
  return stage.listFields.length === 0 ? noLists : listsIn(stage, submission);
}

const noLists: Lists = Object.freeze({});

function listsIn({ listFields }: AskingStage, submission: Submission): Lists {
  return Object.fromEntries(listFields.map((key) => [key, submission.list?.(key) ?? []]));
}

type Typed = Readonly<Record<string, string | readonly string[]>>;

/** The typed values that may be sent back to the browser with what is wrong with them. */
export function typedOf(stage: AskingStage, submission: Submission | null): Typed {
  return submission === null ? {} : typedWithout(stage, submission, stage.secretFields);
}

/**
 * The typed values of a form that was not processed: its page is shown again with one-time codes too, in the answer to
 * the very request that brought them. Nothing is stored.
 */
export function unprocessedOf(stage: AskingStage, submission: Submission): Typed {
  return typedWithout(stage, submission, lostFields(stage));
}

/** The first field of a page whose typed value its repetition lacks; `null`: it lacks none. */
export function firstLost(
  stage: AskingStage,
  submission: Submission,
  challenge: JsonObject,
  lostBefore: string | null = null,
): string | null {
  const lost = lostFields(stage).filter((key) => key === lostBefore || (submission.field(key) ?? '') !== '');
  const { fields } = challenge;
  if (lost.length === 0 || !Array.isArray(fields)) return null;
  const keys: readonly Json[] = fields
    .filter(isJsonObject)
    .filter(isInput)
    .flatMap((field) => field['field_key'] ?? []);
  return lost.find((key) => keys.includes(key)) ?? null;
}

function isInput({ display, input, type }: JsonObject): boolean {
  return (display === undefined || display === 'input') && input !== 'hidden' && type !== 'hidden';
}

function lostFields({ secretFields, oneTimeCodeFields }: AskingStage): readonly string[] {
  return secretFields.filter((key) => !oneTimeCodeFields.includes(key));
}

function typedWithout(stage: AskingStage, submission: Submission, left: readonly string[]): Typed {
  const input = inputOf(stage, submission);
  const typed: readonly (readonly [string, string | readonly string[]])[] = [
    // Browsers leave out a box that is not checked: it must not be checked again by its initial value.
    ...stage.fields
      .filter((key) => !stage.listFields.includes(key))
      .map((key): [string, string] => [key, input[key] ?? '']),
    ...Object.entries(listsOf(stage, submission)),
  ];
  return Object.fromEntries(typed.filter(([key]) => !left.includes(key)));
}
