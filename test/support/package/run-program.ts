import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownProcess } from '../own-process.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Consumer } from '../../package/consumer.js';

export interface RunSettings {
  /** The Node to run with; default: the running one. */
  readonly node?: string;
  /** Options of Node itself. */
  readonly flags?: readonly string[];
  readonly args?: readonly string[];
  /** Default true; a compiler is faster without. */
  readonly traced?: boolean;
}

export interface Run {
  /** Standard output, followed by standard error. */
  readonly text: string;
  /** Every file that was loaded as a module, without Node's own scripts. Empty when nothing was traced. */
  readonly loaded: readonly string[];
}

const timeoutMs = 100_000;

/**
 * Runs a program of the consumer, or an installed one, in the consumer's folder and without this process's environment,
 * which could make it load other files.
 * @throws Error with all it said when it does not end with 0 in time
 */
export async function runProgram(consumer: Consumer, program: string, settings: RunSettings = {}): Promise<Run> {
  const { node = process.execPath, flags = [], args = [], traced = true } = settings;
  const traces = temporaryFolder();
  const { PATH, TMPDIR } = process.env;
  const child = await ownProcess(node, [...flags, program, ...args], {
    cwd: consumer.folder,
    env: { PATH, TMPDIR, HOME: consumer.folder, NO_COLOR: '1', ...(traced ? { NODE_V8_COVERAGE: traces } : {}) },
  });
  const tooLong = setTimeout(() => child.signal('SIGKILL'), timeoutMs);
  const { code, signal } = await child.ended;
  clearTimeout(tooLong);
  const text = child.stdout() + child.stderr();
  if (code !== 0) throw new Error(`${program} ended with ${code ?? signal ?? 'nothing'}:\n${text}`);
  return { text, loaded: loadedFiles(traces) };
}

/** Like `runProgram`; the last line of standard output is JSON. */
export async function runForJson<Result>(
  consumer: Consumer,
  program: string,
  settings: RunSettings = {},
): Promise<Result & Pick<Run, 'loaded'>> {
  const { text, loaded } = await runProgram(consumer, program, settings);
  const line = text.split('\n').findLast((each) => each.startsWith('{'));
  if (line === undefined) throw new Error(`${program} gave no result:\n${text}`);
  return { ...(JSON.parse(line) as Result), loaded };
}

/** V8 lists every script of a process in its coverage, however it was loaded. */
function loadedFiles(traces: string): readonly string[] {
  const urls = readdirSync(traces)
    .map((name) => JSON.parse(readFileSync(join(traces, name), 'utf8')) as { result: { url: string }[] })
    .flatMap(({ result }) => result.map(({ url }) => url));
  return [...new Set(urls)].filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
}
