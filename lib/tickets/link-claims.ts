import { setTimeout as delay } from 'node:timers/promises';
import type { EnrollmentClock } from '../base/clock.js';
import { storeAway } from '../base/error.js';
import { parseJson } from '../base/json.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { LinkedPlan, TakenLink } from '../ports/flow-links.js';
import type { PlanStore } from '../ports/plan-store.js';

export interface LinkClaimParts {
  readonly ephemeralStore: EphemeralStore;
  readonly plans: Pick<PlanStore, 'load'>;
  readonly clock: EnrollmentClock;
}

/** Which plan a link is for. */
interface Claim extends LinkedPlan {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** True once the plan has begun. */
  readonly kept: boolean;
}

interface PresentClaim {
  /** The key counts the claims that lapsed: each has its own, so that of several that follow one gets the link. */
  readonly key: string;
  /** `null`: the link is free. */
  readonly claim: Claim | null;
}

/** Longer than a request runs. */
const leaseMs = 60_000;
/** A claim is given back only while no other clock can take it for lapsed. */
const marginMs = 10_000;
/** How long the second of two browsers waits for the first, in milliseconds. */
const busyTimeoutMs = 1500;
const pauseMs = 50;

/**
 * Which plan a link begins: claim, begin, keep. A claim whose process died lapses: then the store of plans shows whether
 * its plan has begun, and the link is free where it has not.
 */
export function createLinkClaims({ ephemeralStore, plans, clock }: LinkClaimParts) {
  async function present(digest: string): Promise<PresentClaim> {
    for (let lapsed = 0; ; lapsed += 1) {
      const key = `flow-link-plan:${digest}:${String(lapsed)}`;
      const claim = claimIn(await ephemeralStore.peek(key));
      const isLapsed = claim !== null && !claim.kept && clock.now() - claim.at >= leaseMs;
      if (!isLapsed) return { key, claim };
      if ((await plans.load(claim.planId)) !== null) return { key, claim: { ...claim, kept: true } };
    }
  }

  function taken(
    key: string,
    { plan, at, seconds }: { readonly plan: LinkedPlan; readonly at: number; readonly seconds: number },
  ): Omit<TakenLink, 'terms'> {
    const isMine = async (): Promise<boolean> => {
      const now = claimIn(await ephemeralStore.peek(key));
      return now?.enrollmentId === plan.enrollmentId;
    };
    return {
      async keep() {
        if (await isMine()) await ephemeralStore.set(key, JSON.stringify({ ...plan, at, kept: true }), seconds);
      },
      async release() {
        const isLive = clock.now() - at < leaseMs - marginMs;
        if (isLive && (await isMine())) await ephemeralStore.take(key);
      },
    };
  }

  return Object.freeze({
    /** True where another enrollment's plan has begun with the link. */
    async isOthers(digest: string, enrollmentId: string): Promise<boolean> {
      const { claim } = await present(digest);
      return claim !== null && claim.kept && claim.enrollmentId !== enrollmentId;
    },
    async isOf(digest: string, enrollmentId: string): Promise<boolean> {
      return (await present(digest)).claim?.enrollmentId === enrollmentId;
    },
    /**
     * `null`: another plan has begun with the link.
     * @throws ERR_ENROLLMENT_STORE_AWAY (503) while the request of another browser has it
     */
    async claim(digest: string, plan: LinkedPlan, seconds: number): Promise<Omit<TakenLink, 'terms'> | null> {
      const until = Date.now() + busyTimeoutMs;
      for (;;) {
        const { key, claim } = await present(digest);
        if (claim?.enrollmentId === plan.enrollmentId)
          return claim.kept
            ? { keep: nothing, release: nothing }
            : taken(key, { plan: { ...plan, planId: claim.planId }, at: claim.at, seconds });
        if (claim?.kept === true) return null;
        if (claim === null) {
          const at = clock.now();
          const mine = JSON.stringify({ ...plan, at, kept: false });
          if ((await ephemeralStore.setIfAbsent(key, mine, seconds)) === mine) return taken(key, { plan, at, seconds });
        }
        if (Date.now() >= until) throw storeAway('a link', new Error('another request is using it'));
        await delay(pauseMs);
      }
    },
  });
}

const nothing = (): Promise<void> => Promise.resolve();

function claimIn(text: string | null): Claim | null {
  const { enrollmentId, planId, at, kept } = parseJson(text ?? '') ?? {};
  if (typeof enrollmentId !== 'string' || typeof planId !== 'string' || typeof at !== 'number') return null;
  return { enrollmentId, planId, at, kept: kept === true };
}
