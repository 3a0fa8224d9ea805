import Joi from 'joi';
import { storesSchema } from './stores.js';
import { webhooksSchema } from './webhooks.js';

const fn = Joi.function();
const withFunctions = (...names: readonly string[]): Joi.ObjectSchema =>
  Joi.object(Object.fromEntries(names.map((name) => [name, fn.required()]))).unknown(true);

/**
 * One part of a store such as `memoryUsers()`. The whole of it in the place of a part is one mistake, and told as one.
 */
function part(name: string, sign: string, rules: Joi.Schema): Joi.Schema {
  const whole = Joi.object({
    [sign]: Joi.any().forbidden(),
    [name]: Joi.object({ [sign]: fn.required() })
      .unknown(true)
      .required(),
  });
  const told = Joi.any()
    .custom((_value: unknown, { error }) => error('part.whole'))
    .messages({
      'part.whole': `{{#label}} is a whole store: give its parts, as in users: store.users, redemptions: store.redemptions`,
    });
  return Joi.alternatives().conditional(whole.unknown(true), { then: told, otherwise: rules });
}

const leastSecret = 32;
const secret = Joi.string()
  .min(leastSecret)
  .custom((value: string, helpers) =>
    value.length >= leastSecret && isSample(value) ? helpers.error('secret.sample') : value,
  )
  .messages({
    'string.min':
      '{{#label}} has fewer than 32 characters; make one with: node -p "crypto.randomBytes(32).toString(\'base64url\')"',
    'secret.sample':
      '{{#label}} looks like a sample; make one with: node -p "crypto.randomBytes(32).toString(\'base64url\')"',
  });

const limit = Joi.object({
  points: Joi.number().integer().min(1).required(),
  windowSeconds: Joi.number().integer().min(1).required(),
});

/** What each option may be. Mistakes are collected, never reported one by one. */
export const optionsSchema = Joi.object({
  baseUrl: Joi.string().required().custom(checkBaseUrl).messages({
    'baseUrl.form':
      '{{#label}} must be an absolute http or https URL without query, fragment or user, e.g. https://app.example/join',
    // Links begin with the path: browsers take `//join` for another host, and `;` ends the path of a cookie.
    'baseUrl.path': '{{#label}} has a path with "//", ";" or an encoded slash; write it plainly, e.g. /join',
  }),
  secret: Joi.alternatives().conditional(Joi.array(), { then: Joi.array().items(secret).min(1), otherwise: secret }),
  redis: Joi.alternatives(Joi.string().uri({ scheme: ['redis', 'rediss'] }), Joi.object().unknown(true)).messages({
    'alternatives.types': '{{#label}} must be a redis:// or rediss:// URL or an ioredis client',
    'alternatives.match': '{{#label}} must be a redis:// or rediss:// URL or an ioredis client',
  }),
  allowVolatileRedis: Joi.boolean(),
  stores: storesSchema,
  keyPrefix: Joi.string()
    .pattern(/^[a-zA-Z0-9:_-]{1,50}$/)
    .messages({ 'string.pattern.base': "{{#label}} has 1 to 50 letters, digits, ':', '_' and '-', and no braces" }),
  users: part('users', 'create', withFunctions('toProfile', 'create', 'findById', 'findByLogin')),
  redemptions: part('redemptions', 'find', withFunctions('find').allow(null)),
  login: Joi.alternatives(fn, withFunctions('current', 'signIn')).messages({
    'alternatives.types': '{{#label}} must be sessionLogin(), passportLogin() or an object with current and signIn',
    'alternatives.match': '{{#label}} must be sessionLogin(), passportLogin() or an object with current and signIn',
  }),
  flows: Joi.array().items(
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
  signupUrl: Joi.string().custom(checkSignupUrl).messages({
    'signupUrl.form':
      '{{#label}} must be a path of the app such as /signup, or an absolute http or https URL; without fragment and without "invite"',
  }),
  registration: Joi.valid('invite-only', 'open'),
  refusals: Joi.valid('plain', 'uniform'),
  sources: Joi.array().items(withFunctions('open')),
  connections: part('connections', 'find', withFunctions('find', 'link')),
  findUser: fn,
  inviters: Joi.object({
    may: fn,
    quota: Joi.alternatives(
      fn,
      Joi.object({
        count: Joi.number().integer().min(0).max(10_000).required(),
        days: Joi.number().integer().min(1).max(366).required(),
      }),
    ),
  }),
  invitationData: withFunctions('validate').messages({
    'object.base': '{{#label}} must be a Joi schema',
    'any.required': '{{#label}} must be a Joi schema',
  }),
  tenant: fn,
  seed: Joi.array().items(Joi.object().unknown(true)),
  onEnrolled: fn,
  sendInvitation: fn,
  brand: Joi.object({
    name: Joi.string(),
    home: Joi.string()
      .pattern(/^\/(?![/\\])[^\s\\]*$/)
      .messages({ 'string.pattern.base': '{{#label}} must be a path of the app' }),
    logo: Joi.string(),
  }),
  views: Joi.alternatives(Joi.string(), Joi.object().instance(URL)),
  messages: Joi.object().pattern(Joi.string(), Joi.string()),
  locale: Joi.string()
    .pattern(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .messages({ 'string.pattern.base': '{{#label}} must be a language tag such as en or pt-BR' }),
  locals: fn,
  clientKey: fn,
  passwords: withFunctions('hash', 'verify', 'outdated'),
  rateLimits: Joi.object({
    codes: Joi.object({ perClient: limit, perPlan: limit, overall: limit }),
    passwords: Joi.object({ perSubject: limit, perClient: limit, overall: limit }),
    availability: Joi.object({ perPlan: limit, perClient: limit }),
    newPlans: Joi.object({ perClient: limit }),
  }),
  clock: withFunctions('now'),
  logger: withFunctions('info', 'warn', 'error'),
  events: fn,
  webhooks: webhooksSchema,
  production: Joi.boolean(),
})
  .required()
  .label('options');

function checkBaseUrl(value: string, helpers: Joi.CustomHelpers): unknown {
  if (!URL.canParse(value)) return helpers.error('baseUrl.form');
  const { protocol, search, hash, username, password, pathname } = new URL(value);
  if (/\/\/(?!\/*$)|;|%2f|%5c/i.test(pathname)) return helpers.error('baseUrl.path');
  return /^https?:$/.test(protocol) && search + hash + username + password === ''
    ? value
    : helpers.error('baseUrl.form');
}

function checkSignupUrl(value: string, helpers: Joi.CustomHelpers): unknown {
  const isPath = /^\/(?![\\/])/.test(value);
  if ((!isPath && !/^https?:\/\//.test(value)) || !URL.canParse(value, 'http://localhost'))
    return helpers.error('signupUrl.form');
  const { hash, username, password, searchParams } = new URL(value, 'http://localhost');
  return hash + username + password === '' && !searchParams.has('invite') ? value : helpers.error('signupUrl.form');
}

function isSample(value: string): boolean {
  return new Set(value).size < 8 || /secret|change.?me|keyboard|example|sample|password|123456/i.test(value);
}
