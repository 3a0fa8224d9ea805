import type { AskingStage } from '../flow/stage.js';
import type { Submission } from './run.js';

/** The declared fields of a form; nothing else of a request is ever read. */
export function inputOf(stage: AskingStage, submission: Submission): Readonly<Record<string, string>> {
  return Object.fromEntries(
    stage.fields.flatMap((key) => {
      const typed = submission.field(key);
      return typed === undefined ? [] : [[key, typed]];
    }),
  );
}

/** What was typed and may go back to the browser. */
export function typedOf(stage: AskingStage, submission: Submission | null): Readonly<Record<string, string>> {
  if (submission === null) return {};
  return Object.fromEntries(
    Object.entries(inputOf(stage, submission)).filter(([key]) => !stage.secretFields.includes(key)),
  );
}
