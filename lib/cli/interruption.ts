import type { Session } from './session.js';

/** Whether the operator asked to stop while rows are processed. */
interface Interruption {
  readonly asked: boolean;
  /** Stops listening. */
  end(): void;
}

/** The first interruption lets the rows under way end, the second one ends the program. */
export function watchInterruption({ output, terminal }: Pick<Session, 'output' | 'terminal'>): Interruption {
  let asked = false;
  const stopListening = terminal.onInterrupt?.(() => {
    asked = true;
    output.note('\nstopping after the rows under way; again: at once');
  });
  return {
    get asked() {
      return asked;
    },
    end: () => stopListening?.(),
  };
}
