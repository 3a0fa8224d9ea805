import type Joi from 'joi';
import { canonicalEmail } from '../base/canonical.js';
import { isLanguageTag } from '../base/language-tag.js';
import { mailKinds, mailStateNames, mailSubjectTypes } from '../base/mail-kinds.js';
import { refuseSettings, schemaCheck, settingsCheck } from '../base/settings.js';
import { rule } from '../base/setting-rules.js';
import { isSettings } from '../base/setting-names.js';
import type { MailKind } from '../ports/mailer.js';
import type { MailRecipient } from '../ports/mail-suppressions.js';
import type { MailState, MailSubject } from '../ports/mail-queue.js';

/** Which mails are listed; what is left out does not matter. */
export interface MailListQuery {
  readonly states?: readonly MailState[];
  readonly about?: MailSubject;
  readonly inviter?: string;
  /** Mails to this address. */
  readonly to?: string;
  readonly tenant?: string | null;
  /** How many; default 50, at most 500. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** What an app reports of a mail that came back, found by its id or by its Message-ID. */
export type MailBounce = {
  /** What the other server said; addresses in it are removed. */
  readonly response?: string;
} & ({ readonly id: string } | { readonly messageId: string });

/** A mail that is drawn from a sample; default kind: `invitation`, default locale: the app's. */
export interface MailDrawing {
  readonly kind?: MailKind;
  readonly locale?: string;
}

const tag = (joi: Joi.Root): Joi.AnySchema =>
  rule(joi, (value) => typeof value === 'string' && isLanguageTag(value), 'must be the tag of a language');

const addressRule = (joi: Joi.Root): Joi.AnySchema =>
  rule(joi, (value) => typeof value === 'string' && canonicalEmail(value) !== null, 'must be an email address');

export const checkListQuery = settingsCheck<MailListQuery>('mails.list', (joi) => ({
  states: joi.array().items(joi.string().valid(...mailStateNames)),
  about: joi.object({
    type: joi
      .string()
      .valid(...mailSubjectTypes)
      .required(),
    id: joi.string().required(),
  }),
  inviter: joi.string(),
  to: addressRule(joi),
  tenant: joi.string().allow(null),
  limit: joi.number().integer().min(1).max(500),
  after: joi.string().pattern(/^[0-9]{1,15}$/, 'the next of a page'),
}));

export const checkTest = settingsCheck<MailDrawing>('mails.test', (joi) => ({
  kind: joi.string().valid(...mailKinds),
  locale: tag(joi),
}));

const drawingIssues = schemaCheck((joi) =>
  joi.object({
    kind: joi
      .string()
      .valid(...mailKinds)
      .required(),
    locale: tag(joi),
  }),
);

/** @throws ERR_ENROLLMENT_CONFIG */
export function checkPreview(kind: MailKind, settings: Omit<MailDrawing, 'kind'>): void {
  refuseSettings('mails.preview', settings, drawingIssues(isSettings(settings) ? { ...settings, kind } : settings));
}

const bounceIssues = schemaCheck((joi) =>
  joi.object({ id: joi.string(), messageId: joi.string(), response: joi.string().allow('') }).xor('id', 'messageId'),
);

/** @throws ERR_ENROLLMENT_CONFIG */
export function checkBounce(report: MailBounce): void {
  refuseSettings('mails.bounced', report, bounceIssues(report));
}

const recipientIssues = schemaCheck((joi) =>
  joi.object({
    email: addressRule(joi).required(),
    tenant: joi.string().allow(null),
  }),
);

/** @throws ERR_ENROLLMENT_CONFIG */
export function checkRecipient(call: string, who: MailRecipient): void {
  refuseSettings(call, who, recipientIssues(who));
}
