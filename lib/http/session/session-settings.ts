import { didYouMean } from '../../base/did-you-mean.js';
import { configError } from '../../base/config-error.js';
import type { SessionLifetime } from '../../ports/session-client.js';

export interface SessionSettings {
  /** How long a session lasts without a visit; default 14 days. */
  readonly idleSeconds?: number;
  /**
   * How long a session lasts after the sign-in, regardless of visits; default 30 days, as in NIST SP 800-63B for AAL1.
   */
  readonly absoluteSeconds?: number;
}

const day = 24 * 60 * 60;
const defaults: SessionLifetime = Object.freeze({ idleSeconds: 14 * day, absoluteSeconds: 30 * day });
const names: readonly string[] = Object.keys(defaults);

/** @throws ERR_ENROLLMENT_CONFIG with every mistake of the settings */
export function sessionLifetime(settings: SessionSettings = {}): SessionLifetime {
  const given: unknown = settings;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw configError(['session: the settings must be an object, {} where there are none']);
  const { absoluteSeconds = defaults.absoluteSeconds } = settings;
  const { idleSeconds = Math.min(defaults.idleSeconds, absoluteSeconds) } = settings;
  const issues = [
    ...Object.keys(given)
      .filter((name) => !names.includes(name))
      .map(
        (name) => `session: "${name}" is not a setting${didYouMean(name, names) || `; there are ${names.join(', ')}`}`,
      ),
    ...Object.entries({ idleSeconds, absoluteSeconds })
      .filter(([, seconds]) => !Number.isSafeInteger(seconds) || seconds < 1)
      .map(([name]) => `session: "${name}" must be a whole number of seconds, 1 or more`),
    ...(idleSeconds > absoluteSeconds ? ['session: "idleSeconds" must not be longer than "absoluteSeconds"'] : []),
  ];
  if (issues.length > 0) throw configError(issues);
  return Object.freeze({ idleSeconds, absoluteSeconds });
}
