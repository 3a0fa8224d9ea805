import { emailStage } from '../../stages/email.js';
import type { FlowOf } from '../build/building.js';
import { count, duration, flag, words, type FieldKind } from '../build/field-kinds.js';
import type { FieldReader } from '../build/field-reader.js';
import { never, sameFlag, sameNumber, sameSeconds, type IsSame } from '../build/same-values.js';
import { createsInactive } from '../build/stage-order.js';
import type { FlowRecord } from '../records/record.js';
import { builtInStageModel, codeStageModel, validateModel } from './model-names.js';
import { nameOfStage, type StageModel } from './stage-model.js';

const identificationStageModel = 'authentik_stages_identification.identificationstage';
const mostSeconds = 86_400;

/** Where its mails go out, unless it has `use_global_settings`. */
const serverFields: Readonly<Record<string, FieldKind>> = {
  host: words,
  port: count,
  username: words,
  password: words,
  use_tls: flag,
  use_ssl: flag,
  timeout: count,
  from_address: words,
};

/**
 * `authentik_stages_email.emailstage`. Where a flow creates the account first and verifies its address afterwards, the
 * address is verified first here (`emailBeforeWrite`), so that no account waits unproved.
 */
export const emailModel: StageModel = {
  make(reader, _, flow) {
    leaveServerOut(reader);
    const isProvedFirst = flow.designation === 'enrollment' && flow.stages.some(createsInactive);
    const activates: IsSame = isProvedFirst ? sameFlag(true) : sameFlag(false);
    const proof = isProvedFirst
      ? 'the account is created after its address is proved, and is active'
      : 'a proof of the address makes no account active';
    reader.unsupported('activate_user_on_success', flag, activates, proof);
    const limited = '`rateLimits` say how many mails are sent';
    reader.unsupported('recovery_max_attempts', count, sameNumber(5), limited);
    reader.unsupported('recovery_cache_timeout', duration, sameSeconds(300), limited);
    reader.unsupported('subject', words, ['authentik'], 'the mails of the app have their own subjects');
    reader.unsupported('template', words, knownTemplates, 'override the app’s view of the mail');
    if (isMagicLink(reader.record, flow)) reader.report('refused', null, noMagicLink);
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

function leaveServerOut(reader: FieldReader): void {
  const ofApp = 'the app’s `mailer` sends the mails';
  reader.unsupported('use_global_settings', flag, sameFlag(true), ofApp);
  if (reader.flag('use_global_settings', false)) reader.unused(serverFields);
  else for (const [field, kind] of Object.entries(serverFields)) reader.unsupported(field, kind, never, ofApp);
}

const knownTemplates = ['email/password_reset.html', 'email/account_confirmation.html', 'email/email_otp.html'];

const noMagicLink =
  'a mailed link alone does not sign in here: bind a stage before it that proves who the visitor is, as one that asks for the password, or make it a flow of the designation recovery';

/** Stages that may prove who the visitor is; of those of the app, and of the kit's own model, it is not known here. */
const provers: ReadonlySet<string> = new Set([
  'authentik_stages_password.passwordstage',
  'authentik_stages_source.sourcestage',
  validateModel,
  codeStageModel,
  builtInStageModel,
]);

/** A sign-in by the mail alone: before it, only a name was typed. */
function isMagicLink(record: FlowRecord, { designation, stages, record: { fields } }: FlowOf): boolean {
  const given = fields['provided_context'];
  if (designation !== 'authentication' || (Array.isArray(given) && given.includes('pending_user'))) return false;
  const before = stages.slice(0, stages.indexOf(record));
  const isAsked = (one: FlowRecord, field: string): boolean => (one.fields[field] ?? null) !== null;
  return (
    before.some(({ model }) => model === identificationStageModel) &&
    !before.some(
      (one) =>
        provers.has(one.model) ||
        (one.model === identificationStageModel && (isAsked(one, 'password_stage') || isAsked(one, 'webauthn_stage'))),
    )
  );
}

function recipientOf({ designation, stages }: FlowOf): 'identified' | 'typed' | 'account' | 'signed_in' {
  if (designation === 'enrollment') return 'typed';
  const asksName = stages.some(({ model }) => model === identificationStageModel);
  if (designation === 'recovery') return 'identified';
  return asksName ? 'account' : 'signed_in';
}
