import { printable, printableJson, printableLines } from './printable.js';
import { painted, tableText, type Cell, type Color, type Painted } from './table.js';
import { mayColor, ReaderGone, type Out, type Terminal } from './terminal.js';

/** The output of commands, for people or for programs. */
export interface Output {
  readonly json: boolean;
  /** True when the answer goes to a terminal. */
  readonly watched: boolean;
  /** The answer: `value` for programs, `text` for people. */
  answer(value: unknown, text: () => string): void;
  /**
   * A part of an answer that is written as a stream, e.g. a line of CSV; resolves when it is flushed.
   * @throws ReaderGone
   */
  raw(text: string): Promise<void>;
  /** The columns named in `cuttable` are cut when the terminal is narrow. */
  table(head: readonly string[], rows: readonly (readonly Cell[])[], cuttable?: readonly string[]): string;
  /** Names and values, one below the other. */
  record(entries: readonly (readonly [string, Cell])[]): string;
  /** A cell in color. */
  paint(color: Color, text: string): Painted;
  /** A message beside the answer; on standard error, so that it does not corrupt a pipe. */
  note(text: string): void;
  /** A message beside the answer that begins with "error". */
  error(text: string): void;
  /** The progress of a long operation; only on a terminal. */
  progress(done: number, of: number): void;
}

export function createOutput({ stdout, stderr, env }: Terminal, json: boolean): Output {
  const colored = mayColor(stdout, env) && !json;
  const watched = stdout.isTTY === true;
  const settings = { colored, columns: watched ? (stdout.columns ?? 80) : null };
  let line = false;
  // A message does not start in the middle of the progress line.
  const say = (text: string): void => {
    stderr.write(`${line ? '\n' : ''}${text}\n`);
    line = false;
  };

  return Object.freeze<Output>({
    json,
    watched,
    answer(value, text) {
      const written = json ? printableJson(value) : text();
      if (written !== '') stdout.write(`${written}\n`);
    },
    raw: (text) =>
      written(
        stdout,
        watched
          ? text
              .split(/(\r?\n)/)
              .map(lineOrEnd)
              .join('')
          : text,
      ),
    table: (head, rows, cuttable) => tableText(settings, head, rows, cuttable),
    record: (entries) =>
      tableText(
        settings,
        null,
        entries.map(([name, value]) => [{ color: 'dim', text: name }, value]),
      ),
    paint: (color, text) => ({ color, text }),
    note: (text) => {
      say(printableLines(text));
    },
    error(text) {
      say(`${painted(mayColor(stderr, env), 'red', 'error')} ${printableLines(text)}`);
    },
    progress(done, of) {
      if (stderr.isTTY !== true || json) return;
      stderr.write(`\r${String(done)} of ${String(of)}${done === of ? '\n' : ''}`);
      line = done !== of;
    },
  });
}

function lineOrEnd(part: string): string {
  return /^\r?\n$/.test(part) ? part : printable(part);
}

function written(stdout: Out, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write(text, (error) => {
      if (error === undefined || error === null) resolve();
      else reject(new ReaderGone(error.message));
    });
  });
}
