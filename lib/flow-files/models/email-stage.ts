import { emailStage } from '../../stages/email.js';
import type { FlowOf } from '../build/building.js';
import { count, duration, flag, words } from '../build/field-kinds.js';
import { nameOfStage, type StageModel } from './stage-model.js';

const mostSeconds = 86_400;

const authentiksOwn = {
  use_global_settings: flag,
  host: words,
  port: count,
  username: words,
  password: words,
  use_tls: flag,
  use_ssl: flag,
  timeout: count,
  from_address: words,
  activate_user_on_success: flag,
  recovery_max_attempts: count,
  recovery_cache_timeout: duration,
};

/**
 * `authentik_stages_email.emailstage`. Where a flow creates the account first and verifies its address afterwards, the
 * address is verified first here (`emailBeforeWrite`), so that no account waits unproved.
 */
export const emailModel: StageModel = {
  make(reader, _, flow) {
    reader.unused(authentiksOwn);
    reader.unsupported('subject', words, ['authentik'], 'the mails of the app have their own subjects');
    reader.unsupported('template', words, knownTemplates, 'override the app’s view of the mail');
    return emailStage({
      name: nameOfStage(reader),
      recipient: recipientOf(flow),
      // Older releases have a number of minutes.
      expiresInSeconds: reader.seconds('token_expiry', 1_800, {
        least: 60,
        most: mostSeconds,
        unit: 60,
        nearest: true,
      }),
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
