import type { JsonObject } from '../base/json.js';
import type { Context } from '../flow/context.js';
import type { PolicyQuestion } from '../flow/policy.js';
import { identifiedName } from '../policies/account-of.js';
import type { PyRecord, Value } from '../python/values/value.js';
import { dictFrom, toPython } from './json-values.js';

/** authentik's name for the accounts that its own database holds. */
export const backend = 'authentik.core.auth.InbuiltBackend';

export const invitationAttributes = ['pk', 'invite_uuid', 'fixed_data'] as const;
export const sourceAttributes = ['pk', 'slug', 'name'] as const;

/** What authentik's stages leave in the context beside the kit's own keys. `isRestored`: the mail of the flow was answered. */
export function planFacts(
  question: PolicyQuestion,
  isRestored: boolean,
): readonly (readonly [key: string, value: Value])[] {
  const { context } = question;
  const { pending_user: user, invitation, auth_method: method, email_code: sent, source } = context;
  const hasFactor = user !== undefined && context.second_factor === user && method !== 'auth_webauthn_pwl';
  return [
    ...(hasBackend(question) ? [['user_backend', backend] as const] : []),
    ...(source === undefined ? [] : [['source', sourceRecord(source, context.identity)] as const]),
    ...(user === undefined || method === undefined
      ? []
      : [
          [
            'auth_method_args',
            dictFrom(hasFactor ? [['mfa_devices', { type: 'list', items: [device] }]] : []),
          ] as const,
        ]),
    ...(isRestored ? [['is_restored', true] as const] : []),
    ...(isRestored || sent !== undefined ? [['email_sent', true] as const] : []),
    ...(invitation === undefined
      ? []
      : [
          ['invitation_in_effect', true] as const,
          ['invitation', invitationRecord(invitation.id, invitation.data ?? {})] as const,
        ]),
  ];
}

/**
 * True where authentik's plan has the backend by which its user was authenticated: a password, a passkey, a source or the
 * write of the account sets it, and a mail's code or link, a ticket and a second factor do not.
 */
export function hasBackend(question: PolicyQuestion): boolean {
  const { context } = question;
  const { auth_method: method = '' } = context;
  // authentik's sources set it themselves, also where no account exists yet; a name typed since is not theirs.
  const isFromSource = context.is_sso === true && !isAnyIdentity(context) && identifiedName(question) === null;
  return isFromSource || (hasProvedUser(question) && (backendMethods.has(method) || hasWritten(question)));
}

const backendMethods: ReadonlySet<string> = new Set(['password', 'auth_webauthn_pwl']);

/** True where the plan has a user, and evidence for that user: evidence alone may be of an earlier one, before another name was typed. */
function hasProvedUser({ context: { pending_user: user }, authenticated }: PolicyQuestion): boolean {
  return user !== undefined && authenticated?.user === user;
}

/** True behind a stage that creates the account of the plan's user. */
function hasWritten({ flow: { bindings }, step, context }: PolicyQuestion): boolean {
  const at = bindings.findIndex(({ key }) => key === step);
  const isByMail = context.password_seen !== undefined || context.ticket !== undefined;
  return !isByMail && bindings.slice(0, Math.max(at, 0)).some(({ stage }) => !stage.asking && stage.creates);
}

/** True where a source stage has taken an identity that is connected to no account: it proves nothing. */
function isAnyIdentity({ source_stage: stage, source_stage_user: user }: Context): boolean {
  return stage !== undefined && user === undefined;
}

/** The plan does not keep which one it was. */
const device: PyRecord = { type: 'record', className: 'Device', attributes: new Map(), text: 'Device' };

/** In authentik an object with a slug, too. Its name is known as long as the plan has its identity. */
function sourceRecord(slug: string, identity: Context['identity']): PyRecord {
  const name = identity?.source === slug ? identity.sourceName : slug;
  const attributes: Readonly<Record<(typeof sourceAttributes)[number], Value>> = { pk: slug, slug, name };
  return {
    type: 'record',
    className: 'Source',
    attributes: new Map(Object.entries(attributes)),
    text: name,
    key: slug,
  };
}

function invitationRecord(id: string, data: JsonObject): PyRecord {
  const attributes: Readonly<Record<(typeof invitationAttributes)[number], Value>> = {
    pk: id,
    invite_uuid: id,
    fixed_data: toPython(data),
  };
  return {
    type: 'record',
    className: 'Invitation',
    attributes: new Map(Object.entries(attributes)),
    text: id,
    key: id,
  };
}
