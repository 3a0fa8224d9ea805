import type { EnrollmentClock } from '../base/clock.js';
import { createTokens, digest128 } from '../base/ids.js';
import { isJsonObject, parseJson } from '../base/json.js';
import { Secret } from '../base/secret.js';
import { isTarget } from '../base/target.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { FlowLinks, FlowLinkTerms } from '../ports/flow-links.js';
import type { Profiles } from '../ports/profiles.js';
import type { SessionsService } from '../ports/user-sessions.js';

interface FlowLinksParts {
  readonly ephemeralStore: EphemeralStore;
  readonly profiles: Profiles;
  readonly sessions: Pick<SessionsService, 'hasEnded' | 'epoch'>;
  readonly clock: EnrollmentClock;
}

/** In bytes: 192 bits. The store has a digest only, which opens nothing. */
const tokenBytes = 24;
/** The plan that took a link lives a day at most; its claim stays longer than the link. */
const claimSeconds = 25 * 60 * 60;

interface StoredLink {
  readonly terms: FlowLinkTerms;
  /** The epoch at which it was issued; see `SessionRegistry`. */
  readonly epoch: number;
  readonly expiresAt: number;
}

/** Links that begin one plan each, over the store of short-lived values. */
export function createFlowLinks({ ephemeralStore, profiles, sessions, clock }: FlowLinksParts): FlowLinks {
  const newToken = createTokens(tokenBytes);

  async function isGood({ terms, epoch, expiresAt }: StoredLink, flow: string): Promise<boolean> {
    if (terms.flow !== flow || clock.now() >= expiresAt) return false;
    if (terms.user === null) return true;
    const [profile, isOver] = await Promise.all([
      profiles.find(terms.user),
      terms.outlivesSessions !== true && sessions.hasEnded(terms.user, epoch),
    ]);
    return profile?.active === true && !isOver;
  }

  async function found(flow: string, digest: string): Promise<StoredLink | null> {
    const stored = linkIn(await ephemeralStore.peek(linkKey(digest)));
    return stored !== null && (await isGood(stored, flow)) ? stored : null;
  }

  return Object.freeze<FlowLinks>({
    async issue(terms, ttlSeconds) {
      const token = newToken();
      const now = clock.now();
      const epoch = await sessions.epoch();
      const record = JSON.stringify({ ...terms, epoch, expiresAt: now + ttlSeconds * 1000 });
      await ephemeralStore.set(linkKey(digestOf(token)), record, ttlSeconds);
      return new Secret(token);
    },

    async find(flow, token, enrollmentId) {
      const digest = digestOf(token.reveal());
      const [stored, taken] = await Promise.all([found(flow, digest), ephemeralStore.peek(claimKey(digest))]);
      return taken === null || taken === enrollmentId ? (stored?.terms ?? null) : null;
    },

    async take(flow, token, enrollmentId) {
      const digest = digestOf(token.reveal());
      const stored = await found(flow, digest);
      if (stored === null) return null;
      const left = Math.ceil((stored.expiresAt - clock.now()) / 1000);
      const taken = await ephemeralStore.setIfAbsent(claimKey(digest), enrollmentId, left + claimSeconds);
      return taken === enrollmentId ? stored.terms : null;
    },
  });
}

const digestOf = (token: string): string => digest128(JSON.stringify(['flow link', token]));
const linkKey = (digest: string): string => `flow-link:${digest}`;
const claimKey = (digest: string): string => `flow-link-plan:${digest}`;

function linkIn(text: string | null): StoredLink | null {
  const { flow, user, promptData, next, outlivesSessions, epoch, expiresAt } = parseJson(text ?? '') ?? {};
  if (typeof flow !== 'string' || typeof epoch !== 'number' || typeof expiresAt !== 'number') return null;
  const terms = {
    flow,
    user: typeof user === 'string' ? user : null,
    promptData: isJsonObject(promptData) ? promptData : null,
    next: isTarget(next) ? next : null,
    ...(outlivesSessions === true ? { outlivesSessions } : {}),
  };
  return { terms, epoch, expiresAt };
}
