import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { laterBy, type When } from '../base/clock.js';
import { isJsonObject, type JsonObject } from '../base/json.js';
import type { InvitationActor, InvitationInput } from '../ports/invitation-input.js';
import { usage, type Terminal } from './terminal.js';

/** The flags that describe invitations on a command line, as Commander passes them. */
export interface InvitationFlags {
  readonly uses?: string;
  readonly expires?: string;
  readonly notBefore?: string;
  readonly zone?: string;
  readonly email?: string;
  readonly domain?: string;
  readonly label?: string;
  readonly note?: string;
  readonly flow?: string;
  readonly redirect?: string;
  readonly reserve?: string;
  readonly onePerPerson?: boolean;
  readonly data?: string;
  readonly tenant?: string;
  readonly inviter?: string;
}

const times = "7d, 36h or 2w from now; '2026-12-31 18:00' or 2026-12-31 with --zone; 2026-12-31T18:00:00+07:00";

/** Adds the options for who can use an invitation, and how often. */
export function describeSeats(command: Command): Command {
  return command
    .option('-u, --uses <n>', 'how many accounts: a number, or unlimited; a new one: 1')
    .option('--email <address>', 'the only address that may use it')
    .option('--domain <domain>', 'only addresses of this domain may use it')
    .option('--reserve <time>', 'keeps a seat from the code page on: 15m, 90s, 2h; from 30s to 24h')
    .option('--one-per-person', 'each person gets at most one account with it');
}

/** Adds the options that every invitation may have, including those of a waitlist. */
export function describeTerms(command: Command): Command {
  return describeFurtherTerms(
    command
      .option('-e, --expires <time>', `${times}; never. A new one: 30d. A date alone ends with its day`)
      .option('--not-before <time>', 'not valid before; the same forms as --expires, but never'),
  );
}

/** Adds the options for how long a mailed invitation is valid. */
export function describeMailedEnd(command: Command): Command {
  return command.option('-e, --expires <time>', `${times}; at most 30d. A new one: 7d`);
}

/** Adds the options of `describeTerms` without those for its time. */
export function describeFurtherTerms(command: Command): Command {
  return command
    .option('-z, --zone <zone>', 'IANA zone of local times, e.g. Asia/Jakarta')
    .option('-l, --label <text>', 'for lists and searches')
    .option('--note <text>', 'for administrators')
    .option('--flow <slug>', 'the only flow that takes it')
    .option('--redirect <path>', 'where to go at the end, e.g. /welcome')
    .option('--data <json>', 'a record that is written to the account, stronger than what is typed');
}

/** Adds the option that names the actor of a change. */
export function withActor(command: Command): Command {
  return command.option('--by <name>', 'who does it, for the ledger (default: $USER, or the user of the system)');
}

/** For commands that create codes. */
export function withForce(command: Command): Command {
  return command.option('--force', 'make codes although others were made under another secret');
}

/** For commands of one tenant's administrator. */
export function withTenant(command: Command): Command {
  return command.option('--tenant <tenant>', 'as the administrator of this tenant');
}

/** The actor: as set by the option, or as the terminal knows it. */
export function actorOf({ by }: { readonly by?: string }, { env }: Pick<Terminal, 'env'>): InvitationActor {
  // A scheduler or a container may set no name, or an empty one.
  const name = by ?? [env['USER'], env['USERNAME']].find(Boolean) ?? systemUser();
  return name === '' ? {} : { by: name };
}

/** Flags as input; `7d` counts from `now`. The invitations themselves report invalid values. */
export function inputOf(flags: InvitationFlags, now: number): InvitationInput {
  const { uses, expires, notBefore, zone, data, tenant: _tenant, reserve, ...plain } = flags;
  return {
    ...plain,
    ...(uses === undefined ? {} : { uses: uses === 'unlimited' ? uses : wholeNumber(uses, '--uses') }),
    ...(expires === undefined ? {} : { expires: expires === 'never' ? null : timeOf(expires, zone, now) }),
    ...(notBefore === undefined ? {} : { notBefore: timeOf(notBefore, zone, now) }),
    ...(reserve === undefined ? {} : { reserve: /^\d+$/.test(reserve) ? Number(reserve) : reserve }),
    ...(data === undefined ? {} : { data: recordOf(data, '--data') }),
  };
}

function timeOf(typed: string, zone: string | undefined, now: number): When {
  const later = laterBy(now, typed, zone ?? 'utc');
  if (later !== null) return later;
  if (/(?:Z|[+-]\d{2}:?\d{2})$/i.test(typed) && /[T ]\d{2}:/.test(typed)) return typed;
  if (!/^\d{4}-\d{2}-\d{2}/.test(typed)) throw usage(`'${typed}' is no time: write ${times}`);
  if (zone === undefined)
    throw usage(`'${typed}' is a local time: say of which zone with --zone, e.g. --zone Europe/Berlin`);
  return { local: typed, zone };
}

/** @throws CommandError for what is no whole number from `least` to `most` */
export function wholeNumber(typed: string, flag: string, least = 0, most = 9_999_999_999): number {
  const number = /^\d{1,10}$/.test(typed) ? Number(typed) : NaN;
  if (number >= least && number <= most) return number;
  const range = most === 9_999_999_999 ? '' : ` from ${String(least)} to ${most.toLocaleString('en')}`;
  throw usage(`${flag} must be a whole number${range}, not '${typed}'`);
}

/** The typed value, if it is one of `choices`. */
export function oneOf<T extends string>(choices: readonly T[], typed: string, flag: string): T {
  const found = choices.find((choice) => choice === typed);
  if (found === undefined) throw usage(`${flag} must be one of ${choices.join(', ')}, not '${typed}'`);
  return found;
}

/** The typed JSON record. */
export function recordOf(json: string, flag: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw usage(`${flag} is not JSON`);
  }
  if (!isJsonObject(value)) throw usage(`${flag} must be a JSON record, e.g. '{"team":"readers"}'`);
  return value;
}

/** The name of the account that runs this process; '' when the system does not know one, as in some containers. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
