import { getPath } from '../base/json.js';
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
export function keepFiles({ ask, plan, before }: Run, done: boolean): void {
  const { flow, submission } = ask;
  const stage = submission?.files === undefined ? undefined : bindingOf(flow, submission.step)?.stage;
  if (submission?.files === undefined || stage?.asking !== true) return;
  for (const { key } of stage.fileFields) {
    const answer = submission.files.answerOf(key);
    if (answer?.type !== 'stored') continue;
    const [kept, earlier] = [plan.context, before].map(({ prompt_data }) => getPath(prompt_data ?? {}, key));
    if (!done && plan.account === undefined && JSON.stringify(kept) !== JSON.stringify(answer.value)) continue;
    submission.files.keep(key, earlier ?? undefined);
  }
}
