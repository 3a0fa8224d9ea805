import { accessSync, closeSync, constants, existsSync, fstatSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Terminal, usage } from './terminal.js';

/** A new file that a command writes. Only its owner can read it, because it may hold codes and addresses. */
interface OutFile {
  write(text: string): void;
  /** Removes a file that nothing was written to. */
  close(): void;
}

/** Reports, before any work, what is wrong with the path of an output file. */
export function checkOut({ cwd }: Pick<Terminal, 'cwd'>, out: string | undefined): void {
  if (out === undefined) return;
  const path = resolve(cwd, out);
  if (existsSync(path)) throw exists(path);
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch {
    throw usage(`--out: nothing can be written to ${dirname(path)}`);
  }
}

export function openOut({ cwd }: Pick<Terminal, 'cwd'>, out: string): OutFile {
  const path = resolve(cwd, out);
  const file = opened(path);
  return {
    write: (text) => void writeSync(file, text),
    close() {
      const empty = fstatSync(file).size === 0;
      closeSync(file);
      if (empty) unlinkSync(path);
    },
  };
}

function opened(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (existsSync(path)) throw exists(path);
    throw usage(`--out: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function exists(path: string): Error {
  return usage(`--out: ${path} exists already, and nothing is written over. Nothing was done`);
}
