import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getPath, isJsonObject, type Json } from '../../../lib/base/json.js';
import { runProgram } from '../../../lib/cli/program.js';
import type { Out } from '../../../lib/cli/terminal.js';
import { temporaryFolder } from '../temporary-folder.js';

export const sampleSecret = 'Rk3vQpZt8w2LmXs6Yc1Nf9Bd4Hj7Ga5EuTqWzP';

/** The output of a command, and how it ended. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Surroundings {
  readonly stdin?: string | readonly Uint8Array[];
  readonly env?: Readonly<Record<string, string>>;
  /** Columns of a terminal at both streams; left out: pipes. */
  readonly terminal?: number;
  /** Called with a function that sends Ctrl-C. */
  readonly interrupt?: (press: () => void) => void;
}

export interface CommandLine {
  readonly folder: string;
  /** Writes a file to the folder; returns its path. */
  file(name: string, content: string | Uint8Array): string;
  read(name: string): string;
  /** Runs a command in the folder, in this process. */
  run(args: readonly string[], surroundings?: Surroundings): Promise<Said>;
  /** The same with `--json`; returns the answer. */
  json(args: readonly string[], surroundings?: Surroundings): Promise<Json>;
}

/** A folder with a configuration, and the commands in it. */
export function commandLine(configuration: string | null): CommandLine {
  const folder = temporaryFolder();
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  if (configuration !== null) file('enrollment.config.mjs', configuration);

  const run = async (
    args: readonly string[],
    { stdin = '', env = {}, terminal, interrupt }: Surroundings = {},
  ): Promise<Said> => {
    const [out, err] = [collecting(terminal), collecting(terminal)];
    const code = await runProgram(args, {
      stdout: out.stream,
      stderr: err.stream,
      stdin: chunksOf(stdin),
      cwd: folder,
      env: { USER: 'the-tester', ...env },
      now: () => Date.now(),
      onInterrupt(act) {
        interrupt?.(act);
        return () => undefined;
      },
    });
    return { code, out: out.said(), err: err.said() };
  };

  return {
    folder,
    file,
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    run,
    async json(args, surroundings) {
      const { out } = await run(['--json', ...args], surroundings);
      const parsed: Json = JSON.parse(out);
      return parsed;
    },
  };
}

/** Options over a Redis, as a module; `more` is source text of further options. */
export function configurationOf(redisUrl: string, more = ''): string {
  return `export default { baseUrl: 'http://localhost:3000/join', secret: '${sampleSecret}', redis: '${redisUrl}', ${more} };\n`;
}

/** A text within JSON. */
export function textAt(json: Json, path: string): string {
  const found = isJsonObject(json) ? getPath(json, path) : undefined;
  return typeof found === 'string' ? found : `(no text at ${path} of ${JSON.stringify(json)})`;
}

/** A list within JSON; the whole for ''. */
export function listAt(json: Json, path: string): readonly Json[] {
  const found = path === '' ? json : isJsonObject(json) ? getPath(json, path) : undefined;
  if (!Array.isArray(found)) throw new Error(`no list at ${path} of ${JSON.stringify(json)}`);
  return found;
}

function collecting(columns: number | undefined): { readonly stream: Out; said(): string } {
  const parts: string[] = [];
  return {
    stream: {
      write(text, done) {
        parts.push(text);
        done?.();
      },
      ...(columns === undefined ? {} : { isTTY: true, columns }),
    },
    said: () => parts.join(''),
  };
}

async function* chunksOf(stdin: string | readonly Uint8Array[]): AsyncGenerator<string | Uint8Array> {
  yield* typeof stdin === 'string' ? [stdin] : stdin;
}
