import type { JsonObject } from '../base/json.js';
import type { PolicyQuestion } from '../flow/policy.js';
import type { PyRecord, Value } from '../python/values/value.js';
import { dictFrom, toPython } from './json-values.js';

/** authentik's name for the accounts that its own database holds. */
export const backend = 'authentik.core.auth.InbuiltBackend';

export const invitationAttributes = ['pk', 'invite_uuid', 'fixed_data'] as const;

/** What authentik's stages leave in the context beside the kit's own keys. `isRestored`: the mail of the flow was answered. */
export function planFacts(
  { context, authenticated }: PolicyQuestion,
  isRestored: boolean,
): readonly (readonly [key: string, value: Value])[] {
  const { pending_user: user, invitation, auth_method: method, email_code: sent } = context;
  const isProved = user !== undefined && authenticated?.user === user;
  const hasFactor = user !== undefined && context.second_factor === user && method !== 'auth_webauthn_pwl';
  return [
    ...(isProved ? [['user_backend', backend] as const] : []),
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

/** The plan does not keep which one it was. */
const device: PyRecord = { type: 'record', className: 'Device', attributes: new Map(), text: 'Device' };

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
