import { compilePython } from '../../../lib/python/compile.js';
import type { PythonLimits } from '../../../lib/python/limits.js';
import type { Value } from '../../../lib/python/values/value.js';

const environment = {
  globals: new Map<string, object>(),
  refused: new Map<string, string>(),
  attributes: new Set<string>(),
  modules: new Map<string, ReadonlySet<string>>(),
};

interface Given {
  readonly globals?: ReadonlyMap<string, Value>;
  readonly limits?: Partial<PythonLimits>;
  readonly now?: number;
}

/** The mistakes of a source, as `2:5 message`. */
export function problemsIn(source: string, globals: readonly string[] = []): readonly string[] {
  const { problems } = compilePython(source, {
    environment: { ...environment, globals: new Map(globals.map((name) => [name, {}])) },
  });
  return problems.map(({ line, column, message }) => `${String(line)}:${String(column)} ${message}`);
}

/** What the body of a function returns. @throws PythonError */
export async function runPython(source: string, given: Given = {}): Promise<Value> {
  const { globals = new Map<string, Value>(), limits, now = 0 } = given;
  const compiled = compilePython(source, {
    environment: { ...environment, globals: new Map([...globals.keys()].map((name) => [name, {}])) },
    // A busy machine is no reason to fail.
    limits: { milliseconds: 60_000, ...limits },
  });
  if (compiled.problems.length > 0)
    throw new Error(compiled.problems.map(({ line, message }) => `${String(line)}: ${message}`).join('; '));
  return compiled.run({ globals, now: () => now });
}

/** `repr` of what it returns, or the name of its exception; `PROBLEM …` where it is refused. */
export async function outcomeOf(source: string): Promise<string> {
  const problems = problemsIn(source);
  if (problems.length > 0) return `PROBLEM ${problems.join('; ')}`;
  try {
    const value = await runPython(source);
    return String(await runPython('return repr(value)', { globals: new Map([['value', value]]) }));
  } catch (error) {
    const reason = error instanceof Error && 'reason' in error ? String(error.reason) : String(error);
    return `RAISED ${reason.split(':')[0] ?? ''}`;
  }
}
