import { digest128 } from '../base/ids.js';
import type { JsonObject } from '../base/json.js';
import { maskEmail } from '../base/mask.js';
import { message, messageJson, type Message, type Parsed } from '../base/message.js';
import { Secret } from '../base/secret.js';
import { flowTarget } from '../base/target.js';
import { defineStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import type { AskingStage, PromptField, StageOutcome } from '../flow/stage.js';
import type { CodeAnswer, MailCodes, MailStep, SentCode } from '../ports/mail-codes.js';
import { codeField, readCode } from './code-field.js';
import { recipientNeeds, stepOf, typedAddress, type RecipientSettings } from './email-recipient.js';
import { userFieldsRule } from './sign-in-rules.js';

export interface EmailStageSettings extends RecipientSettings {
  /** How long the code and the link are valid, in seconds; default 1,800, at most a day. */
  readonly expiresInSeconds?: number;
}

type Challenge = {
  readonly title: JsonObject;
  readonly fields: readonly PromptField[];
  readonly text: JsonObject;
  /** True where the page has a button that sends a new email. */
  readonly resend: boolean;
  /** True where this browser opened the link of the mail, and the page confirms it. */
  readonly opens_mail_link: boolean;
} & JsonObject;

const unsent: Challenge = {
  title: messageJson(message('email.unsent.title')),
  fields: [],
  text: messageJson(message('email.unsent')),
  submit: messageJson(message('email.send')),
  resend: false,
  opens_mail_link: false,
};

const opened: Challenge = {
  title: messageJson(message('email.link.title')),
  fields: [],
  text: messageJson(message('email.link.text')),
  submit: messageJson(message('email.link.submit')),
  resend: false,
  opens_mail_link: true,
};

type EmailAnswers = { readonly action: 'send' | 'link' | 'code'; readonly code: Secret | undefined };

type Written = 'email_code' | 'email_verified' | 'password_seen' | 'pending_user' | 'pending_user_identifier';

const stage = defineStage<EmailStageSettings, Challenge, EmailAnswers, Written>({
  kind: 'email',
  settings: (joi) => ({
    recipient: joi.valid('identified', 'typed', 'account', 'signed_in').required(),
    expiresInSeconds: joi.number().integer().min(60).max(86_400),
    userFields: userFieldsRule(joi),
  }),
  component: 'ak-stage-email',
  view: 'pages/email',
  requires: ['mailer'],
  needs: ({ recipient }) => recipientNeeds[recipient],
  writes: ['email_code', 'email_verified', 'password_seen', 'pending_user', 'pending_user_identifier'],
  fields: () => ['code', 'resend'],
  consumes: () => ['code', 'resend'],
  secretFields: () => ['code'],
  oneTimeCodeFields: () => ['code'],
  verifies: ({ recipient }) => (recipient === 'typed' ? 'email' : null),
  submit: () => message('form.submit'),

  satisfied({ recipient }, { context }) {
    if (recipient !== 'typed') return false;
    const address = typedAddress(context);
    const { identity, email_verified: proved } = context;
    const vouched = identity?.emailVerified === true ? identity.email : null;
    return address !== null && (proved === address || vouched === address);
  },

  async arrive(settings, at) {
    const step = stepOf(settings, at);
    const { email_code: before } = at.context;
    if (step === null || (before !== undefined && isPresent(at, step, before))) return null;
    const answer = await sendCode(settings, at, step);
    // Above a limit, the page offers to try again.
    return answer.type === 'sent' ? { email_code: answer.sent } : null;
  },

  async challenge(settings, at) {
    const step = stepOf(settings, at);
    const sent = step === null ? null : sentTo(at, step);
    if (sent === null) return unsent;
    if (linkOf(at, sent) !== null) return opened;
    const field = codeField(message('email.code.label'), message('email.code.help'), false);
    return {
      title: messageJson(message('email.title')),
      fields: [field],
      text: messageJson(await sentence(settings, at)),
      resend: true,
      opens_mail_link: false,
    };
  },

  read(input, settings, at): Parsed<EmailAnswers> {
    const step = stepOf(settings, at);
    const sent = step === null ? null : sentTo(at, step);
    const isLinked = sent !== null && linkOf(at, sent) !== null;
    // An answer of JSON without a code confirms the link of this very plan, if this browser has opened it.
    const isResent = input['resend'] !== undefined && (input['resend'] !== 'unless_linked' || !isLinked);
    if (isResent || sent === null) return { ok: true, value: { action: 'send', code: undefined } };
    const typed = (input['code'] ?? '').trim();
    if (typed === '' && isLinked) return { ok: true, value: { action: 'link', code: undefined } };
    const read = readCode(typed);
    return read.ok
      ? { ok: true, value: { action: 'code', code: read.value.code } }
      : { ok: false, errors: { code: [message('email.code.blank')] } };
  },

  async respond({ action, code }, settings, at) {
    const step = stepOf(settings, at);
    if (step === null) return { type: 'denied', message: message('email.no_recipient') };
    const sent = sentTo(at, step);
    if (action === 'send' || sent === null) {
      const answer = await sendCode(settings, at, step);
      return answer.type === 'sent'
        ? {
            type: 'redirected',
            to: flowTarget(at.flow.slug),
            patch: { email_code: answer.sent },
            notice: message('notice.email_sent'),
          }
        : { type: 'invalid', errors: { '': [answer.message] }, retryAfterSeconds: answer.retryAfterSeconds };
    }
    const link = linkOf(at, sent);
    const proof = action === 'link' && link !== null ? { link } : { code: code ?? new Secret('') };
    const answer = await mailCodesOf(at).check(step, sent, proof);
    if (answer.type !== 'right') return refused(answer);
    await mailCodesOf(at).end(sent);
    return proved(settings, at, answer);
  },
});

/**
 * Sends a mail with a code and a link to a recipient that earlier stages have settled, and asks for the code. It comes
 * after the stage that settles the recipient, and before the one that needs the proof. Needs the option `mailer`.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings
 */
export function emailStage(settings: Parameters<typeof stage>[0]): AskingStage {
  return stage(settings);
}

/** A code that is right proves the address, and where the mail was for an account, who is at the browser. */
async function proved(
  { recipient }: EmailStageSettings,
  { context, services }: StageContext,
  { userId, address }: Extract<CodeAnswer, { type: 'right' }>,
): Promise<StageOutcome<Written>> {
  if (recipient === 'typed' || recipient === 'signed_in')
    return { type: 'completed', remove: ['email_code'], patch: { email_verified: address } };
  // Another user's mail never continues this plan (CVE-2023-26481).
  if (userId === null || (context.pending_user !== undefined && context.pending_user !== userId))
    return { type: 'denied', message: message('email.no_recipient') };
  // Once the password is changed, an earlier proof changes it no more.
  const [hash] = await services.profiles.passwordHashes(userId, 0);
  return {
    type: 'completed',
    remove: ['email_code', 'pending_user_identifier'],
    patch: {
      email_verified: address,
      pending_user: userId,
      ...(hash === undefined ? {} : { password_seen: digest128(hash) }),
    },
    evidence: { type: 'stage_verified', user: userId },
  };
}

function refused(answer: Exclude<CodeAnswer, { type: 'right' }>): StageOutcome<Written> {
  switch (answer.type) {
    case 'wrong':
      return { type: 'invalid', errors: { code: [answer.message] } };
    case 'expired':
      return { type: 'invalid', errors: { '': [answer.message] } };
    case 'throttled':
      return { type: 'invalid', errors: { '': [answer.message] }, retryAfterSeconds: answer.retryAfterSeconds };
  }
}

function sendCode({ expiresInSeconds = 1800 }: EmailStageSettings, at: StageContext, step: MailStep) {
  const { facts, context } = at;
  return mailCodesOf(at).send(step, context.email_code ?? null, { seconds: expiresInSeconds, locale: facts.locale });
}

/** The code that was sent for this step and recipient, whether it has expired or not. */
function sentTo(at: StageContext, step: MailStep): SentCode | null {
  const { email_code: sent } = at.context;
  return sent !== undefined && mailCodesOf(at).isOf(step, sent) ? sent : null;
}

function isPresent(at: StageContext, step: MailStep, sent: SentCode): boolean {
  return sent.expires_at > at.facts.now && mailCodesOf(at).isOf(step, sent);
}

/** The link that this browser opened, where it came with this mail. */
function linkOf(at: StageContext, sent: SentCode): Secret | null {
  const { flow, facts } = at;
  const { mail } = facts.entryLink;
  return mail !== undefined && mailCodesOf(at).opens(flow.slug, sent, mail, facts.now) ? mail : null;
}

/**
 * For a name that was typed the same whether it has an account or not (CVE-2023-39522). An address that this visitor
 * did not type is masked.
 */
async function sentence(
  { recipient }: EmailStageSettings,
  { context, facts, services }: StageContext,
): Promise<Message> {
  const { pending_user_identifier: name = '', pending_user: userId } = context;
  switch (recipient) {
    case 'identified':
      return message('email.sent.identified', { name });
    case 'typed':
      return message('email.sent.to', { address: typedAddress(context) ?? '' });
    case 'account':
    case 'signed_in': {
      const user = recipient === 'account' ? userId : facts.user;
      const profile = user === undefined ? null : await services.profiles.find(user);
      return message('email.sent.to', { address: maskEmail(profile?.email ?? '') });
    }
  }
}

/** A flow with such a stage does not start without a mailer. */
function mailCodesOf({ services }: StageContext): MailCodes {
  if (services.mailCodes === undefined) throw new TypeError('the option mailer is missing');
  return services.mailCodes;
}
