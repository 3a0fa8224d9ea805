import type { Request, Response } from 'express';
import { chain, isPromise, type Awaitable, withTimeout } from '../../base/awaitable.js';
import { storeAway, EnrollmentError, isEnrollmentError } from '../../base/error.js';
import { isSamePassword } from '../../base/same-password.js';
import type { SessionRegistry } from '../../ports/session-registry.js';
import type { UserProfile, UserStore } from '../../ports/user-store.js';
import type { EndOthersOptions, Login, SignInDetails } from '../../ports/login.js';
import { recordsSessions } from './recording-login.js';
import type { RecentSignIn } from './recent-sign-in.js';
import type { RecordedSessions } from './user-sessions.js';
import type { Web } from '../web.js';

/** The app's login and users as the rest of `http/` needs them: by user id. */
export interface AuthSession {
  /** The id of the signed-in, active user. */
  current(req: Request): Awaitable<string | null>;
  /**
   * False where the user is gone, not active, or signed out since the request began, as by an end of all sessions: a
   * request may wait for its body. Sessions that the kit does not record are as they were. Asked once the body is
   * read, and in the moment of an effect.
   */
  isStillSignedIn(req: Request, userId: string): Promise<boolean>;
  /**
   * False if the login returns a value that is not an account of the store, such as a provider's profile that also has
   * an `id`: the account with that id then belongs to another person.
   */
  isAccount(req: Request): Promise<boolean>;
  /** The name of the signed-in, active user: the username, else the address; `null` if there is neither. */
  currentName(req: Request): Promise<string | null>;
  /** `inactive`: the account is deactivated or not activated yet. `gone`: there is none. */
  accountState(userId: string): Promise<'active' | 'inactive' | 'gone'>;
  /** False when the account is gone or not active, or its sessions were ended since the user authenticated. */
  signIn(req: Request, res: Response, userId: string, granted: GrantedDetails): Promise<boolean>;
  /** Does nothing if the app's login cannot sign out. */
  signOut(req: Request, res: Response): Promise<void>;
  readonly canSignOut: boolean;
  /**
   * Ends the user's sessions but that of `req`; evidence from before `epoch` signs in no more. `null`: ends all.
   * Without `epoch`: evidence from before now. `keepsId`: see `EndOthersOptions`.
   */
  endSessions(userId: string, req: Request | null, options?: EndOthersOptions): Promise<void>;
  /** Sessions stay; evidence from before `epoch`, or now, signs in no more. */
  endEvidence(userId: string, epoch?: number): Promise<void>;
  /** True where the user's evidence of this epoch signs in no more. */
  hasEnded(userId: string, epoch: number): Promise<boolean>;
  /** When the signed-in user authenticated, in milliseconds since 1970; `null`: not known. */
  authenticatedAt(req: Request): number | null;
  /** Records that the signed-in user has authenticated again. */
  reauthenticated(req: Request, at: number): void;
  /** The id of the request's session in lists of sessions; `null`: it has none. */
  sessionId(req: Request): string | null;
  /** True where that session counts only for its client. */
  isSessionBound(req: Request): boolean;
  /** True where the session that had this id in lists is still there, under another one. */
  hasRenewedSession(userId: string, id: string): Promise<boolean>;
  /** Signs in, in place of that session, which ends; its cookie lasts as long. */
  signInInPlace(
    req: Request,
    res: Response,
    userId: string,
    granted: Omit<GrantedDetails, 'rememberSeconds'> & { readonly renews: string },
  ): Promise<boolean>;
  /** True when the user signed in here within the last ten minutes, as far as the kit knows. */
  signedInRecently(req: Request, userId: string): boolean;
  /** @throws ERR_ENROLLMENT_STORE_AWAY (503) when what the login needs was there before */
  ready(req: Request): string | null;
}

interface GrantedDetails extends SignInDetails {
  readonly authenticatedAt: number;
  readonly epoch: number;
  /** `UserProfile.passwordChangedAt` when the evidence was given; left out: unknown. */
  readonly password?: number | null | undefined;
}

interface AuthSessionParts<User> {
  readonly login: Login<User>;
  readonly users: UserStore<User>;
  readonly registry: Pick<SessionRegistry, 'end' | 'hasEnded' | 'nextEpoch'>;
  readonly sessions: Pick<
    RecordedSessions<User>,
    'endAll' | 'idOf' | 'isBound' | 'hasRenewed' | 'rememberedSeconds' | 'replaceRenewed' | 'withEpoch' | 'counts'
  >;
  /** `null` if nothing requires a recent sign-in. */
  readonly recent: RecentSignIn | null;
  /** Called once a user has signed in. Never rejects. Left out: nothing ends then. */
  readonly signedIn?: (userId: string) => Promise<void>;
  /** How long a login of the app may take; default ten seconds. The kit's own logins have shorter timeouts. */
  readonly timeoutMs?: number;
}

