import type { Problems } from '../problems.js';
import { LeftOut, TagMistake, TooMuch, Unresolved } from '../tags/scope.js';

/** Goes on behind what is wrong with one value of a file, and reports it. */
interface Attempts {
  /** `null`: something was wrong. `leaveOut` is called where that is an entry that was left out. @throws TooMuch */
  readonly attempt: <T>(act: () => T, leaveOut?: (error: LeftOut) => void) => T | null;
  readonly report: (mistake: TagMistake) => void;
  /** Reports what does without an entry that was left out. */
  readonly skip: (error: LeftOut) => void;
}

/** `foreign`: what happens to an entry that needs one which was left out. */
export function attemptsOf(problems: Problems, foreign: 'refuse' | 'skip'): Attempts {
  const report = ({ at, message }: TagMistake): void => {
    problems.add('refused', at, message);
  };
  const skip = ({ at, message }: LeftOut): void => {
    problems.add('skipped', at, `left out, because ${message}`);
  };
  const leaveEntryOut = (error: LeftOut): void => {
    if (foreign === 'skip') skip(error);
    else problems.add('refused', error.at, `it is needed here, and ${error.message}`);
  };
  return {
    attempt(act, leaveOut = leaveEntryOut) {
      try {
        return act();
      } catch (error) {
        if (error instanceof TooMuch) throw error;
        if (error instanceof TagMistake) report(error);
        else if (error instanceof LeftOut) leaveOut(error);
        else if (!(error instanceof Unresolved)) throw error;
        return null;
      }
    },
    report,
    skip,
  };
}
