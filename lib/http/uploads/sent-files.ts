import type { EnrollmentLogger } from '../../ports/log.js';
import type { Json } from '../../base/json.js';
import type { FileField } from '../../flow/stage.js';
import type { SentFiles } from '../../executor/run.js';
import type { FileAnswer } from '../../ports/uploads.js';

interface Stored {
  readonly field: FileField;
  readonly value: Json;
  isKept: boolean;
}

/** The files of one form: what became of each field, and what has to be discarded once the form has been answered. */
export interface FilesOfForm extends SentFiles {
  answer(key: string, answer: FileAnswer): void;
  /** A file that `store` has taken. */
  stored(field: FileField, value: Json): void;
  /** A hash of the content, over all files of the field. */
  digested(key: string, digest: string): void;
  /** Discards every stored file that no plan or account keeps. Failures are logged. */
  discardOthers(): Promise<void>;
}

export function createSentFiles(log: EnrollmentLogger): FilesOfForm {
  const answers = new Map<string, FileAnswer>();
  const digests = new Map<string, string>();
  const stored: Stored[] = [];
  const replaced: { readonly field: FileField; readonly value: Json }[] = [];

  async function discard({ key, rules }: FileField, value: Json): Promise<void> {
    try {
      await rules.discard?.(value);
    } catch (error) {
      log.warn({ err: error, prompt: key }, 'a file of a refused form could not be discarded');
    }
  }

  return {
    answerOf: (key) => answers.get(key),
    digestOf: (key) => digests.get(key),
    keep(key, before) {
      for (const one of stored) {
        if (one.field.key !== key) continue;
        one.isKept = true;
        if (before !== undefined) replaced.push({ field: one.field, value: before });
      }
    },
    answer: (key, answer) => void answers.set(key, answer),
    stored: (field, value) => void stored.push({ field, value, isKept: false }),
    digested: (key, digest) => void digests.set(key, (digests.get(key) ?? '') + digest),
    async discardOthers() {
      const gone = [...stored.splice(0).filter(({ isKept }) => !isKept), ...replaced.splice(0)];
      await Promise.all(gone.map(({ field, value }) => discard(field, value)));
    },
  };
}
