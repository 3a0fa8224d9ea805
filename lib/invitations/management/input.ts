import { canonicalEmail } from '../../base/canonical.js';
import type { EnrollmentClock } from '../../base/clock.js';
import { EnrollmentError } from '../../base/error.js';
import type { Keyring } from '../../base/keyring.js';
import { ownPath, type Site } from '../../base/target.js';
import type { InvitationChange, InvitationInput } from '../../ports/invitation-input.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import { invitationIds, type CanonicalCode } from '../codes/canonical-code.js';
import type { DataRules } from './data-rules.js';
import { changeSchema, inputSchema, mistakes, canonicalDomain } from './input-schema.js';
import { milliseconds, seconds } from './instants.js';

/** Every mistake of `input`, with its path. */
export function inputIssues(input: InvitationInput, site: Site, data?: DataRules): readonly string[] {
  // Missing data is an empty record, which the app's rules may reject too.
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
  if (uses === 'unlimited') issues.push('"uses" must be a number: a custom code is easily passed on');
  if (expires === null) issues.push('"expires" must be given: a custom code is easily passed on');
  return issues;
}

function orderIssues(opens: number | null, ends: number | null): readonly string[] {
  return opens !== null && ends !== null && ends <= opens ? ['"expires" must be later than "notBefore"'] : [];
}

const defaultLifetime = 30 * 24 * 60 * 60 * 1000;

/** The record of a checked input. */
export function recordOf(
  { keyring, clock, site }: { readonly keyring: Keyring; readonly clock: EnrollmentClock; readonly site: Site },
  input: InvitationInput,
  code: CanonicalCode,
): InvitationRecord {
  const now = clock.now();
  const [id = ''] = invitationIds(keyring, code);
  return {
    id,
    version: 1,
    keyId: keyring.ids[0] ?? '',
    kind: code.kind,
    hint: code.text.slice(code.kind === 'custom' ? -2 : -3),
    tenant: input.tenant ?? null,
    label: input.label ?? '',
    flow: input.flow ?? null,
    max: input.uses === 'unlimited' ? null : (input.uses ?? 1),
    notBefore: milliseconds(input.notBefore),
    expires: input.expires === undefined ? now + defaultLifetime : milliseconds(input.expires),
    bound: boundOf(input),
    data: structuredClone(input.data ?? {}),
    redirect: typeof input.redirect === 'string' ? ownPath(site, input.redirect) : null,
    note: input.note ?? '',
    creator: input.creator ?? null,
    inviter: input.inviter ?? null,
    reservationSeconds: seconds(input.reserve),
    onePerPerson: input.onePerPerson ?? false,
    mail: null,
    replaces: null,
    replacedBy: null,
    createdAt: now,
    revokedAt: null,
    declinedAt: null,
  };
}

function boundOf({ email, domain }: InvitationInput): string | null {
  if (typeof email === 'string') return canonicalEmail(email);
  return typeof domain === 'string' ? canonicalDomain(domain) : null;
}
