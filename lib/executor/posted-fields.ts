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

/** The typed values that may be sent back to the browser. */
export function typedOf(
  stage: AskingStage,
  submission: Submission | null,
): Readonly<Record<string, string | readonly string[]>> {
  if (submission === null) return {};
  const input = inputOf(stage, submission);
  const typed: readonly (readonly [string, string | readonly string[]])[] = [
    // Browsers leave out a box that is not checked: it must not be checked again by its initial value.
    ...stage.fields
      .filter((key) => !stage.listFields.includes(key))
      .map((key): [string, string] => [key, input[key] ?? '']),
    ...Object.entries(listsOf(stage, submission)),
  ];
  return Object.fromEntries(typed.filter(([key]) => !stage.secretFields.includes(key)));
}
