import type { When } from '../../base/clock.js';
import { EnrollmentError } from '../../base/error.js';
import type { JsonObject } from '../../base/json.js';
import type { Site } from '../../base/target.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import type { DataRules } from './data-rules.js';
import { changeSchema, inputSchema, mistakes } from './input-schema.js';
import { milliseconds } from './instants.js';

/** An invitation as an administrator asks for it. */
export interface InvitationInput {
  /** A code of one's own choice, e.g. `SPRING-2026`; needs a number of `uses` and an end. Left out: a code is generated. */
  readonly customCode?: string;
  /** How many accounts; default 1. `'unlimited'` for generated codes only. */
  readonly uses?: number | 'unlimited';
  /**
   * The first instant at which it is no longer valid; default 30 days from now. `'36h'`, `'7d'` and `'2w'` count from
   * now. A date alone means the end of that day.
   * `null`: never, for generated codes only.
   */
  readonly expires?: When | null;
  readonly notBefore?: When | null;
  /** The only address that may use it. */
  readonly email?: string | null;
  /** Only addresses of this domain may use it; sub-domains are other domains. */
  readonly domain?: string | null;
  /** Written to the account, and stronger than what the person types; at most 8 kB as JSON. Checked by the option `invitationData`. */
  readonly data?: JsonObject;
  /** For lists and searches. */
  readonly label?: string;
  readonly note?: string;
  /** Who makes it, in your own words. */
  readonly creator?: string;
  /** The id of the account that invites: its quota is counted, and it stands above the accounts that come of it. */
  readonly inviter?: string;
  readonly tenant?: string;
  /** The only flow that takes it; left out: every flow. */
  readonly flow?: string | null;
  /** A path of the app to go to at the end. */
  readonly redirect?: string | null;
  /**
   * Keeps a seat from the code page on, for scarce seats: `'15m'`, `'90s'`, `'2h'`, or seconds; from 30 seconds to 24
   * hours. Needs a number of `uses`. Left out: a seat is taken only while an account is written.
   */
  readonly reserve?: string | number | null;
  /** True: who has an account by this invitation gets no second one, `+tags` of the address disregarded. */
  readonly onePerPerson?: boolean;
}

/** What can be changed later. What is left out stays; `null` clears. */
export type InvitationChange = Omit<InvitationInput, 'customCode' | 'creator' | 'inviter' | 'tenant'>;

/** How often and how long it can be used. */
export type InvitationExtension = Pick<InvitationChange, 'uses' | 'expires'>;

/** Who an administrator's act is put down to in the ledger. */
export interface InvitationActor {
  readonly by?: string;
}

/** Every mistake of `input`, with its path. */
export function inputIssues(input: InvitationInput, site: Site, data?: DataRules): readonly string[] {
  // What is left out is an empty record, which the app's rules may not want either.
  const issues = mistakes(inputSchema(site, data), input.data === undefined ? { ...input, data: {} } : input);
  if (input.customCode !== undefined)
    issues.push(...customCodeIssues({ uses: input.uses ?? 'unlimited', expires: input.expires ?? null }));
  if (input.reserve !== undefined && input.reserve !== null && input.uses === 'unlimited') issues.push(unreservable);
  return [...issues, ...orderIssues(milliseconds(input.notBefore), milliseconds(input.expires))];
}

/** Every mistake of a change to `record`. */
export function changeIssues(
  change: InvitationChange,
  record: InvitationRecord,
  site: Site,
  data?: DataRules,
): readonly string[] {
  const issues = mistakes(changeSchema(site, data), change);
  if (record.kind === 'custom') issues.push(...customCodeIssues(change));
  const unlimited = change.uses === undefined ? record.max === null : change.uses === 'unlimited';
  const holds = change.reserve === undefined ? record.reservationSeconds !== null : change.reserve !== null;
  if (unlimited && holds) issues.push(unreservable);
  const opens = change.notBefore === undefined ? record.notBefore : milliseconds(change.notBefore);
  const ends = change.expires === undefined ? record.expires : milliseconds(change.expires);
  return [...issues, ...orderIssues(opens, ends)];
}

/** @throws ERR_ENROLLMENT_INVITATION with `issues`, if there are any */
export function refuseIssues(issues: readonly string[]): void {
  if (issues.length === 0) return;
  throw new EnrollmentError('ERR_ENROLLMENT_INVITATION', `the invitation does not hold: ${issues.join('; ')}`, {
    issues,
    status: 400,
  });
}

const unreservable = '"reserve" needs a number of "uses": where there is room for everybody, no seat has to be kept';

function customCodeIssues({ uses, expires }: Pick<InvitationChange, 'uses' | 'expires'>): string[] {
  const issues: string[] = [];
  if (uses === 'unlimited') issues.push('"uses" must be a number: a word is easily passed on');
  if (expires === null) issues.push('"expires" must be given: a word is easily passed on');
  return issues;
}

function orderIssues(opens: number | null, ends: number | null): readonly string[] {
  return opens !== null && ends !== null && ends <= opens ? ['"expires" must be later than "notBefore"'] : [];
}
