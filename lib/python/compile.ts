import { attributeNames } from './check/attributes.js';
import { checkProgram } from './check/check.js';
import type { PythonEnvironment } from './check/environment.js';
import { builtinTable } from './builtins/table.js';
import { LimitExceeded, pythonLimits, type PythonLimits } from './limits.js';
import { moduleClasses, moduleTable, recordAttributes, refusedModules } from './modules/table.js';
import { createMachine } from './run/create-machine.js';
import { createStopwatch, drive } from './run/drive.js';
import type { Frame } from './run/frame.js';
import { HostError } from './run/host-error.js';
import type { End, Machine, Run } from './run/machine.js';
import { Raised } from './run/raise.js';
import { parseProgram } from './syntax/parse.js';
import { createSource, type PythonProblem } from './syntax/source.js';
import type { Program } from './syntax/tree.js';
import { classTable } from './types/table.js';
import { textOf } from './values/protocols.js';
import type { PyModule, Value } from './values/value.js';
import { PythonError } from './python-error.js';

interface CompileSettings {
  /** For messages of errors; default `expression`. */
  readonly file?: string;
  /** The line of the file at which the source begins; default 1. */
  readonly firstLine?: number;
  readonly environment: PythonEnvironment;
  readonly limits?: Partial<PythonLimits>;
}

/** What one run is given. */
interface PythonHost {
  /** The values of the environment's globals. */
  readonly globals: ReadonlyMap<string, Value>;
  /** The modules of the environment. */
  readonly modules?: ReadonlyMap<string, PyModule>;
  /** Milliseconds since 1970, for `datetime.now`. */
  now(): number;
  /** Milliseconds of a clock that only goes forward, for the limit of time; default that of the process. */
  monotonic?(): number;
  print?(text: string): void;
  /** Reads what the run has left, within its limits. */
  finished?(m: Machine, result: Value): void;
  /** True once the result is not waited for any more: the run ends at the next answer of the host. */
  isAborted?(): boolean;
}

export interface CompiledPython {
  /** What is wrong with it, in the order of the source. With a problem it cannot run. */
  readonly problems: readonly PythonProblem[];
  /** What is right, and has another meaning here than its author may expect. */
  readonly notices: readonly PythonProblem[];
  /** The names that it reads, and the texts and attributes in it: what a host need not look up is in neither. */
  mentions(pattern: RegExp): boolean;
  /**
   * Runs it as the body of a function, and returns what that returns.
   * @throws PythonError for an exception that it does not catch, and above a limit
   * @throws what a function of the host throws
   */
  run(host: PythonHost): Promise<Value>;
}

const classes = new Map([...classTable, ...moduleClasses]);
const tables = {
  modules: moduleTable,
  refusedModules,
  attributes: new Set([...attributeNames(classes.values(), moduleTable.values()), ...recordAttributes]),
};

/** Parses and checks an expression once: everything that can be known without running is in `problems`. */
export function compilePython(text: string, settings: CompileSettings): CompiledPython {
  const { file = 'expression', firstLine = 1, environment } = settings;
  const limits = { ...pythonLimits, ...settings.limits };
  const source = createSource(text, firstLine);
  const program = parseProgram(source);
  const noticed = createSource(text, firstLine);
  if (program !== null) {
    checkProgram(source, program, environment, tables);
    environment.inspect?.(program, (severity, at, message) => {
      (severity === 'mistake' ? source : noticed).report(at, message);
    });
  }
  const problems = source.problems();

  async function run(host: PythonHost): Promise<Value> {
    if (program === null || problems.length > 0) throw new Error(`${file} has mistakes and cannot run`);
    const watch = createStopwatch(host.monotonic ?? (() => performance.now()));
    const machine = createMachine({
      limits,
      classes,
      builtins: builtinTable,
      modules: new Map([...moduleTable, ...(host.modules ?? [])]),
      globals: host.globals,
      now: () => host.now(),
      elapsed: () => watch.elapsed(),
      print: (shown) => host.print?.(shown),
    });
    try {
      const end = await drive(body(machine, program, host), watch, () => host.isAborted?.() === true);
      const result = end?.type === 'return' ? end.value : null;
      host.finished?.(machine, result);
      return result;
    } catch (error) {
      const line = source.lineAt(machine.at);
      if (error instanceof HostError) throw error.inner;
      if (error instanceof Raised) throw new PythonError(file, source.lineAt(error.at), shownError(machine, error));
      if (error instanceof LimitExceeded) throw new PythonError(file, line, error.message);
      throw error;
    }
  }

  return { problems, notices: noticed.problems(), mentions: (pattern) => pattern.test(text), run };
}

function body(machine: Machine, program: Program, { globals }: PythonHost): Run<End> {
  // As authentik runs it: the names of the host are parameters, so that the body may assign them again.
  const names = new Map([...globals].filter(([name]) => program.locals.has(name)));
  const frame: Frame = { names, locals: program.locals, outer: null, handled: null };
  return machine.execute(frame, program.body);
}

function shownError(machine: Machine, { exception }: Raised): string {
  const { name } = exception.of;
  try {
    const text = textOf(machine, exception);
    return text === '' ? name : `${name}: ${text.slice(0, 300)}`;
  } catch {
    return name;
  }
}
