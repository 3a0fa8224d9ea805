import type { FlowOf } from '../build/building.js';
import { readDuration } from '../build/field-ranges.js';
import type { FlowRecord } from '../records/record.js';

/**
 * True where a `userloginstage` of the flow has a `remember_me_offset`. authentik asks on a page of its own; here the page
 * that asks for the password asks this, too.
 */
export function offersToStay({ stages }: FlowOf): boolean {
  return stages.some(({ model, fields: { remember_me_offset: given } }) => {
    const read = model === 'authentik_stages_user_login.userloginstage' ? readDuration(given ?? '', {}) : null;
    return read?.type === 'read' && read.seconds > 0;
  });
}

/** True where a page of the flow asks for the password. */
export function asksPassword({ stages }: FlowOf): boolean {
  return stages.some(isPasswordPage);
}

function isPasswordPage({ model, fields: { password_stage: combined } }: FlowRecord): boolean {
  if (model === 'authentik_stages_password.passwordstage') return true;
  return model === 'authentik_stages_identification.identificationstage' && (combined ?? '') !== '';
}
