import { emailStage } from '../../stages/email.js';
import type { FlowOf } from '../build/building.js';
import { nameOfStage, type StageModel } from './stage-model.js';

const mostSeconds = 86_400;

/**
 * `authentik_stages_email.emailstage`. Where a flow creates the account first and verifies its address afterwards, the
 * address is verified first here (`emailBeforeWrite`), so that no account waits unproved.
 */
export const emailModel: StageModel = {
  make(reader, _, flow) {
    reader.unused('use_global_settings', 'host', 'port', 'username', 'password', 'use_tls', 'use_ssl', 'timeout');
    reader.unused('from_address', 'activate_user_on_success', 'recovery_max_attempts', 'recovery_cache_timeout');
    reader.unsupported('subject', ['authentik'], 'the mails of the app have their own subjects');
    reader.unsupported('template', knownTemplates, 'override the app’s view of the mail');
    const seconds = reader.seconds('token_expiry', 1_800, 60);
    return emailStage({
      name: nameOfStage(reader),
      recipient: recipientOf(flow),
      expiresInSeconds: Math.min(Math.max(60, Math.round(seconds)), mostSeconds),
    });
  },
};

const knownTemplates = ['email/password_reset.html', 'email/account_confirmation.html', 'email/email_otp.html'];

function recipientOf({ designation, stages }: FlowOf): 'identified' | 'typed' | 'account' | 'signed_in' {
  if (designation === 'enrollment') return 'typed';
  const asksName = stages.some(({ model }) => model === 'authentik_stages_identification.identificationstage');
  if (designation === 'recovery') return 'identified';
  return asksName ? 'account' : 'signed_in';
}
