import type { ObjectSchema } from 'joi';
import type { EnrollmentClock } from '../base/clock.js';
import type { JsonObject } from '../base/json.js';
import type { MessageOverrides } from '../base/message-ids.js';
import type { Texts } from '../base/message.js';
import type { Flow } from '../flow/flow.js';
import type { AppStores } from '../ports/app-stores.js';
import type { Connections } from '../ports/connections.js';
import type { EventName, EventSink } from '../ports/events.js';
import type { PendingIdentity } from '../ports/pending-identity.js';
import type { InviterRules } from '../ports/inviters.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { Passwords } from '../ports/passwords.js';
import type { RedisClient } from '../ports/redis-client.js';
import type { RateLimits } from '../ports/rate-limits.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { UserStore } from '../ports/user-store.js';
import type { SendInvitation } from '../ports/waitlist-store.js';

/** Who was enrolled, and by which invitation. */
interface Enrolled<User> {
  readonly user: User;
  readonly invitation: { readonly id: string } | null;
  /** `null`: by a guard, or found long after, when the process that wrote the account had died. */
  readonly flow: string | null;
}

/**
 * What `createEnrollment` takes. `Req` is Express's request, `SignIn` a login or its factory, `Seed` an invitation
 * to make; they are filled in where the parts are joined, so that this room knows neither Express nor invitations.
 */
export interface Options<User, Req, SignIn, Seed, Data = JsonObject, Source = unknown> {
  /** Where the router is reached, with its mount path: `https://app.example/join`. It alone decides links, cookie paths, `Secure` and the expected origin. */
  readonly baseUrl: string;
  /** At least 32 characters each. The first signs, all verify: put a new one in front to rotate. Default outside production: one that lasts as long as the process. */
  readonly secret?: string | readonly string[] | undefined;
  /** A URL (`redis://…`, `rediss://…`) or an ioredis client. Left out: everything in memory, which production refuses. */
  readonly redis?: string | RedisClient | undefined;
  /** Production refuses a Redis that evicts keys or keeps nothing on disk; true accepts it. */
  readonly allowVolatileRedis?: boolean | undefined;
  /** Stores of the app's own, by their kind; their types are in `express-enrollment/ports`. What is left out is kept in Redis, or in memory. */
  readonly stores?: AppStores | undefined;
  /** In front of every Redis key; default `enrollment:`. */
  readonly keyPrefix?: string | undefined;
  /** Left out where there are no flows: a guard on the app's own signup route writes accounts by the app's own code. */
  readonly users?: UserStore<User, NoInfer<Data>> | undefined;
  /** Left out or null: a place whose writer died stays held, because its outcome cannot be looked up. */
  readonly redemptions?: Redemptions | null | undefined;
  /** Left out where there are no flows: then `signIn`, `currentUser` and `signOut` are not there either. */
  readonly login?: SignIn | undefined;
  /** Default none: then guards alone use the invitations. */
  readonly flows?: readonly Flow[] | undefined;
  /**
   * The page of the app's own that invitation links lead to: a path of the app (`/signup`) or an absolute URL, where
   * `prefillInvite()` stands. Default: the first enrollment flow; without one, invitations have no link.
   */
  readonly signupUrl?: string | undefined;
  /** Default `invite-only`: nothing makes an account unless its plan holds a validated invitation. */
  readonly registration?: 'invite-only' | 'open' | undefined;
  /** Default `plain`: "expired" and "used up" are said. `uniform`: every refusal reads the same. */
  readonly refusals?: 'plain' | 'uniform' | undefined;
  /** Where people may be recognised elsewhere: `openIdConnectSource(…)`, `passportSource(…)`, `admittedSource(…)`. Need `users`, `login` and `connections`. */
  readonly sources?: readonly Source[] | undefined;
  /** Which external identity belongs to which user: `sqlConnections(query)`, or your own columns behind two functions. */
  readonly connections?: Connections | undefined;
  /**
   * For people who were provisioned before: finds the user of an identity without a connection. A person who has an
   * account is then not asked for a code.
   */
  readonly findUser?: ((identity: PendingIdentity) => Promise<User | null> | User | null) | undefined;
  /** Which accounts may invite others, and how many. Default: every active account, any number. */
  readonly inviters?: InviterRules<User> | undefined;
  /**
   * What invitations' `data` must be: a Joi schema. Checked when an invitation is made or changed, and once more before
   * the user store gets it, so that `redemption.invitation.data` has the schema's type there.
   */
  readonly invitationData?: InvitationData<Data> | undefined;
  /**
   * The tenant that a visitor came to, e.g. by host name. Where it is set, an invitation is good for its own tenant only.
   * `null`: no tenant.
   */
  readonly tenant?: ((req: Req) => string | null) | undefined;
  /** Invitations that must be there; made at start where they are not. */
  readonly seed?: readonly Seed[] | undefined;
  /**
   * Called after the account is there, at least once per account, within 60 seconds of its own; what it throws is
   * logged and undoes nothing, and it is called again later, ten times in all over two days. See docs/events.md.
   */
  readonly onEnrolled?: ((enrolled: Enrolled<User>) => unknown) | undefined;
  /** Sends the invitation of somebody who was on the waitlist. Left out: `waitlist.approve` gives the codes to its caller. */
  readonly sendInvitation?: SendInvitation | undefined;
  readonly brand?: { readonly name?: string; readonly home?: string; readonly logo?: string } | undefined;
  /** The app's own templates: an absolute path or `file:` URL. A file of the same relative path wins. */
  readonly views?: string | URL | undefined;
  /** The app's own wording, by message id; ids that do not exist are refused at start. */
  readonly messages?: MessageOverrides | undefined;
  /** A language tag; default `en`. */
  readonly locale?: string | undefined;
  /** What the app's templates see as `locals.app`. */
  readonly locals?: ((req: Req) => Readonly<Record<string, unknown>>) | undefined;
  /** Who asks, for throttling; default `req.ip`, of IPv6 addresses the /64. */
  readonly clientKey?: ((req: Req) => string) | undefined;
  /** Default argon2id with OWASP's parameters. */
  readonly passwords?: Passwords | undefined;
  /** Limits on what visitors may try: wrong codes, wrong passwords, names that are taken, flows begun. */
  readonly rateLimits?: RateLimits | undefined;
  readonly clock?: EnrollmentClock | undefined;
  /**
   * Where the kit reports, in pino's shape: `logger.warn(fields, text)`. Default: standard error, readable on a terminal,
   * one line of JSON per entry elsewhere.
   */
  readonly logger?: EnrollmentLogger | undefined;
  readonly events?: EventSink | undefined;
  /** Receivers of events over HTTP, signed and delivered at least once. See docs/events.md. */
  readonly webhooks?: readonly WebhookReceiver[] | undefined;
  /** Default `process.env.NODE_ENV === 'production'`. */
  readonly production?: boolean | undefined;
}

