import { pathToFileURL } from 'node:url';
import { withTimeout } from '../base/awaitable.js';
import { CommandError, exitCodes } from './terminal.js';

const timeoutMs = 30_000;

/**
 * What a module exports as `enrollment` or as default, after functions are called and promises resolve.
 * @throws CommandError with the module's own words, and the line they are about
 */
export async function loadModule(path: string): Promise<unknown> {
  const late = (): Error => new Error(`it did not finish within ${String(timeoutMs / 1000)} seconds`);
  try {
    return await withTimeout(timeoutMs, () => exported(path), late);
  } catch (error) {
    throw new CommandError(`${path} cannot be loaded: ${describe(error, path)}`, exitCodes.configuration, {
      code: 'ERR_ENROLLMENT_CONFIG',
    });
  }
}

async function exported(path: string): Promise<unknown> {
  const loaded: unknown = await import(pathToFileURL(path).href);
  const found: unknown = await exportOf(loaded);
  return typeof found === 'function' ? await Reflect.apply(found, undefined, []) : found;
}

/** A CommonJS module, or a TypeScript module compiled to one, is the default export of a namespace. */
function exportOf(loaded: unknown): unknown {
  if (!isRecord(loaded)) return undefined;
  if (loaded['enrollment'] !== undefined) return loaded['enrollment'];
  const inner = loaded['default'];
  if (!isRecord(inner)) return inner;
  return inner['enrollment'] ?? inner['default'] ?? inner;
}

function describe(error: unknown, path: string): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return `Node does not read this kind of file by itself. TypeScript: NODE_OPTIONS='--import tsx' npx express-enrollment …`;
  const lines = (error.stack ?? '').split('\n');
  const at = lines
    .map((line) => /([^\s(/]*?:\d+)(?::\d+)?\)?$/.exec(line.includes(path) ? line : '')?.[1])
    .find(Boolean);
  // An excerpt of a template, or a list of mistakes, ends in a line of its own.
  const gap = error.message.includes('\n') ? '\n' : ' ';
  return at === undefined ? error.message : `${error.message}${gap}(${at})`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
