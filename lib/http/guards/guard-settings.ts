import type { Request, Response } from 'express';
import { canonicalEmail } from '../../base/canonical.js';
import { configError } from '../../base/config-error.js';
import { didYouMean } from '../../base/did-you-mean.js';
import type { InviteRefused } from '../../base/invite-refused.js';
import { isForbiddenKey, type JsonObject } from '../../base/json.js';
import type { Message } from '../../base/message.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { InvitationGate } from '../../ports/invitation-gate.js';
import type { Redeem } from '../../ports/redeem.js';
import type { Redemptions } from '../../ports/redemptions.js';
import type { SessionRegistry } from '../../ports/session-registry.js';
import type { UserStore } from '../../ports/user-store.js';
import type { Web } from '../web.js';
import { bodyText, bodyValue } from './request-fields.js';

/** What guards need of the HTTP layer. */
type WebParts = Pick<
  Web,
  | 'site'
  | 'development'
  | 'keyring'
  | 'clock'
  | 'log'
  | 'flows'
  | 'cookies'
  | 'token'
  | 'client'
  | 'tenant'
  | 'locale'
  | 'startFailure'
  | 'context'
  | 'authSession'
  | 'warnOnce'
>;

/** The dependencies of guards; created for each version of the flows, in `composition/flow-version.ts`. */
export interface GuardParts<User, Data = JsonObject> extends WebParts {
  readonly gate: InvitationGate;
  readonly redeem: Redeem;
  /**
   * Looks up the row of an enrollment; `null` if the app has no such table. If it has one, every write must insert a
   * row.
   */
  readonly findRedemption: Redemptions['find'] | null;
  readonly ephemeralStore: EphemeralStore;
  readonly sessionRegistry: Pick<SessionRegistry, 'epoch' | 'hasEnded'>;
  /** False without the option `login`: every visitor counts as not signed in. */
  readonly hasLogin: boolean;
  /** Loads the account that an earlier request of the same attempt created; `null` if the kit has no user store. */
  readonly findById: ((id: string) => Promise<User | null>) | null;
  /** The app's user store; `null` if the kit has none. */
  readonly users: Pick<UserStore<User>, 'toProfile' | 'findById' | 'acceptInvitation'> | null;
  /** An invitation's data in the app's own type. @throws ERR_ENROLLMENT_INVITATION when it does not hold any more */
  readData(data: JsonObject): Data;
  /** A sentence in the app's wording, in the language of this tag. */
  text(message: Message, locale: string): string;
}

export interface GuardSettings<User> {
  /** The form's field with the code; default `invite_code`. Refusals name it. */
  readonly field?: string;
  /** Reads the code from elsewhere than the body: a header, the session. An empty value counts as none. */
  readonly from?: (req: Request) => string | undefined;
  /** The person's address, compared with the address that an invitation is bound to; default `body.email`. */
  readonly email?: (req: Request) => string | null;
  /**
   * What identifies the account if it is not in the body: a header, the session. A form of the same browser with
   * another value here, or in any field of the body, belongs to another person. Default: the address, or
   * `body.username`.
   */
  readonly account?: (req: Request) => string | null;
  /**
   * False: forms of other sites are accepted, for a route with its own protection (such as CORS and a token). Default
   * true: a form whose `Sec-Fetch-Site` or `Origin` names another site is refused with 403.
   */
  readonly checkOrigin?: boolean;
  /** The id of what `write` returns; default its `id`. */
  readonly idOf?: (user: User) => string | number;
  /** Answers refusals instead of the app's error handler. */
  readonly onRefused?: (req: Request, res: Response, refusal: InviteRefused) => unknown;
}

/** Settings, complete and checked. */
export interface GuardTerms<User> extends Pick<GuardSettings<User>, 'from' | 'idOf' | 'onRefused'> {
  readonly field: string;
  readonly checkOrigin: boolean;
  /** Canonical; `null` if there is no usable address. */
  email(req: Request): string | null;
  /** Of any type: a number is also a valid name. `null` or `undefined`: there is none. */
  account(req: Request): unknown;
}

const functions = ['from', 'email', 'account', 'idOf', 'onRefused'] as const;
const names: readonly string[] = ['field', 'checkOrigin', ...functions];

/** @throws ERR_ENROLLMENT_CONFIG with every mistake of a guard's settings */
export function guardTerms<User>(settings: GuardSettings<User>, handler: unknown): GuardTerms<User> {
  const unknown = nameIssues('requireInvite', settings, names);
  if (unknown.length > 0) throw configError(unknown);
  const { field = 'invite_code', checkOrigin = true, email = bodyEmail, account = bodyUsername } = settings;
  const issues = [
    ...fieldIssues(field),
    ...(typeof checkOrigin === 'boolean' ? [] : ['requireInvite: "checkOrigin" must be true or false']),
    ...functions
      .filter((name) => settings[name] !== undefined && typeof settings[name] !== 'function')
      .map((name) => `requireInvite: "${name}" must be a function`),
    ...(typeof handler === 'function' ? [] : ['requireInvite: the handler must be a function of req, res and invite']),
  ];
  if (issues.length > 0) throw configError(issues);
  const emailOf = (req: Request): string | null => {
    const typed = email(req);
    return typeof typed === 'string' ? canonicalEmail(typed) : null;
  };
  return { ...settings, field, checkOrigin, email: emailOf, account: (req) => namesOf(emailOf(req), account(req)) };
}

/** Both count, so that people who share an address do not share an account. */
function namesOf(...named: readonly unknown[]): readonly unknown[] | null {
  const names = named.filter((name) => name !== null && name !== undefined);
  return names.length === 0 ? null : names;
}

/** Reports settings that are not a record, or have unknown names: a typo would silently disable a setting. */
export function nameIssues(guard: string, settings: unknown, known: readonly string[]): readonly string[] {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    return [`${guard}: the settings must be an object, {} where there are none`];
  return Object.keys(settings)
    .filter((name) => !known.includes(name))
    .map(
      (name) => `${guard}: "${name}" is not a setting${didYouMean(name, known) || `; there are ${known.join(', ')}`}`,
    );
}

export function fieldIssues(field: unknown): readonly string[] {
  const fits = typeof field === 'string' && field !== '' && !isForbiddenKey(field);
  return fits ? [] : ['"field" must be the name of a form field'];
}

function bodyEmail(req: Request): string | null {
  return bodyText(req, 'email');
}

function bodyUsername(req: Request): unknown {
  return bodyValue(req, 'username');
}
