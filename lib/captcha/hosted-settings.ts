import type Joi from 'joi';
import type { SettingRules } from '../base/settings.js';
import type { CaptchaFetch } from './site-verify.js';

/** What the captchas of other sites have in common. */
export interface HostedCaptchaSettings {
  readonly siteKey: string;
  /** Sent to the provider only; never logged. */
  readonly secretKey: string;
  /** The hosts on which an answer may have been made; default: the host of `baseUrl`. `any` accepts every host. */
  readonly hostnames?: readonly string[] | 'any';
  /**
   * What happens while the provider is unavailable. `refuse` (the default): 503, and the form keeps what was typed.
   * `accept`: forms pass without the captcha.
   */
  readonly onFailure?: 'refuse' | 'accept';
  /** For one answer of the provider; default 5,000. */
  readonly timeoutMs?: number;
  /** True: the client's IP address is sent to the provider, where it is one. Default false. */
  readonly remoteIp?: boolean;
  /** Instead of the global `fetch`: for a proxy, or for tests. */
  readonly fetch?: CaptchaFetch;
}

export function hostedRules(joi: Joi.Root): SettingRules<HostedCaptchaSettings> {
  return {
    siteKey: joi
      .string()
      .pattern(/^[\w-]{1,200}$/)
      .required(),
    secretKey: joi.string().max(500).required(),
    hostnames: joi.alternatives(joi.valid('any'), joi.array().items(joi.string().hostname()).min(1)),
    onFailure: joi.valid('refuse', 'accept'),
    timeoutMs: joi.number().integer().min(100).max(30_000),
    remoteIp: joi.boolean(),
    fetch: joi.function(),
  };
}
