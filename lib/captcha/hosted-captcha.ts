import { isIP } from 'node:net';
import { isEnrollmentError } from '../base/error.js';
import { digest128 } from '../base/ids.js';
import type { JsonObject } from '../base/json.js';
import { Secret } from '../base/secret.js';
import type { Captcha, CaptchaAnswer, CaptchaForm } from '../ports/captcha.js';
import type { HostedCaptchaSettings } from './hosted-settings.js';
import { captchaAway, siteVerify, type CaptchaFetch } from './site-verify.js';
import { isFirstUse } from './used-once.js';

/** What is particular to one provider. Its addresses are fixed: none of them is a setting. */
interface Provider extends Pick<Captcha, 'type' | 'field' | 'needsScripts'> {
  readonly contentSecurityPolicy: NonNullable<Captcha['contentSecurityPolicy']>;
  /** Where its answers are verified. */
  readonly url: string;
  /** The page's record: at least `js_url` and `interactive`. */
  page(form: CaptchaForm): JsonObject & { readonly js_url: string; readonly interactive: boolean };
  /** Judges an answer that the provider calls right and that was made on a right host. Default: it passes. */
  judge?(answer: JsonObject, form: CaptchaForm): { readonly pass: boolean; readonly score: number | null };
}

const wrong: CaptchaAnswer = Object.freeze({ type: 'failed', cause: 'wrong' });
const expired: CaptchaAnswer = Object.freeze({ type: 'failed', cause: 'expired' });

/** Mistakes in the app's settings, by the providers' names. No visitor can cause them. */
const ofSettings = new Set(['missing-input-secret', 'invalid-input-secret', 'sitekey-secret-mismatch']);
/** Providers accept an answer for at most five minutes. */
const answerSeconds = 600;

export function hostedCaptcha(provider: Provider, settings: HostedCaptchaSettings): Captcha {
  const { type, field, needsScripts, contentSecurityPolicy, url } = provider;
  const { siteKey, hostnames, onFailure = 'refuse', timeoutMs = 5000, remoteIp = false } = settings;
  const secretKey = new Secret(settings.secretKey);
  const send: CaptchaFetch = settings.fetch ?? ((to, init) => fetch(to, init));

  async function ask(answer: string, { address }: CaptchaForm): Promise<JsonObject> {
    const body = new URLSearchParams({ secret: secretKey.reveal(), response: answer });
    if (remoteIp && isIP(address) !== 0) body.set('remoteip', address);
    return siteVerify({ url, body, timeoutMs, fetch: send });
  }

  return Object.freeze<Captcha>({
    type,
    field,
    needsScripts,
    contentSecurityPolicy,

    challenge: (form) => ({ ...provider.page(form), site_key: siteKey }),

    async verify(answer, form, services) {
      // No provider's answer has other characters.
      if (!/^[\w.=+/-]+$/.test(answer)) return wrong;
      let verdict: JsonObject;
      try {
        verdict = await ask(answer, form);
      } catch (error) {
        if (onFailure === 'refuse' || !isEnrollmentError(error)) throw error;
        services.log.warn({ err: error, captcha: type }, 'a form was accepted without its captcha');
        return { type: 'passed', score: null, verified: false };
      }
      const codes = codesOf(verdict);
      if (codes.some((code) => ofSettings.has(code))) {
        services.log.error({ captcha: type, codes }, "the captcha's provider refuses its keys");
        throw captchaAway(url, new Error(codes.join(', ')));
      }
      if (verdict['success'] !== true) return codes.includes('timeout-or-duplicate') ? expired : wrong;
      if (!isOfHost(verdict, hostnames ?? [services.hostname])) {
        services.log.warn({ captcha: type, cause: 'hostname' }, 'a captcha was solved on another host');
        return wrong;
      }
      const { pass, score } = provider.judge?.(verdict, form) ?? { pass: true, score: null };
      if (!pass) return wrong;
      const use = { answerId: digest128(answer), posted: form.posted, seconds: answerSeconds };
      return (await isFirstUse(services, use)) ? { type: 'passed', score, verified: true } : expired;
    },
  });
}

/** Short names only: they are logged. */
function codesOf({ 'error-codes': given }: JsonObject): readonly string[] {
  const codes: readonly unknown[] = Array.isArray(given) ? given : [];
  return codes.filter((code): code is string => typeof code === 'string' && /^[\w-]{1,60}$/.test(code)).slice(0, 10);
}

function isOfHost({ hostname }: JsonObject, allowed: readonly string[] | 'any'): boolean {
  if (allowed === 'any') return true;
  return typeof hostname === 'string' && allowed.some((host) => host.toLowerCase() === hostname.toLowerCase());
}

/** The name of an action: what all providers allow, at most 32 characters. */
export function actionOf({ flow }: CaptchaForm): string {
  return flow.replaceAll('-', '_').slice(0, 32);
}

/** Binds an answer to its form, for providers that return a text of ours. */
export function formText({ flow, step, enrollmentId }: CaptchaForm): string {
  return digest128(JSON.stringify([flow, step, enrollmentId]));
}
