import { getPath, isJsonList, isJsonObject, isSameJson, type Json } from '../base/json.js';
import { bindingOf } from '../flow/machine/advance.js';
import type { AskingStage } from '../flow/stage.js';
import type { FileAnswer } from '../ports/uploads.js';
import type { Run, Submission } from './run.js';

type Files = Readonly<Record<string, FileAnswer>>;
const noFiles: Files = Object.freeze({});

/** What became of the form's files. */
export function filesOf({ fileFields }: AskingStage, { files }: Submission): Files {
  if (files === undefined) return noFiles;
  return Object.fromEntries(
    fileFields.flatMap(({ key }) => {
      const answer = files.answerOf(key);
      return answer === undefined ? [] : [[key, answer]];
    }),
  );
}

/** Tells which of the form's files are in the plan now, or in the account that was written. */
export function keepFiles({ ask, plan, before, takenFiles }: Run, done: boolean): void {
  const { flow, submission } = ask;
  const stage = submission?.files === undefined ? undefined : bindingOf(flow, submission.step)?.stage;
  if (submission?.files === undefined || stage?.asking !== true) return;
  for (const { key } of stage.fileFields) {
    const answer = submission.files.answerOf(key);
    if (answer?.type !== 'stored') continue;
    const [now = {}, then = {}] = [plan.context, before].map(({ prompt_data }) => prompt_data);
    const mustStand = takenFiles.includes(key) || (!done && plan.account === undefined);
    // A policy may have given it another key.
    if (mustStand && !hasWithin(now, answer.value)) continue;
    submission.files.keep(key, getPath(then, key) ?? undefined);
  }
}

function hasWithin(value: Json | undefined, sought: Json): boolean {
  if (isSameJson(value, sought)) return true;
  if (isJsonList(value)) return value.some((one) => hasWithin(one, sought));
  return isJsonObject(value) && Object.values(value).some((one) => hasWithin(one, sought));
}
