import type { Request } from 'express';
import type { EnrollmentClock } from '../base/clock.js';
import type { Keyring } from '../base/keyring.js';
import type { Site } from '../base/target.js';
import type { ExecutorContext } from '../executor/run.js';
import type { Flow } from '../flow/flow.js';
import type { Pages } from '../pages/pages.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { CookieJar } from './cookies/cookie-jar.js';
import type { WebSources } from './sources/web-sources.js';
import type { AuthSession } from './login/auth-session.js';
import type { OutageLog } from './outage-log.js';

/** What the HTTP side works with; made once, in `enrollment.ts`. */
export interface Web {
  readonly site: Site;
  /** True outside production. */
  readonly development: boolean;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
  readonly log: EnrollmentLogger;
  readonly flows: ReadonlyMap<string, Flow>;
  readonly context: ExecutorContext;
  readonly pages: Pages;
  readonly authSession: AuthSession;
  /** The kit's cookies of a request to the flow `slug`; `null`: those of guards. */
  cookies(slug: string | null, req: Request): CookieJar;
  /** 128 random bits. */
  token(): string;
  /** Where a person goes who has nowhere else to go. */
  readonly home: string;
  readonly locale: string;
  /** Who asks, for throttling. */
  client(req: Request): string;
  /** The tenant that a visitor came to; `null`: the app has no tenants. */
  readonly tenant: ((req: Request) => string | null) | null;
  /** `null`: the app has no sources. */
  readonly sources: WebSources | null;
  /** The app's own locals for its templates. */
  locals(req: Request): Readonly<Record<string, unknown>>;
  /** The error that kept the session away from this request, if one did. */
  sessionAway(req: Request): unknown;
  readonly outages: OutageLog;
  /** True in development at a local `baseUrl`: error pages name the cause. */
  readonly showsCauses: boolean;
  /** Why the start ended, e.g. a Redis that forgets; `null` unless it did. */
  startFailure(): unknown;
  /** Says a developer's mistake once per process of ours. */
  warnOnce(code: string, text: string): void;
}
