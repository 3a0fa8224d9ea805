import type { Request } from 'express';
import type { EnrollmentClock } from '../base/clock.js';
import type { Keyring } from '../base/keyring.js';
import type { Site } from '../base/target.js';
import type { ExecutorContext } from '../executor/run.js';
import type { Flow } from '../flow/flow.js';
import type { ExecutorApiConfig } from '../options/executor-api.js';
import type { PageRenderer } from '../options/pages.js';
import type { Pages } from '../pages/pages.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { Announce } from '../ports/mail-notices.js';
import type { PendingIdentity } from '../ports/pending-identity.js';
import type { IdentityDecision, SignedInUser } from '../sources/identities/decide-identity.js';
import type { SignInStarts } from '../sources/sign-in-starts.js';
import type { SourceRegistry } from '../sources/source-registry.js';
import type { CookieJar } from './cookies/cookie-jar.js';
import type { DefaultFlowRegistry } from './default-flow-registry.js';
import type { FlowVersions } from './flow-versions.js';
import type { PagePolicy } from './headers.js';
import type { AuthSession } from './login/auth-session.js';
import type { OutageLog } from './outage-log.js';

/** The dependencies of the HTTP layer; created for each version of the flows, in `composition/web.ts`. */
export interface Web {
  readonly site: Site;
  /** True outside production. */
  readonly development: boolean;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
  readonly log: EnrollmentLogger;
  readonly flows: ReadonlyMap<string, Flow>;
  /** `null`: the flows stay as they are. */
  readonly versions: FlowVersions | null;
  readonly defaultFlows: DefaultFlowRegistry;
  readonly context: ExecutorContext;
  readonly pages: Pages;
  readonly policy: PagePolicy;
  readonly authSession: AuthSession;
  /** The kit's cookies of a request to the flow `slug`; `null`: those of guards. */
  cookies(slug: string | null, req: Request): CookieJar;
  /** 128 random bits. */
  token(): string;
  /** The default target, if a visitor has no other. */
  readonly home: string;
  /** The name that the pages show. */
  readonly brandName: string;
  /** The apps that tickets lead to: the name of each, and the origin of its result URL. */
  readonly ticketApps: readonly { readonly name: string; readonly origin: string }[];
  /** The tag of the language that a request is answered in. */
  locale(req: Request): string;
  /** The client's key for rate limiting. */
  client(req: Request): string;
  /** The tenant of a request; `null`: the app has no tenants. */
  readonly tenant: ((req: Request) => string | null) | null;
  /** `null`: the app has no sources. */
  readonly sources: WebSources | null;
  /** The app's own locals for its templates. */
  locals(req: Request): Readonly<Record<string, unknown>>;
  /** The app's own way to send a page; `null`: the kit's layouts. */
  readonly render: PageRenderer | null;
  /** The error that made the session unavailable to this request, if any. */
  sessionAway(req: Request): unknown;
  readonly outages: OutageLog;
  /** True in development at a local `baseUrl`: error pages name the cause. */
  readonly showsCauses: boolean;
  /** Why the start failed, e.g. a volatile Redis; `null` if it did not. */
  startFailure(): unknown;
  /** Logs a developer's mistake once per process. */
  warnOnce(code: string, text: string): void;
  /** The JSON of flows; `null`: it is switched off. */
  readonly executorApi: ExecutorApiConfig | null;
}

/** The dependencies of the sources' pages; created once, in `composition/sources.ts`. */
export interface WebSources extends SourceRegistry {
  /** The flow that asks for a code. */
  readonly gate: Flow;
  /** The flow that signs in. */
  readonly authentication: Flow;
  /** The flow that connects an existing account. */
  readonly connect: Flow;
  /** Sign-ins that a client began at providers. */
  readonly starts: SignInStarts;
  /** Looks the identity up and decides what happens. `announce`: called with an account that this connects. */
  decide(
    identity: PendingIdentity,
    signedIn: SignedInUser | null,
    announce: Announce<string>,
  ): Promise<IdentityDecision>;
}
