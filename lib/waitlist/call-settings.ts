import { argumentIssues, kindIssues } from '../base/setting-kinds.js';
import { isSettings, nameIssues, type SettingNames } from '../base/setting-names.js';
import type { WaitlistQuery, WaitlistState } from '../ports/waitlist-store.js';
import { wrongCall, type WaitlistAsk } from './ask.js';
import type { WaitlistDecision } from './decide.js';
import type { LinesQuery } from './lines.js';
import type { InvitationTerms } from './parts.js';
import type { Resending } from './resend.js';
import type { Selection } from './select.js';

type ListQuery = WaitlistQuery & { readonly limit?: number; readonly after?: number };
type Tenant = { readonly tenant?: string };
type AnySelection = { readonly ids: unknown; readonly emails: unknown; readonly first: unknown } & Tenant;

const states: Readonly<Record<WaitlistState, true>> = {
  waiting: true,
  approved: true,
  sent: true,
  failed: true,
  refused: true,
  joined: true,
};
const askNames: SettingNames<WaitlistAsk> = { email: true, answers: true, tenant: true, locale: true };
const listNames: SettingNames<ListQuery> = { state: true, tenant: true, limit: true, after: true };
const linesNames: SettingNames<LinesQuery> = { state: true, tenant: true, answers: true };
const tenantNames: SettingNames<Tenant> = { tenant: true };
const selectionNames: SettingNames<AnySelection> = { ids: true, emails: true, first: true, tenant: true };
const decisionNames: SettingNames<WaitlistDecision> = { by: true };
const resendingNames: SettingNames<Resending> = { keep: true, invitation: true };
/** The entry sets these itself, so a caller's values would have no effect. The invitations check the other names. */
const ofTheEntry = ['email', 'tenant', 'uses'];

/** The arguments of the waitlist's methods: a typo in a name would otherwise be a setting that is silently ignored. */
export const callSettings = Object.freeze({
  ask: (request: WaitlistAsk) => refuse(nameIssues(request, askNames)),
  list: (query: ListQuery) => refuse(queryIssues(query, listNames)),
  lines: (query: LinesQuery) => refuse(queryIssues(query, linesNames)),
  count: (query: { readonly tenant?: string | null }) => refuse(nameIssues(query, tenantNames)),
  remove: (email: unknown, of: { readonly tenant?: string }) =>
    refuse([
      ...argumentIssues('email', email, 'text'),
      ...nameIssues(of, tenantNames),
      ...kindIssues(of, { tenant: 'text' }),
    ]),
  approve: (selection: Selection, terms: InvitationTerms, decision: WaitlistDecision) =>
    refuse([...selectionIssues(selection), ...termIssues(terms), ...decisionIssues(decision)]),
  resend: (selection: Selection, how: Resending) =>
    refuse([
      ...selectionIssues(selection),
      ...nameIssues(how, resendingNames),
      ...kindIssues(how, { keep: 'boolean' }),
      ...(!isSettings(how) || how.invitation === undefined ? [] : termIssues(how.invitation)),
    ]),
  refuse: (selection: Selection, decision: WaitlistDecision) =>
    refuse([...selectionIssues(selection), ...decisionIssues(decision)]),
});

function decisionIssues(decision: WaitlistDecision): readonly string[] {
  return [...nameIssues(decision, decisionNames), ...kindIssues(decision, { by: 'text' })];
}

function selectionIssues(selection: Selection): readonly string[] {
  return nameIssues<AnySelection>(selection, selectionNames);
}

function termIssues(terms: InvitationTerms): readonly string[] {
  if (!isSettings(terms)) return ['"invitation" must be of type object'];
  return Object.keys(terms)
    .filter((name) => ofTheEntry.includes(name))
    .map((name) => `"${name}" is the entry's: leave it out`);
}

function queryIssues<S extends WaitlistQuery>(query: S, known: SettingNames<S>): readonly string[] {
  if (!isSettings(query)) return nameIssues(query, known);
  const { state } = query;
  return [
    ...nameIssues(query, known),
    ...(state === undefined || Object.hasOwn(states, state)
      ? []
      : [`"state" must be one of [${Object.keys(states).join(', ')}]`]),
  ];
}

/** @throws ERR_ENROLLMENT_WAITLIST (400) with all mistakes in `issues` */
function refuse(issues: readonly string[]): void {
  if (issues.length > 0) throw wrongCall(issues);
}
