import { isZone } from '../base/clock.js';
import { canonicalEmail } from '../base/canonical.js';
import { didYouMean } from '../base/did-you-mean.js';
import { displayText } from '../base/display-text.js';
import { EnrollmentError } from '../base/error.js';
import { isLanguageTag } from '../base/language-tag.js';
import { isLinkLike } from '../base/mailed-name.js';
import { hasResultParameters } from '../base/result-parameters.js';
import { rule } from '../base/setting-rules.js';
import { schemaCheck } from '../base/settings.js';
import { identifierProblem } from '../base/text-problem.js';
import type { TicketPurpose } from '../ports/ticket-store.js';
import type { TicketSettings, TicketUser } from '../ports/tickets.js';
import { resultTarget, type ResultUrls } from './result-url.js';

const day = 24 * 60 * 60;
export const longestTtlSeconds = 30 * day;
const longestName = 80;
const longestUrl = 4000;
export const ticketPurposes: readonly TicketPurpose[] = ['invite', 'recovery', 'verify-email', 'change-email'];

/** The flows that take tickets, and the names that callers may give. */
export interface TicketRules extends ResultUrls {
  readonly flows: readonly { readonly slug: string; readonly tickets: readonly TicketPurpose[] }[];
  readonly connections: readonly string[];
}

/** An id, a name of an option, an address: what is compared and stored. */
const identifier = (joi: Parameters<typeof rule>[0], longest = 500): ReturnType<typeof rule> =>
  rule(
    joi,
    (value) =>
      typeof value === 'string' && value.length <= longest && value !== '' && identifierProblem(value) === null,
    `must be a text of at most ${String(longest)} characters, well-formed and without control characters`,
  );

const settingIssues = schemaCheck((joi) =>
  joi.object({
    purpose: joi.valid(...ticketPurposes).required(),
    resultUrl: joi.string().max(longestUrl),
    client: identifier(joi),
    ttlSeconds: joi.number().integer().min(0).max(longestTtlSeconds),
    markEmailAsVerified: joi.boolean(),
    delivery: joi.valid('kit', 'own'),
    includeEmailInRedirect: joi.boolean(),
    app: rule(joi, isVisible, `must be a name of at most ${String(longestName)} characters`),
    locale: rule(joi, (value) => typeof value === 'string' && isLanguageTag(value), 'must be the tag of a language'),
    zone: rule(
      joi,
      (value) => typeof value === 'string' && isZone(value),
      'must be an IANA time zone such as Europe/Berlin',
    ),
    signIn: joi.boolean(),
    onEarlier: joi.valid('end', 'extend'),
    newEmail: rule(joi, isAddress, 'must be an email address'),
    inviter: identifier(joi),
    tenant: identifier(joi),
    flow: identifier(joi),
  }),
);

const userIssues = schemaCheck((joi) =>
  joi
    .object({ user: identifier(joi), email: identifier(joi), connection: identifier(joi) })
    .xor('user', 'email')
    .with('connection', 'email'),
);

/** Every mistake of a call, each with its path. No sentence has a value of it. */
export function ticketIssues(rules: TicketRules, who: TicketUser, settings: TicketSettings): readonly string[] {
  const issues = settingIssues(settings);
  if (issues.length > 0) return [...whoIssues(rules, who), ...issues];
  const { purpose, resultUrl, client, newEmail, flow, app } = settings;
  const flows = rules.flows.filter(({ tickets }) => tickets.includes(purpose)).map(({ slug }) => slug);
  return [
    ...whoIssues(rules, who),
    ...(resultUrl !== undefined && client !== undefined ? ['"resultUrl" and "client" exclude each other'] : []),
    ...(resultUrl === undefined ? [] : resultIssues(rules, resultUrl)),
    ...(app !== undefined && isLinkLike(app) && ![...rules.clients.values()].some(({ name }) => name === app)
      ? ['"app" looks like a link or an address: mails say it']
      : []),
    ...(client === undefined || rules.clients.has(client)
      ? []
      : [`"client" is none of the option "tickets.clients"${didYouMean(client, [...rules.clients.keys()])}`]),
    ...((newEmail === undefined) === (purpose === 'change-email')
      ? ['"newEmail" is required for change-email, and for nothing else']
      : []),
    ...proofIssues(settings),
    ...(flows.length === 0
      ? [`"purpose": no flow takes tickets of ${purpose}; add ${factoryOf(purpose)}({ slug }) to the flows`]
      : flow === undefined || flows.includes(flow)
        ? []
        : [`"flow" takes no tickets of ${purpose}${didYouMean(flow, flows)}`]),
  ];
}

/** A ticket that proves an address is of no use without the mark: the kit mails its link, or the caller declares to. */
function proofIssues({ purpose, delivery, markEmailAsVerified }: TicketSettings): readonly string[] {
  if (!purpose.endsWith('-email')) return [];
  if (markEmailAsVerified === false)
    return [`"markEmailAsVerified" cannot be false for ${purpose}: it proves the address`];
  if (delivery === 'kit' || markEmailAsVerified === true) return [];
  const to = purpose === 'change-email' ? 'the new address' : 'the address of the account';
  return [
    `"markEmailAsVerified" is required for ${purpose}, unless "delivery" is kit: true declares that you send the link to ${to}, and nowhere else`,
  ];
}

/** @throws ERR_ENROLLMENT_TICKET (400) where there are issues */
export function refuseTicket(call: string, issues: readonly string[]): void {
  if (issues.length === 0) return;
  throw new EnrollmentError('ERR_ENROLLMENT_TICKET', `tickets.${call}(): ${issues.join('; ')}`, {
    status: 400,
    issues,
  });
}

/** How long a ticket of these settings is valid, in seconds. 0 is the default, as at Auth0. */
export function ttlOf({ purpose, ttlSeconds = 0 }: TicketSettings): number {
  return ttlSeconds === 0 ? (purpose === 'invite' ? 7 : 5) * day : ttlSeconds;
}

export function whoIssues({ connections }: Pick<TicketRules, 'connections'>, who: TicketUser): readonly string[] {
  const issues = userIssues(who);
  if (issues.length > 0 || 'user' in who || who.connection === undefined) return issues;
  return connections.includes(who.connection)
    ? []
    : [`"connection" is none of the option "tickets.connections"${didYouMean(who.connection, connections)}`];
}

function resultIssues(rules: ResultUrls, resultUrl: string): readonly string[] {
  if (resultTarget(rules, resultUrl) === null)
    return ['"resultUrl" is neither a path of the app nor an address that the option "tickets" allows'];
  return hasResultParameters(resultUrl)
    ? ['"resultUrl" has a parameter of its own that the result is told by: success, email or ticket_status']
    : [];
}

function isVisible(value: unknown): boolean {
  return typeof value === 'string' && displayText(value, longestName) === value;
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && canonicalEmail(value) !== null;
}

function factoryOf(purpose: TicketPurpose): string {
  return purpose.endsWith('-email') ? 'confirmEmailFlow' : 'setPasswordFlow';
}
