import { digest128 } from '../base/ids.js';
import type { StageContext } from '../flow/facts.js';

/** As long as a plan without a request. */
const keptSeconds = 3600;

interface SentForm {
  /**
   * Notes that this form writes the account of its enrollment. True where another form did before, which may be the one
   * that was written: its process may have died. Only a sentence depends on it. Never rejects.
   */
  note(): Promise<boolean>;
  /** It has written nothing. Never rejects. */
  forget(): Promise<void>;
}

/** The form of a request that creates an account. */
export function sentForm({ enrollmentId, formMark, services }: StageContext): SentForm {
  const { ephemeralStore } = services;
  const [key, mark] = [`sent-form:${digest128(enrollmentId)}`, formMark?.() ?? ''];
  return {
    note: () =>
      ephemeralStore.setIfAbsent(key, mark, keptSeconds).then(
        (first) => first !== mark,
        () => false,
      ),
    async forget() {
      await ephemeralStore.compareAndSet(key, mark, null).catch(() => undefined);
    },
  };
}
