import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow, type StageBindingSpec } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { MessageLike } from '../flow/prompt.js';
import { ifAddressUnproved } from '../policies/if-address-unproved.js';
import { emailProof } from '../stages/email-proof.js';
import { emailStage } from '../stages/email.js';

interface VerifyEmailSettings {
  /** Default `verify-email`. */
  readonly slug?: string;
  readonly title?: MessageLike;
  /** Title, intro and button of single pages, by stage. */
  readonly wording?: { readonly email?: PageWording };
  /** Where to redirect at the end when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<VerifyEmailSettings>('verifyEmailFlow', (joi) => ({
  slug: joi.string(),
  title: messageRule(joi),
  wording: stageWordingsRule(joi, 'email'),
  target: joi.string(),
}));

/**
 * For signed-in users whose address was only typed: a code by email → the address is proved. Others are redirected to
 * the target. Needs the option `mailer`.
 */
export function verifyEmailFlow(settings: VerifyEmailSettings = {}): Flow {
  check(settings);
  const { slug = 'verify-email', title = message('flow.verify_email.title'), wording = {}, target = '/' } = settings;
  return defineFlow({
    slug,
    title,
    designation: 'stage_configuration',
    authentication: 'require_authenticated',
    target,
    stages: emailProofStages('signed_in', wording.email),
  });
}

/** Asks for the code of a mail to an address that was only typed, and marks it as proved. */
export function emailProofStages(
  recipient: 'signed_in' | 'account',
  wording: PageWording = {},
): readonly StageBindingSpec[] {
  const policies = [ifAddressUnproved()];
  return [
    { stage: emailStage({ name: 'email', ...wording, recipient }), policies },
    { stage: emailProof({ name: 'email-proof' }), policies },
  ];
}
