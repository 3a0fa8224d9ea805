import type { Clock } from '../base/clock.js';
import type { Texts } from '../base/message.js';
import type { Flow } from '../flow/flow.js';
import type { EventSink } from '../ports/events.js';
import type { Log } from '../ports/log.js';
import type { Passwords } from '../ports/passwords.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { UserStore } from '../ports/user-store.js';

/** Who was enrolled, and by which invitation. */
export interface Enrolled<User> {
  readonly user: User;
  readonly invitation: { readonly id: string } | null;
  readonly flow: string;
}

/**
 * What `createEnrollment` takes. `Req` is Express's request, `SignIn` a login or its factory, `Seed` an invitation
 * to make; they are filled in where the parts are joined, so that this room knows neither Express nor invitations.
 */
export interface Options<User, Req, SignIn, Seed> {
  /** Where the router is reached, with its mount path: `https://app.example/join`. It alone decides links, cookie paths, `Secure` and the expected origin. */
  readonly baseUrl: string;
  /** At least 32 characters each. The first signs, all verify: put a new one in front to rotate. Default outside production: one that lasts as long as the process. */
  readonly secret?: string | readonly string[] | undefined;
  /** A URL (`redis://…`, `rediss://…`) or an ioredis client. Left out: everything in memory, which production refuses. */
  readonly redis?: string | object | undefined;
  /** Production refuses a Redis that evicts keys or keeps nothing on disk; true accepts it. */
  readonly redisMayForget?: boolean | undefined;
  /** In front of every Redis key; default `enrollment:`. */
  readonly prefix?: string | undefined;
  readonly users: UserStore<User>;
  /** Left out or null: a place whose writer died stays held, because nobody can look up what became of it. */
  readonly redemptions?: Redemptions | null | undefined;
  readonly login: SignIn;
  readonly flows: readonly Flow[];
  /** Default `invite-only`: nothing makes an account unless its plan holds a validated invitation. */
  readonly registration?: 'invite-only' | 'open' | undefined;
  /** Default `plain`: "expired" and "used up" are said. `uniform`: every refusal reads the same. */
  readonly refusals?: 'plain' | 'uniform' | undefined;
  /** Invitations that must be there; made at start where they are not. */
  readonly seed?: readonly Seed[] | undefined;
  /** Called after the account is there, at least once per account; what it throws is logged and undoes nothing. */
  readonly onEnrolled?: ((enrolled: Enrolled<User>) => unknown) | undefined;
  readonly brand?: { readonly name?: string; readonly home?: string; readonly logo?: string } | undefined;
  /** The app's own templates: an absolute path or `file:` URL. A file of the same relative path wins. */
  readonly views?: string | URL | undefined;
  /** The app's own wording, by message id. */
  readonly messages?: Texts | undefined;
  /** A language tag; default `en`. */
  readonly locale?: string | undefined;
  /** What the app's templates see as `locals.app`. */
  readonly locals?: ((req: Req) => Readonly<Record<string, unknown>>) | undefined;
  /** Who asks, for throttling; default `req.ip`, of IPv6 addresses the /64. */
  readonly client?: ((req: Req) => string) | undefined;
  /** Default argon2id with OWASP's parameters. */
  readonly passwords?: Passwords | undefined;
  /** Limits on wrong codes. */
  readonly attempts?: AttemptLimits | undefined;
  readonly clock?: Clock | undefined;
  /** Default `console`-like lines on standard error. */
  readonly log?: Log | undefined;
  readonly events?: EventSink | undefined;
  /** Default `process.env.NODE_ENV === 'production'`. */
  readonly production?: boolean | undefined;
}

/** So many wrong codes within a window that starts with the first one. */
export interface AttemptLimit {
  readonly points: number;
  readonly windowSeconds: number;
}

export interface AttemptLimits {
  /** Of one client address; default 10 in ten minutes. */
  readonly perClient?: AttemptLimit;
  /** Of one plan; default 20 in an hour. */
  readonly perPlan?: AttemptLimit;
  /** Of everybody; default 1,000 in ten minutes. Above it an event is raised; nobody is refused. */
  readonly overall?: AttemptLimit;
}

/** Options, complete and checked. */
export interface Config<User, Req, SignIn, Seed> {
  readonly site: { readonly origin: string; readonly mount: string; readonly secure: boolean };
  readonly secrets: readonly string[];
  /** True when nobody gave a secret and this process made one. */
  readonly ephemeralSecret: boolean;
  readonly redis: string | object | null;
  readonly redisMayForget: boolean;
  readonly prefix: string;
  readonly users: UserStore<User>;
  readonly redemptions: Redemptions | null;
  readonly login: SignIn;
  readonly flows: readonly Flow[];
  readonly registration: 'invite-only' | 'open';
  readonly refusals: 'plain' | 'uniform';
  readonly seed: readonly Seed[];
  readonly onEnrolled: ((enrolled: Enrolled<User>) => unknown) | null;
  readonly brand: { readonly name: string; readonly home: string; readonly logo?: string };
  readonly views: string | URL | undefined;
  readonly messages: Texts;
  readonly locale: string;
  readonly locals: (req: Req) => Readonly<Record<string, unknown>>;
  readonly client: ((req: Req) => string) | null;
  readonly passwords: Passwords | null;
  readonly attempts: AttemptLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventSink;
  readonly production: boolean;
}
