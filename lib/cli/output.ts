import { printable, printableJson, printableLines } from './printable.js';
import { painted, tableText, type Cell, type Colour, type Painted } from './table.js';
import { mayColour, ReaderGone, type Out, type Terminal } from './terminal.js';

/** What commands say, to people or to programs. */
export interface Output {
  readonly json: boolean;
  /** True where a person sees the answer. */
  readonly watched: boolean;
  /** The answer: `value` for programs, `text` for people. */
  answer(value: unknown, text: () => string): void;
  /** A part of an answer that is written as it comes, e.g. a line of CSV; resolves when it has left. @throws ReaderGone */
  raw(text: string): Promise<void>;
  /** The columns named in `cuttable` give way where the terminal is narrow. */
  table(head: readonly string[], rows: readonly (readonly Cell[])[], cuttable?: readonly string[]): string;
  /** Names and values, one below the other. */
  record(entries: readonly (readonly [string, Cell])[]): string;
  /** A cell in colour. */
  paint(colour: Colour, text: string): Painted;
  /** A sentence beside the answer; on standard error, so that it spoils no pipe. */
  note(text: string): void;
  /** A sentence beside the answer that begins with "error". */
  error(text: string): void;
  /** How far a long work is; only where a person looks. */
  progress(done: number, of: number): void;
}

export function createOutput({ stdout, stderr, env }: Terminal, json: boolean): Output {
  const coloured = mayColour(stdout, env) && !json;
  const watched = stdout.isTTY === true;
  const settings = { coloured, columns: watched ? (stdout.columns ?? 80) : null };
  let line = false;
  // A sentence does not begin in the middle of the progress.
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
        entries.map(([name, value]) => [{ colour: 'dim', text: name }, value]),
      ),
    paint: (colour, text) => ({ colour, text }),
    note: (text) => {
      say(printableLines(text));
    },
    error(text) {
      say(`${painted(mayColour(stderr, env), 'red', 'error')} ${printableLines(text)}`);
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