/** A login of the app that does not answer in time is 503. */
export function createAuthSession<User>(parts: AuthSessionParts<User>): AuthSession {
  const { login, users, registry, sessions, recent, signedIn, timeoutMs = 10_000 } = parts;

  function inTime<Answer>(ask: () => Awaitable<Answer>): Promise<Answer> {
    return withTimeout(timeoutMs, ask, () =>
      storeAway('the login', new Error(`no answer within ${String(timeoutMs)} ms`)),
    );
  }

  /** A login in JavaScript may answer with `undefined`, as `req.user` is without Passport's session. */
  function currentOf(req: Request): Awaitable<User | null> {
    const answer = login.current(req);
    // Most visitors have no session, so there is nothing to wait for.
    return chain(isPromise(answer) ? inTime(() => answer) : answer, (user) => user ?? null);
  }

  async function endEvidence(userId: string, epoch?: number): Promise<void> {
    await registry.end(userId, epoch ?? (await registry.nextEpoch()));
  }

  async function signIn(
    req: Request,
    res: Response,
    userId: string,
    { password, ...details }: GrantedDetails,
  ): Promise<boolean> {
    const user = await users.findById(userId);
    const profile = user === null ? null : users.toProfile(user);
    if (user === null || profile?.active !== true) return false;
    if (password !== undefined && !isSamePassword(password, profile.passwordChangedAt)) return false;
    if (!recordsSessions(login) && (await registry.hasEnded(userId, details.epoch))) return false;
    try {
      await sessions.withEpoch(req, userId, details.epoch, () => inTime(() => login.signIn(req, res, user, details)));
    } catch (error) {
      if (isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_SESSIONS_ENDED') return false;
      throw error;
    }
    recent?.note(res, userId);
    await signedIn?.(userId);
    return true;
  }

  let wasReady = false;

  return {
    current: (req) =>
      chain(currentOf(req), (user) => {
        const facts = user === null ? null : users.toProfile(user);
        return facts?.active === true ? facts.id : null;
      }),
    async isStillSignedIn(req, userId) {
      // Without a record there is nothing to ask.
      if (sessions.idOf(req) === null) return true;
      const user = await users.findById(userId);
      return user !== null && users.toProfile(user).active && (await sessions.counts(req, user));
    },
    async isAccount(req) {
      const user = await currentOf(req);
      if (user === null) return false;
      const facts = users.toProfile(user);
      const kept = await users.findById(facts.id);
      return kept !== null && isSame(facts, users.toProfile(kept));
    },
    async currentName(req) {
      const user = await currentOf(req);
      const facts = user === null ? null : users.toProfile(user);
      return facts?.active === true ? (facts.username ?? facts.email ?? null) : null;
    },
    async accountState(userId) {
      const user = await users.findById(userId);
      if (user === null) return 'gone';
      return users.toProfile(user).active ? 'active' : 'inactive';
    },
    signIn,
    async signInInPlace(req, res, userId, { renews, ...details }) {
      const rememberSeconds = await sessions.rememberedSeconds(userId, renews);
      if (!(await signIn(req, res, userId, { ...details, rememberSeconds }))) return false;
      await sessions.replaceRenewed(req, userId, renews, details.epoch);
      return true;
    },
    async signOut(req, res) {
      await inTime(() => login.signOut?.(req, res));
      recent?.forget(res);
    },
    async endSessions(userId, req, { epoch, keepsId = false } = {}) {
      // First: a sign-in that comes in between is refused, or its session is among those that end.
      await endEvidence(userId, epoch);
      const user = await users.findById(userId);
      if (user === null || login.endOtherSessions === undefined) await sessions.endAll(userId, req, epoch);
      else
        await inTime(() => login.endOtherSessions?.(user, req, { keepsId, ...(epoch === undefined ? {} : { epoch }) }));
    },
    endEvidence,
    hasEnded: (userId, epoch) => registry.hasEnded(userId, epoch),
    authenticatedAt: (req) => login.authenticatedAt?.(req) ?? null,
    reauthenticated: (req, at) => {
      login.reauthenticated?.(req, at);
    },
    sessionId: (req) => sessions.idOf(req),
    isSessionBound: (req) => sessions.isBound(req),
    hasRenewedSession: (userId, id) => sessions.hasRenewed(userId, id),
    signedInRecently: (req, userId) => recent?.holds(req, userId) ?? false,
    canSignOut: login.signOut !== undefined,
    ready(req) {
      const missing = login.ready?.(req) ?? null;
      if (missing === null) wasReady = true;
      // The middleware is mounted, then: express-session omits sessions while their store is disconnected.
      else if (wasReady) throw storeAway('the session store', new Error(missing));
      return missing;
    },
  };
}

function isSame(one: UserProfile, other: UserProfile): boolean {
  return (['id', 'username', 'email'] as const).every((name) => (one[name] ?? null) === (other[name] ?? null));
}

/**
 * Checks the login before anything begins that ends with a sign-in.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when the session store is away
 * @throws ERR_ENROLLMENT_LOGIN when what the login needs is not mounted
 */
export function checkLogin(web: Web, req: Request): void {
  const away = web.sessionAway(req);
  if (away !== undefined) throw storeAway('the session store', away);
  const missing = web.authSession.ready(req);
  if (missing !== null) throw new EnrollmentError('ERR_ENROLLMENT_LOGIN', missing);
}
