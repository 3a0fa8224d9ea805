import Joi from 'joi';
import { parseUrl } from '../base/url.js';
import type { Flow } from '../flow/flow.js';
import type { OptionRules } from './option-rules.js';

export interface FlowOptions {
  /**
   * Ready-made flows, or your own by `defineFlow`.
   * @defaultValue none: only guards use invitations
   */
  readonly flows?: readonly Flow[] | undefined;
  /**
   * Your own signup page, for invitation links: a path (`/signup`) or an absolute URL; use `prefillInvite()` there. An
   * invitation with a `flow` leads to that flow.
   * @defaultValue the first enrollment flow; without one, `url` is `null`
   */
  readonly signupUrl?: string | undefined;
  /**
   * `'invite-only'`: no account without a valid invitation. `'open'`: the flows decide.
   * @defaultValue `'invite-only'`
   */
  readonly registration?: 'invite-only' | 'open' | undefined;
}

export const flowRules = {
  flows: {
    schema: Joi.array().items(
      Joi.object({
        slug: Joi.string().required().allow(''),
        bindings: Joi.array().required(),
        insertable: Joi.any().required(),
        guard: Joi.object().required(),
        build: Joi.string().required(),
      })
        .unknown(true)
        .messages({ 'any.required': '{{#label}} is missing: a flow is made by defineFlow or by a ready-made flow' }),
    ),
    default: [],
  },
  signupUrl: {
    schema: Joi.string().custom(checkSignupUrl).messages({
      'signupUrl.form':
        '{{#label}} must be a path of the app such as /signup, or an absolute http or https URL; without fragment and without "invite"',
    }),
    /** Absolute. */
    resolve: (given, { origin }) => (given === undefined ? null : new URL(given, origin).href),
  },
  registration: { schema: Joi.valid('invite-only', 'open'), default: 'invite-only' },
} satisfies OptionRules<FlowOptions>;

function checkSignupUrl(value: string, helpers: Joi.CustomHelpers): unknown {
  const isPath = /^\/(?![\\/])/.test(value);
  const url = parseUrl(value, 'http://localhost');
  if ((!isPath && !/^https?:\/\//.test(value)) || url === null) return helpers.error('signupUrl.form');
  const { hash, username, password, searchParams } = url;
  return hash + username + password === '' && !searchParams.has('invite') ? value : helpers.error('signupUrl.form');
}
