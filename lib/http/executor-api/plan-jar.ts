import type { CookieJar } from '../cookies/cookie-jar.js';

/** A jar that tells which plan token it was given in this request. */
export interface PlanJar extends CookieJar {
  /** The text of the token that the client has from now on; `undefined`: as it came. */
  given(): string | undefined;
}

/** The cookies of a browser. */
export function cookiePlanJar(jar: CookieJar): PlanJar {
  let given: string | undefined;
  return {
    ...jar,
    set(kind, value, seconds) {
      if (kind === 'plan') given = value;
      jar.set(kind, value, seconds);
    },
    given: () => given,
  };
}

/**
 * For a client that sends its plan's token itself: there are no cookies, neither to read nor to set. A link, a notice or
 * an entry link of the browser around it is not its own. A notice that this request leaves is read in it, too. `token`:
 * as a cookie would have it.
 */
export function bearerPlanJar(token: string | undefined): PlanJar {
  let given: string | undefined;
  let notice: string | undefined;
  return {
    read: (kind) => (kind === 'plan' ? token : kind === 'notice' ? notice : undefined),
    set(kind, value) {
      if (kind === 'plan') given = value;
      if (kind === 'notice') notice = value;
    },
    clear(kind) {
      if (kind === 'notice') notice = undefined;
    },
    lines: () => [],
    given: () => given,
  };
}

/** The jar, if it is one that tells; otherwise `null`. */
export function planJarIn(jar: CookieJar): PlanJar | null {
  return isPlanJar(jar) ? jar : null;
}

function isPlanJar(jar: CookieJar): jar is PlanJar {
  return 'given' in jar;
}
