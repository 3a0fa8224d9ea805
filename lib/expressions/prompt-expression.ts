import type { Json } from '../base/json.js';
import type { StageContext } from '../flow/facts.js';
import { accountOf, identifiedName } from '../policies/account-of.js';
import { compilePython } from '../python/compile.js';
import type { Machine } from '../python/run/machine.js';
import type { PythonProblem } from '../python/syntax/source.js';
import { textOf } from '../python/values/protocols.js';
import { isObject } from '../python/values/type-of.js';
import type { PyDict, Value } from '../python/values/value.js';
import type { Asked } from './asked.js';
import { promptEnvironment } from './environment.js';
import { evaluate } from './evaluate.js';
import { fromPython } from './json-values.js';
import type { PythonLookups } from './lookups.js';
import { createRevealedSecrets } from './revealed-secrets.js';

/** What a setting takes: any value in JSON, the text of any value as authentik shows it, or a list of choices. */
export type PromptValue = 'json' | 'text' | 'choices';

interface PromptExpressionSettings {
  /** The prompt, for the log. */
  readonly name: string;
  readonly file: string;
  readonly firstLine: number;
  readonly lookups: PythonLookups;
  readonly as: PromptValue;
}

interface PromptExpression {
  /** With a problem it has no value. */
  readonly problems: readonly PythonProblem[];
  readonly notices: readonly PythonProblem[];
  /** The setting for this visitor; `undefined`, and a line in the log, where the expression fails. */
  value(at: StageContext): Promise<Json | undefined>;
}

/** A prompt's initial value or placeholder as authentik has it: the body of a function in Python. */
export function promptExpression(source: string, settings: PromptExpressionSettings): PromptExpression {
  const { name, file, firstLine, lookups, as } = settings;
  const compiled = compilePython(source, { file, firstLine, environment: promptEnvironment(lookups) });
  return {
    problems: compiled.problems,
    notices: compiled.notices,
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
        parents: new Map(),
        policies: {},
        account,
        messages: [],
        consumes: [],
        isKept: false,
        revealed: createRevealedSecrets(),
      };
      try {
        const { result, json } = await evaluate(compiled, asked, readers[as]);
        return result === null ? undefined : json;
      } catch (error) {
        at.services.log.warn({ prompt: name, err: error }, `the expression of the prompt '${name}' failed`);
        return undefined;
      }
    },
  };
}

const longestMs = 5000;

const readers: Readonly<Record<PromptValue, (m: Machine, value: Value) => Json>> = {
  json: fromPython,
  text: counted,
  choices: (m, value) => {
    const isList = isObject(value) && (value.type === 'list' || value.type === 'tuple');
    return (isList ? value.items : [value]).map((one) => choiceOf(m, one));
  },
};

/** A mapping has the value and the label, both as texts. */
function choiceOf(m: Machine, choice: Value): Json {
  const { value, label = value } = isObject(choice) && choice.type === 'dict' ? membersOf(choice) : {};
  return value === undefined ? counted(m, choice) : { value: counted(m, value), label: counted(m, label ?? value) };
}

function membersOf({ entries }: PyDict): { readonly value?: Value; readonly label?: Value } {
  const [value, label] = [entries.get('svalue'), entries.get('slabel')];
  return {
    ...(value === undefined ? {} : { value: value.value }),
    ...(label === undefined ? {} : { label: label.value }),
  };
}

function counted(m: Machine, value: Value): string {
  const text = textOf(m, value);
  m.allocateText(text.length);
  return text;
}
