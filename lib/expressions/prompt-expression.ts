import type { Json } from '../base/json.js';
import type { StageContext } from '../flow/facts.js';
import { accountOf, identifiedName } from '../policies/account-of.js';
import { compilePython } from '../python/compile.js';
import type { PythonProblem } from '../python/syntax/source.js';
import type { Asked } from './asked.js';
import { promptEnvironment } from './environment.js';
import { evaluate } from './evaluate.js';
import type { PythonLookups } from './lookups.js';
import { createRevealedSecrets } from './revealed-secrets.js';

interface PromptExpressionSettings {
  /** The prompt, for the log. */
  readonly name: string;
  readonly file: string;
  readonly firstLine: number;
  readonly lookups: PythonLookups;
}

interface PromptExpression {
  /** With a problem it has no value. */
  readonly problems: readonly PythonProblem[];
  /** The setting for this visitor; `undefined`, and a line in the log, where the expression fails. */
  value(at: StageContext): Promise<Json | undefined>;
}

/** A prompt's initial value or placeholder as authentik has it: the body of a function in Python. */
export function promptExpression(source: string, settings: PromptExpressionSettings): PromptExpression {
  const { name, file, firstLine, lookups } = settings;
  const compiled = compilePython(source, { file, firstLine, environment: promptEnvironment(lookups) });
  return {
    problems: compiled.problems,
    async value(at) {
      // The stage's own limit of time ends the wait; this one ends the run.
      const question = { ...at, answers: {}, signal: AbortSignal.timeout(longestMs) };
      // Its value is shown: nothing of an account whose name was only typed.
      const isKnown = identifiedName(question) === null;
      const account = isKnown && compiled.mentions(/user/i) ? await accountOf(question) : null;
      const asked: Asked = {
        policy: name,
        question,
        lookups,
        policies: {},
        account,
        messages: [],
        consumes: [],
        revealed: createRevealedSecrets(),
      };
      try {
        const { result, json } = await evaluate(compiled, asked, true);
        return result === null ? undefined : json;
      } catch (error) {
        at.services.log.warn({ prompt: name, err: error }, `the expression of the prompt '${name}' failed`);
        return undefined;
      }
    },
  };
}

const longestMs = 5000;
