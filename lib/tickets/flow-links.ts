import type { EnrollmentClock } from '../base/clock.js';
import { createTokens, digest128 } from '../base/ids.js';
import { isJsonObject, parseJson } from '../base/json.js';
import { Secret } from '../base/secret.js';
import { isTarget } from '../base/target.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { FlowLinks, FlowLinkTerms } from '../ports/flow-links.js';
import type { Profiles } from '../ports/profiles.js';
import type { SessionsService } from '../ports/user-sessions.js';
import { findLinkEnd, forgetLinkEnd, noteLinkExpiry, noteLinkUsed } from './link-ends.js';
import { createLinkClaims, type LinkClaimParts } from './link-claims.js';

interface FlowLinksParts extends LinkClaimParts {
  readonly clock: EnrollmentClock;
  readonly profiles: Profiles;
  readonly sessions: Pick<SessionsService, 'hasEnded' | 'epoch'>;
  /** True where what a link with `outlivesSessions` allows is over, although the link has not ended. */
  isOver(terms: FlowLinkTerms): Promise<boolean>;
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
export function createFlowLinks(parts: FlowLinksParts): FlowLinks {
  const { ephemeralStore, profiles, sessions, clock } = parts;
  const newToken = createTokens(tokenBytes);
  const claims = createLinkClaims(parts);

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
      const id = digestOf(token);
      await ephemeralStore.set(linkKey(id), record, ttlSeconds);
      if (terms.outlivesSessions === true)
        await noteLinkExpiry(ephemeralStore, id, { flow: terms.flow, at: now + ttlSeconds * 1000, ttlSeconds });
      return { token: new Secret(token), id };
    },

    async extend(id, ttlSeconds) {
      const text = await ephemeralStore.peek(linkKey(id));
      const stored = linkIn(text);
      if (text === null || stored === null) return;
      const expiresAt = Math.max(stored.expiresAt, clock.now() + ttlSeconds * 1000);
      const value = JSON.stringify({ ...parseJson(text), expiresAt });
      const isExtended = await ephemeralStore.compareAndSet(linkKey(id), text, { value, ttlSeconds });
      const { flow, outlivesSessions } = stored.terms;
      if (isExtended && outlivesSessions === true)
        await noteLinkExpiry(ephemeralStore, id, { flow, at: expiresAt, ttlSeconds });
    },

    async find(flow, token, enrollmentId) {
      const digest = digestOf(token.reveal());
      const [stored, isOthers] = await Promise.all([found(flow, digest), claims.isOthers(digest, enrollmentId)]);
      if (stored === null || isOthers) return null;
      const { terms } = stored;
      // A form asks nothing here: what it does looks for itself, and records what it finds.
      return terms.outlivesSessions === true && (await parts.isOver(terms)) ? null : terms;
    },

    async take(flow, token, plan) {
      const digest = digestOf(token.reveal());
      const stored = await found(flow, digest);
      if (stored === null) return null;
      const { terms, expiresAt } = stored;
      if (terms.outlivesSessions === true) return { terms, keep: nothing, release: nothing };
      const left = Math.ceil((expiresAt - clock.now()) / 1000);
      const claim = await claims.claim(digest, plan, left + claimSeconds);
      return claim === null ? null : { terms, ...claim };
    },

    isTakenBy: (token, enrollmentId) => claims.isOf(digestOf(token.reveal()), enrollmentId),

    endOf: (flow, token) => findLinkEnd(parts, flow, digestOf(token.reveal())),
  });
}

/** Ends issued links by their ids: what they allow is over, or was done by them (`used`). */
export async function endFlowLinks(
  ephemeralStore: Pick<EphemeralStore, 'take' | 'peek' | 'set'>,
  ids: readonly string[],
  cause?: 'used',
): Promise<void> {
  await Promise.all(
    ids.map(async (id) => {
      // Of the others their page says only that nothing is left.
      await (cause === 'used' ? noteLinkUsed(ephemeralStore, id) : forgetLinkEnd(ephemeralStore, id));
      await ephemeralStore.take(linkKey(id));
    }),
  );
}

const nothing = (): Promise<void> => Promise.resolve();

const digestOf = (token: string): string => digest128(JSON.stringify(['flow link', token]));
const linkKey = (digest: string): string => `flow-link:${digest}`;

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
