import { systemClock } from '../base/clock.js';
import { didYouMean } from '../base/did-you-mean.js';
import { checkRequisites, textsOf } from '../flow/flows.js';
import { passportLogin } from '../http/login/passport-login.js';
import { sessionLogin } from '../http/login/session-login.js';
import { inputIssues } from '../invitations/management/input.js';
import { fromNow } from '../invitations/management/instants.js';
import type { Check, OptionIssue } from '../options/checks.js';
import { dataRulesOf } from '../options/data-rules.js';
import { bindingPart, issueAt, type FlowIssue } from '../flow/flow-issue.js';
import type { EnrollmentOptions } from '../options/options.js';
import { isProduction } from '../options/site.js';
import { pageIssues } from '../pages/checks/page-issues.js';
import { sourceIssues } from '../sources/source-registry.js';
import { sourceFlowIssues } from '../flows/source-flows.js';
import { placeOfFlow, type FileFlows } from './file-flows.js';

/** What the parts of the app know about their own options, and about the flows of files. */
export function optionChecks<User, Data>(
  given: EnrollmentOptions<User, Data>,
  files: FileFlows,
): readonly Check<User, Data>[] {
  return [
    { reads: ['flowFiles'], find: () => files.issues },
    { reads: ['flows'], find: () => slugsTwice(given, files) },
    { reads: ['sources', 'connections', 'flows', 'users'], find: sourcesIssues },
    { reads: ['sources', 'flows'], find: sourceStageIssues },
    { reads: ['baseUrl', 'seed', 'invitationData'], find: seedIssues },
    { reads: ['login'], find: loginIssues },
    {
      reads: [
        'baseUrl',
        'flows',
        'users',
        'login',
        'authenticators',
        'mailer',
        'production',
        'scripts',
        'sources',
        'connections',
        'lookUpAddress',
      ],
      find: requisiteIssues,
    },
    {
      reads: [
        'baseUrl',
        'flows',
        'views',
        'messages',
        'languages',
        'defaultLocale',
        'locale',
        'locals',
        'ownMessages',
        'classes',
        'brand',
      ],
      find: ({ baseUrl, flows = [], ownMessages = {}, ...given }) =>
        pageIssues({ ...given, flows, texts: textsOf(flows, ownMessages), assetsPath: new URL(baseUrl).pathname }),
    },
  ];
}

function slugsTwice<User, Data>({ flows = [] }: EnrollmentOptions<User, Data>, files: FileFlows): readonly string[] {
  const slugs = flows.map(({ slug }) => slug);
  return files.flows
    .filter(({ slug }) => slugs.includes(slug))
    .map(({ slug }) => `flows: the slug '${slug}' is used twice: in code, and at ${placeOfFlow(files, slug)}`);
}

/** A source stage leads to a source of the app. */
function sourceStageIssues<User, Data>({
  sources = [],
  flows = [],
}: EnrollmentOptions<User, Data>): readonly FlowIssue[] {
  const slugs = sources.map(({ slug }) => slug);
  return flows.flatMap((flow) =>
    [...flow.bindings, ...flow.insertable.values()].flatMap(({ key, stage }) => {
      const asked = stage.asking ? (stage.asksSource?.source ?? null) : null;
      return asked === null || slugs.includes(asked)
        ? []
        : [issueAt(bindingPart(flow, key), `there is no source '${asked}'${didYouMean(asked, slugs)}`)];
    }),
  );
}

function sourcesIssues<User, Data>({
  sources = [],
  connections,
  flows = [],
  users,
}: EnrollmentOptions<User, Data>): readonly OptionIssue[] {
  if (sources.length === 0) return [];
  return [
    ...sourceIssues(sources),
    ...(connections === undefined ? ['"connections" is required by "sources": they say who is whose'] : []),
    ...(users === undefined ? ['"users" is required by "sources": they say who has an account'] : []),
    ...sourceFlowIssues(flows),
  ];
}

/** A factory without its parentheses looks like the login that it returns: both are functions. */
function loginIssues<User, Data>({ login }: EnrollmentOptions<User, Data>): readonly string[] {
  const given: unknown = login;
  const name = given === sessionLogin ? 'sessionLogin' : given === passportLogin ? 'passportLogin' : null;
  return name === null ? [] : [`"login" is ${name} itself: call it, as in login: ${name}()`];
}

function requisiteIssues<User, Data>({
  flows = [],
  users,
  login,
  authenticators,
  mailer,
  lookUpAddress,
  production,
  scripts,
  baseUrl,
  sources = [],
  connections,
}: EnrollmentOptions<User, Data>): readonly OptionIssue[] {
  return checkRequisites(
    flows,
    new Map([
      ...(users?.passwordHash === undefined ? [['credentials', 'users.passwordHash'] as const] : []),
      ...(users?.update === undefined ? [['account-changes', 'users.update'] as const] : []),
      ...(users?.remove === undefined ? [['account-removal', 'users.remove'] as const] : []),
      ...(authenticators === undefined ? [['authenticators', 'the option authenticators'] as const] : []),
      ...(mailer === undefined && isProduction(production) ? [['mailer', 'the option mailer'] as const] : []),
      ...(lookUpAddress === undefined ? [['address-lookup', 'the option lookUpAddress'] as const] : []),
      ...(users?.update === undefined ? [['new-passwords', 'users.update'] as const] : []),
      ...(users?.acceptInvitation === undefined ? [['acceptances', 'users.acceptInvitation'] as const] : []),
      ...(sources.length === 0 ? [['connections', 'the option sources'] as const] : []),
      ...(connections !== undefined && (connections.list === undefined || connections.unlink === undefined)
        ? [['connections', 'connections.list and connections.unlink'] as const]
        : []),
      ...(scripts === false ? [['scripts', 'the scripts of the kit: leave out scripts: false'] as const] : []),
      ...(allowsPasskeys(baseUrl)
        ? []
        : [['webauthn', 'a baseUrl with https and the name of a host: passkeys need both'] as const]),
      ...(typeof login === 'object' && login.signOut === undefined ? [['sign-out', 'login.signOut'] as const] : []),
      ...(typeof login === 'object' && login.endOtherSessions === undefined
        ? [['session-ends', 'login.endOtherSessions'] as const]
        : []),
    ]),
  );
}

/** WebAuthn, 5.1.2 and 5.1.3: a secure context, and a domain; `localhost` is both. */
function allowsPasskeys(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  if (hostname === 'localhost') return true;
  return protocol === 'https:' && !/^(?:\[.*\]|\d+(?:\.\d+){3})$/.test(hostname);
}

function seedIssues<User, Data>({
  seed = [],
  baseUrl,
  invitationData,
}: EnrollmentOptions<User, Data>): readonly string[] {
  const { origin, protocol } = new URL(baseUrl);
  const site = { origin, mount: '', secure: protocol === 'https:' };
  const rules = dataRulesOf(invitationData ?? null);
  return seed.flatMap((input, index) =>
    inputIssues(fromNow(input, systemClock.now()), site, rules).map((issue) => `seed[${String(index)}]: ${issue}`),
  );
}