export interface WebhookReceiver {
  /** In production https, but for loopback addresses. */
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes in base64; of several each signs, so that a receiver may change over in peace. */
  readonly secret: string | readonly string[];
  /** Default `invitation.*` and `enrollment.*`, but for `invitation.refused` and `invitation.throttled`. */
  readonly events?: readonly EventName[] | undefined;
  /** How long an answer may take, in milliseconds; default 10,000, at most 30,000. */
  readonly timeoutMs?: number | undefined;
}

/** A Joi schema, or what does the same. Named twice so that TypeScript takes the data's type from the schema. */
export type InvitationData<Data> = ObjectSchema<Data> | DataSchema<Data>;

/** What a Joi schema offers; described here, so that an app may have another version of Joi than ours. */
export interface DataSchema<Data> {
  validate(
    value: unknown,
    options: { readonly abortEarly: false; readonly convert: false },
  ): { readonly error?: { readonly message: string } | undefined; readonly value?: Data };
}

/** Options, complete and checked. */
export interface Config<User, Req, SignIn, Seed, Data = JsonObject, Source = unknown> {
  readonly site: { readonly origin: string; readonly mount: string; readonly secure: boolean };
  readonly secrets: readonly string[];
  /** True when no secret was given and this process made one. */
  readonly ephemeralSecret: boolean;
  readonly redis: string | RedisClient | null;
  readonly allowVolatileRedis: boolean;
  readonly stores: AppStores;
  readonly keyPrefix: string;
  readonly users: UserStore<User, Data> | null;
  readonly redemptions: Redemptions | null;
  readonly login: SignIn | null;
  readonly flows: readonly Flow[];
  /** Absolute. */
  readonly signupUrl: string | null;
  readonly registration: 'invite-only' | 'open';
  readonly refusals: 'plain' | 'uniform';
  readonly seed: readonly Seed[];
  readonly onEnrolled: ((enrolled: Enrolled<User>) => unknown) | null;
  readonly sources: readonly Source[];
  readonly connections: Connections | null;
  readonly findUser: ((identity: PendingIdentity) => Promise<User | null> | User | null) | null;
  readonly inviters: InviterRules<User>;
  readonly invitationData: InvitationData<Data> | null;
  readonly tenant: ((req: Req) => string | null) | null;
  readonly sendInvitation: SendInvitation | null;
  readonly brand: { readonly name: string; readonly home: string; readonly logo?: string };
  readonly views: string | URL | undefined;
  readonly messages: Texts;
  readonly locale: string;
  readonly locals: (req: Req) => Readonly<Record<string, unknown>>;
  readonly clientKey: ((req: Req) => string) | null;
  readonly passwords: Passwords | null;
  readonly rateLimits: Required<RateLimits>;
  readonly clock: EnrollmentClock;
  readonly logger: EnrollmentLogger;
  readonly events: EventSink;
  readonly webhooks: readonly WebhookReceiver[];
  readonly production: boolean;
}
