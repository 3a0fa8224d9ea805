import { isJsonObject } from '../base/json.js';
import type { AddressPolicy, InvitationRule } from '../ports/identities.js';
import type { MatchingMode } from '../ports/pending-identity.js';
import type { SourceRules } from '../ports/source.js';
import { isBoolean, isFunction, issue, optional } from './setting-checks.js';

export interface RuleSettings {
  /** How an identity without a connection is matched with existing accounts; default `identifier`: not at all. */
  readonly matching?: MatchingMode | undefined;
  /**
   * True: `email_link` or `username_link` connects an account without proof by its owner. Only for a provider that also
   * controls the accounts; with other matching modes it is a mistake. Default false.
   */
  readonly linkWithoutProof?: boolean | undefined;
  /**
   * Whether a new account needs an invitation: one rule for all, or a function that is called for each identity.
   * Default `required`.
   */
  readonly invitation?: SourceRules['invitation'] | undefined;
  /**
   * `never`: the source signs in accounts that exist, and no account is created for its identities. Default `allowed`.
   */
  readonly registration?: SourceRules['registration'] | undefined;
  /**
   * Returns what the account's data gets from the identity: `({ claims }) => ({ groups: claims['groups'] ?? [] })`. Used
   * at sign-up, where typed values and the invitation's win, and at each later sign-in, through `UserStore.update`.
   * Default nothing.
   */
  readonly accountData?: SourceRules['accountData'];
  /** How `accountData` is used at later sign-ins; `false`: not at all. */
  readonly refresh?: SourceRules['refresh'];
  /** Which verified addresses of the source satisfy an invitation that is bound to an address; default `strict`. */
  readonly address?: AddressPolicy | undefined;
}

export const ruleNames = {
  matching: true,
  linkWithoutProof: true,
  invitation: true,
  registration: true,
  accountData: true,
  refresh: true,
  address: true,
} as const;

const modes = {
  identifier: false,
  email_link: true,
  email_deny: false,
  username_link: true,
  username_deny: false,
} as const satisfies Record<MatchingMode, boolean>;

const rules = { required: true, optional: true, never: true } as const satisfies Record<InvitationRule, true>;

const registrations = { allowed: true, never: true } as const satisfies Record<SourceRules['registration'], true>;

const policies = {
  strict: true,
  'verified-any': true,
  domain: true,
  notify: true,
  off: true,
} as const satisfies Record<AddressPolicy, true>;

/** The rules with all defaults. */
export function rulesOf(settings: RuleSettings): SourceRules {
  const { matching = 'identifier', linkWithoutProof = false, invitation = 'required' } = settings;
  const { registration = 'allowed', address = 'strict', accountData, refresh } = settings;
  const data = accountData === undefined ? {} : { accountData, refresh };
  return { matching, linkWithoutProof, invitation, registration, address, ...data };
}

/** Mistakes, each beginning with the name of the setting. */
export function ruleIssues(settings: RuleSettings): readonly string[] {
  const { matching, linkWithoutProof, invitation, registration, address, accountData } = settings;
  const mode: MatchingMode = matching ?? 'identifier';
  return [
    ...issue(optional(matching, isNameIn(modes)), `"matching" must be ${namesOf(modes)}`),
    ...issue(optional(linkWithoutProof, isBoolean), '"linkWithoutProof" must be true or false'),
    ...issue(
      linkWithoutProof !== true || !isNameIn(modes)(mode) || modes[mode],
      '"linkWithoutProof" needs the "matching" email_link or username_link',
    ),
    ...issue(
      optional(invitation, (value) => isFunction(value) || isNameIn(rules)(value)),
      `"invitation" must be ${namesOf(rules)}, or a function`,
    ),
    ...issue(optional(registration, isNameIn(registrations)), `"registration" must be ${namesOf(registrations)}`),
    ...issue(optional(accountData, isFunction), '"accountData" must be a function'),
    ...refreshIssues(settings),
    ...issue(optional(address, isNameIn(policies)), `"address" must be ${namesOf(policies)}`),
  ];
}

function refreshIssues({ accountData, refresh }: RuleSettings): readonly string[] {
  if (refresh !== undefined && refresh !== false && !isRefresh(refresh))
    return ['"refresh" must be false, or a record with overwrite and required, each true or false'];
  return issue(refresh === undefined || accountData !== undefined, '"refresh" needs "accountData"');
}

function isRefresh(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    Object.entries(value).every(([name, said]) => ['overwrite', 'required'].includes(name) && optional(said, isBoolean))
  );
}

function isNameIn(known: object): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && Object.hasOwn(known, value);
}

function namesOf(known: object): string {
  return Object.keys(known).join(', ');
}
