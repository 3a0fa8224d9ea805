import Joi from 'joi';
import { isLocal, parseUrl } from '../base/url.js';
import type { WebhookReceiver } from '../ports/webhook-receiver.js';
import { eventNames } from './event-names.js';

const secretForm =
  "{{#label}} must be whsec_ and 24 to 64 bytes in base64; make one with: node -p \"'whsec_' + crypto.randomBytes(32).toString('base64')\"";

const secret = Joi.string()
  .custom((value: string, helpers) => (isWebhookSecret(value) ? value : helpers.error('secret.form')))
  .messages({ 'secret.form': secretForm, 'string.empty': secretForm });

/**
 * The schema of the option `webhooks`. No message contains a secret, nor an address, whose path or query may be one.
 */
export const webhooksSchema = Joi.array()
  .items(
    Joi.object({
      url: Joi.string()
        .required()
        .custom((value: string, helpers) => (isReceiver(value) ? value : helpers.error('url.form')))
        .messages({ 'url.form': '{{#label}} must be an absolute http or https URL without fragment or user' }),
      secret: Joi.alternatives()
        .conditional(Joi.array(), { then: Joi.array().items(secret).min(1), otherwise: secret })
        .required(),
      events: Joi.array()
        .items(
          Joi.valid(...eventNames).messages({ 'any.only': '{{#label}} is none of the events that webhooks can have' }),
        )
        .min(1),
      timeoutMs: Joi.number().integer().min(100).max(30_000),
    }),
  )
  .unique('url')
  .messages({ 'array.unique': '{{#label}} has the address of another one; name all its events there' });

/** Webhooks that production does not allow. */
export function insecureWebhooks(webhooks: readonly WebhookReceiver[]): readonly string[] {
  return webhooks.flatMap(({ url }, index) => {
    return new URL(url).protocol === 'https:' || isLocal(url)
      ? []
      : [`"webhooks[${index}].url" must be https in production`];
  });
}

function isReceiver(value: string): boolean {
  const url = parseUrl(value);
  if (url === null) return false;
  const { protocol, hash, username, password } = url;
  return /^https?:$/.test(protocol) && hash + username + password === '';
}

function isWebhookSecret(value: string): boolean {
  const [, base64 = ''] = /^whsec_((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(value) ?? [];
  const { length } = Buffer.from(base64, 'base64');
  return length >= 24 && length <= 64;
}
