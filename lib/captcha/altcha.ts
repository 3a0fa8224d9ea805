import { randomInt } from 'node:crypto';
import type { Challenge, Payload } from 'altcha-lib';
import { digest128 } from '../base/ids.js';
import { isJsonObject, parseJson, type JsonObject } from '../base/json.js';
import { checkPackage } from '../base/optional-package.js';
import { settingsCheck } from '../base/settings.js';
import type { Captcha, CaptchaAnswer, CaptchaForm } from '../ports/captcha.js';
import { isFirstUse } from './used-once.js';

interface AltchaSettings {
  /**
   * How many guesses the browser needs at most, each the work of 2,000 rounds of PBKDF2. Default 1,000: about one
   * second on a laptop.
   */
  readonly difficulty?: number;
  /** How long a page's challenge can be answered; default 3,600, as long as a flow waits for its next form. */
  readonly expireSeconds?: number;
}

const check = settingsCheck<AltchaSettings>('altcha', (joi) => ({
  difficulty: joi.number().integer().min(2).max(100_000),
  expireSeconds: joi.number().integer().min(60).max(86_400),
}));

const algorithm = 'PBKDF2/SHA-256';
/** Low enough that a page costs the server less than a millisecond. */
const cost = 2000;
const wrong: CaptchaAnswer = Object.freeze({ type: 'failed', cause: 'wrong' });
const expired: CaptchaAnswer = Object.freeze({ type: 'failed', cause: 'expired' });

/**
 * A proof of work by ALTCHA: the visitor's browser computes for about a second, in the background. The app makes and
 * checks it itself; no other site is asked. Needs the package `altcha-lib`, and JavaScript in the browser.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings, and without the package
 */
export function altcha(settings: AltchaSettings = {}): Captcha {
  check(settings);
  checkPackage('altcha-lib', 'altcha');
  const { difficulty = 1000, expireSeconds = 3600 } = settings;

  return Object.freeze<Captcha>({
    type: 'altcha',
    field: null,
    needsScripts: true,
    contentSecurityPolicy: null,

    async challenge(form, { keys }) {
      const { createChallenge, deriveKey } = await library();
      const [key = ''] = keys;
      const { parameters, signature = '' } = await createChallenge({
        algorithm,
        cost,
        counter: randomInt(Math.floor(difficulty / 2), difficulty),
        deriveKey,
        // Its own `expiresAt` is compared with the system's clock, not with the app's.
        data: { difficulty, expires: Math.floor(form.now / 1000) + expireSeconds, form: formId(form) },
        hmacSignatureSecret: key,
        hmacKeySignatureSecret: answerKey(key),
      });
      return {
        js_url: null,
        site_key: null,
        interactive: false,
        altcha: { parameters: { ...parameters, data: { ...parameters.data } }, signature },
      };
    },

    async verify(answer, form, services) {
      const payload = payloadOf(answer);
      if (payload === null) return wrong;
      const { verifySolution, deriveKey } = await library();
      let isRight = false;
      for (const key of services.keys) {
        const result = await verifySolution({
          ...payload,
          deriveKey,
          hmacSignatureSecret: key,
          hmacKeySignatureSecret: answerKey(key),
        });
        isRight ||= result.verified;
      }
      if (!isRight) return wrong;
      const { parameters } = payload.challenge;
      const { data = {} } = parameters;
      if (data['form'] !== formId(form)) return wrong;
      const seconds = Number(data['expires']) - form.now / 1000;
      // The second part: a challenge from before the app's settings changed.
      if (!(seconds > 0) || data['difficulty'] !== difficulty || parameters.cost !== cost) return expired;
      const use = { answerId: parameters.nonce, posted: form.posted, seconds };
      return (await isFirstUse(services, use)) ? { type: 'passed', score: null, verified: true } : expired;
    },
  });
}

async function library() {
  const [{ createChallenge, verifySolution }, { deriveKey }] = await Promise.all([
    import('altcha-lib'),
    import('altcha-lib/algorithms/pbkdf2'),
  ]);
  return { createChallenge, verifySolution, deriveKey };
}

/** Signs the key that solves a challenge, so that checking an answer derives none. */
function answerKey(key: string): string {
  return `${key}:answer`;
}

function formId({ flow, step, enrollmentId }: CaptchaForm): string {
  return digest128(JSON.stringify([flow, step, enrollmentId]));
}

/** Only what the kit itself signs is read: anything else in a payload makes its signature wrong. */
function payloadOf(answer: string): Payload | null {
  const { challenge, solution } = parseJson(Buffer.from(answer, 'base64').toString('utf8')) ?? {};
  if (!isJsonObject(challenge) || !isJsonObject(solution)) return null;
  const { parameters, signature } = challenge;
  const { counter, derivedKey } = solution;
  const signed = isJsonObject(parameters) ? parametersOf(parameters) : null;
  if (signed === null || typeof signature !== 'string' || typeof counter !== 'number') return null;
  // All keys have 32 bytes.
  if (typeof derivedKey !== 'string' || !/^[0-9a-f]{64}$/.test(derivedKey)) return null;
  return { challenge: { parameters: signed, signature }, solution: { counter, derivedKey } };
}

function parametersOf(given: JsonObject): Challenge['parameters'] | null {
  const { cost: rounds, data } = given;
  const hex = (name: string): string | null => {
    const text = given[name];
    return typeof text === 'string' && /^[0-9a-f]{1,128}$/.test(text) ? text : null;
  };
  const [nonce, salt, keyPrefix, keySignature] = [hex('nonce'), hex('salt'), hex('keyPrefix'), hex('keySignature')];
  if (nonce === null || salt === null || keyPrefix === null || keySignature === null) return null;
  if (given['algorithm'] !== algorithm || given['keyLength'] !== 32) return null;
  if (typeof rounds !== 'number' || !isJsonObject(data)) return null;
  const { difficulty, expires, form } = data;
  if (typeof difficulty !== 'number' || typeof expires !== 'number' || typeof form !== 'string') return null;
  return {
    algorithm,
    nonce,
    salt,
    cost: rounds,
    keyLength: 32,
    keyPrefix,
    keySignature,
    data: { difficulty, expires, form },
  };
}
