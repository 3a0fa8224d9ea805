import type { Request, Response } from 'express';
import type { Awaitable } from '../../base/awaitable.js';
import { configError } from '../../base/config-error.js';
import type { InviteRefused } from '../../base/invite-refused.js';
import type { JsonObject } from '../../base/json.js';
import type { Redemption } from '../../ports/redemptions.js';
import { fieldIssues, nameIssues, type GuardParts } from './guard-settings.js';

export interface AcceptInviteSettings<Data = JsonObject> {
  /** The form's field with the code; default `invite_code`. Refusals name it. */
  readonly field?: string;
  /** Reads the code from elsewhere than the body. An empty value counts as none. */
  readonly from?: (req: Request) => string | undefined;
  /** The id of the signed-in user; `null`: none. Default: by the option `login`. */
  readonly user?: (req: Request) => Awaitable<string | number | null | undefined>;
  /** The user's proved address, for invitations that are bound to one. Default: that of the user store. */
  readonly email?: (req: Request) => Awaitable<string | null | undefined>;
  /**
   * Writes what the invitation grants **and** `redemption.row(userId)` in one transaction. Default: `acceptInvitation`
   * of the user store.
   */
  readonly write?: (redemption: Redemption<Data>, req: Request) => Promise<unknown>;
  /** False: forms of other sites are accepted. Default true, as in `requireInvite`. */
  readonly checkOrigin?: boolean;
  /** Answers refusals instead of the app's error handler. */
  readonly onRefused?: (req: Request, res: Response, refusal: InviteRefused) => unknown;
}

/** What the handler gets, once the invitation is accepted. */
export interface AcceptedInvite<Data = JsonObject> {
  /** `accepted_before`: by an earlier request of the same user, as of two clicks; nothing was written now. */
  readonly type: 'accepted' | 'accepted_before';
  readonly userId: string;
  readonly id: string;
  readonly label: string;
  /** The name of who invited; `null`: none. */
  readonly inviter: string | null;
  readonly data: Data;
  /** The invitation's own target, if it has one. */
  readonly redirect: string | null;
}

/** The app's answer. Exceptions and rejections go to `next`, on Express 4 too. */
export type AcceptInviteHandler<Data = JsonObject> = (
  req: Request,
  res: Response,
  accepted: AcceptedInvite<Data>,
) => unknown;

/** Settings, complete and checked. */
export type AcceptInviteTerms<Data> = AcceptInviteSettings<Data> & { readonly field: string };

const functions = ['from', 'user', 'email', 'write', 'onRefused'] as const;

/** @throws ERR_ENROLLMENT_CONFIG with every mistake */
export function acceptInviteTerms<User, Data>(
  { hasLogin, users }: Pick<GuardParts<User, Data>, 'hasLogin' | 'users'>,
  settings: AcceptInviteSettings<Data>,
  handler: unknown,
): AcceptInviteTerms<Data> {
  const unknown = nameIssues('acceptInvite', settings, ['field', 'checkOrigin', ...functions]);
  if (unknown.length > 0) throw configError(unknown);
  const { field = 'invite_code', checkOrigin = true } = settings;
  const issues = [
    ...fieldIssues(field).map((issue) => `acceptInvite: ${issue}`),
    ...(typeof checkOrigin === 'boolean' ? [] : ['acceptInvite: "checkOrigin" must be true or false']),
    ...functions
      .filter((name) => settings[name] !== undefined && typeof settings[name] !== 'function')
      .map((name) => `acceptInvite: "${name}" must be a function`),
    ...(typeof handler === 'function' ? [] : ['acceptInvite: the handler must be a function of req, res and accepted']),
    ...((hasLogin && users !== null) || settings.user !== undefined
      ? []
      : ['acceptInvite: "user" is needed without the options "login" and "users"']),
    ...(users?.acceptInvitation !== undefined || settings.write !== undefined
      ? []
      : ['acceptInvite: "write" is needed without "acceptInvitation" of the user store']),
  ];
  if (issues.length > 0) throw configError(issues);
  return { ...settings, field };
}
