import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { forAdministration } from '../base/administration.js';
import { isEnrollmentError } from '../base/error.js';
import type { Enrollment } from '../composition/enrollment.js';
import { createEnrollment } from '../enrollment.js';
import { defaultLog } from '../options/default-log.js';
import type { EnrollmentLogger } from '../ports/log.js';
import { loadModule } from './load-module.js';
import { CommandError, exitCodes, type Terminal } from './terminal.js';

/** The part of the app's enrollment that commands use. */
export type Administered = Pick<
  Enrollment<unknown>,
  | 'invitations'
  | 'waitlist'
  | 'deliveries'
  | 'mails'
  | 'diagnose'
  | 'ready'
  | 'health'
  | 'close'
  | 'messages'
  | 'views'
  | 'flows'
  | 'tryPolicy'
>;

const names = ['js', 'mjs', 'cjs'].map((ending) => `enrollment.config.${ending}`);

/** The file of the configuration: as named, or the first that is there; `null` if neither. */
export function findConfiguration(
  { cwd, env }: Pick<Terminal, 'cwd' | 'env'>,
  given: string | undefined,
): string | null {
  const named = given ?? (env['ENROLLMENT_CONFIG'] === '' ? undefined : env['ENROLLMENT_CONFIG']);
  return named ?? names.find((name) => existsSync(resolve(cwd, name))) ?? null;
}

/**
 * Reads the app's configuration: a module whose default export, or export `enrollment`, is an enrollment, its options,
 * or a function that returns one of them.
 */
export async function readConfiguration(
  { cwd, env, stderr }: Pick<Terminal, 'cwd' | 'env' | 'stderr'>,
  given: string | undefined,
  verbose: boolean,
): Promise<Administered> {
  const file = findConfiguration({ cwd, env }, given);
  if (file === null)
    throw misconfigured(
      `no configuration: there is no ${names.join(', ')} in ${cwd}. Name a file with --config; it exports the options of createEnrollment(), or what that gives`,
    );
  const path = resolve(cwd, file);
  if (!existsSync(path)) throw misconfigured(`there is no file ${path}`);
  const found = await forAdministration(() => loadModule(path));
  if (isAdministered(found)) return found;
  if (!isOptions(found))
    throw misconfigured(
      `${path} exports neither an enrollment nor its options: export them as default, or as "enrollment"`,
    );
  try {
    // The app's own logger may write to standard output, where the answers go.
    const log = verbose ? defaultLog(stderr, env) : quietLog;
    return await forAdministration(async () => createEnrollment<unknown>({ ...found, logger: log }));
  } catch (error) {
    if (!isEnrollmentError(error)) throw error;
    throw new CommandError(`${path}: ${error.message}`, exitCodes.configuration, {
      code: error.code,
      issues: error.issues,
    });
  }
}

const silent = (): void => undefined;
const quietLog: EnrollmentLogger = { info: silent, warn: silent, error: silent };

const parts = [
  'invitations',
  'waitlist',
  'deliveries',
  'mails',
  'diagnose',
  'ready',
  'health',
  'close',
  'messages',
  'views',
  'flows',
  'tryPolicy',
];

function isAdministered(value: unknown): value is Administered {
  return isRecord(value) && parts.every((name) => name in value);
}

/** True for an object that is meant as options; `createEnrollment` reports what is wrong with them. */
function isOptions(value: unknown): value is Parameters<typeof createEnrollment<unknown>>[0] {
  return isRecord(value) && ['baseUrl', 'secret', 'redis', 'users', 'flows'].some((name) => name in value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function misconfigured(text: string): CommandError {
  return new CommandError(text, exitCodes.configuration, { code: 'ERR_ENROLLMENT_CONFIG' });
}
