import { setTimeout as delay } from 'node:timers/promises';
import { keepRenewed, type RenewalTerms } from '../base/background.js';
import { storeAway } from '../base/error.js';
import { randomToken } from '../base/ids.js';
import { parseJson } from '../base/json.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { LinkedPlan, TakenLink } from '../ports/flow-links.js';
import type { PlanStore } from '../ports/plan-store.js';

export interface LinkClaimParts {
  readonly ephemeralStore: EphemeralStore;
  readonly plans: Pick<PlanStore, 'load'>;
}

/** Which plan a link is for. */
interface Claim extends LinkedPlan {
  /** The key of its lease. */
  readonly lease: string;
  /** True once the plan has begun. */
  readonly kept: boolean;
}

interface PresentClaim {
  /** The key counts the claims that lapsed: each has its own, so that of several that follow one gets the link. */
  readonly key: string;
  /** As it is stored; `null`: the link is free. */
  readonly text: string | null;
  readonly claim: Claim | null;
}

/** A claim lasts 15 seconds when its process dies, and a minute at most: longer than a request runs. */
const leaseTerms: RenewalTerms = { seconds: 15, renewals: 9 };
const leased = { value: '1', ttlSeconds: leaseTerms.seconds } as const;
/** A claim is given back only while no other process can take it for lapsed: so long after its lease was renewed. */
const surelyLeasedMs = 10_000;
/** How long the second of two browsers waits for the first, in milliseconds. */
const busyTimeoutMs = 1500;
const pauseMs = 50;

/**
 * Which plan a link begins: claim, begin, keep. A claim whose process died lapses: then the store of plans shows whether
 * its plan has begun, and the link is free where it has not. The store's own time decides, not the clocks of processes.
 */
export function createLinkClaims({ ephemeralStore, plans }: LinkClaimParts) {
  async function present(digest: string): Promise<PresentClaim> {
    for (let lapsed = 0; ; lapsed += 1) {
      const key = `flow-link-plan:${digest}:${String(lapsed)}`;
      const text = await ephemeralStore.peek(key);
      const claim = claimIn(text);
      if (claim === null || claim.kept || (await ephemeralStore.peek(claim.lease)) !== null)
        return { key, text, claim };
      if ((await plans.load(claim.planId)) !== null) return { key, text, claim: { ...claim, kept: true } };
    }
  }

  /** Of a claim that was made or renewed at `renewedAt`, by `performance.now()`. */
  function taken(
    { key, text, claim }: { readonly key: string; readonly text: string; readonly claim: Claim },
    { renewedAt, seconds }: { readonly renewedAt: number; readonly seconds: number },
  ): Omit<TakenLink, 'terms'> {
    let leasedAt = renewedAt;
    async function renew(): Promise<void> {
      const at = performance.now();
      if (await ephemeralStore.compareAndSet(claim.lease, leased.value, leased)) leasedAt = at;
    }
    const stop = keepRenewed(leaseTerms, () => void renew().catch(() => undefined));
    return {
      async keep() {
        stop();
        const value = JSON.stringify({ ...claim, kept: true });
        await ephemeralStore.compareAndSet(key, text, { value, ttlSeconds: seconds });
      },
      async release() {
        stop();
        if (performance.now() - leasedAt < surelyLeasedMs) await ephemeralStore.compareAndSet(key, text, null);
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
        const { key, text, claim } = await present(digest);
        const renewedAt = performance.now();
        if (claim?.enrollmentId === plan.enrollmentId) {
          if (claim.kept) return { keep: nothing, release: nothing };
          const isLeased = await ephemeralStore.compareAndSet(claim.lease, leased.value, leased);
          if (isLeased && text !== null) return taken({ key, text, claim }, { renewedAt, seconds });
          continue;
        }
        if (claim?.kept === true) return null;
        if (claim === null) {
          const mine: Claim = { ...plan, lease: `${key}:${randomToken(9)}`, kept: false };
          const own = JSON.stringify(mine);
          // First: a claim without a lease has lapsed.
          await ephemeralStore.set(mine.lease, leased.value, leased.ttlSeconds);
          if ((await ephemeralStore.setIfAbsent(key, own, seconds)) === own)
            return taken({ key, text: own, claim: mine }, { renewedAt, seconds });
        }
        if (Date.now() >= until) throw storeAway('a link', new Error('another request is using it'));
        await delay(pauseMs);
      }
    },
  });
}

const nothing = (): Promise<void> => Promise.resolve();

function claimIn(text: string | null): Claim | null {
  const { enrollmentId, planId, lease, kept } = parseJson(text ?? '') ?? {};
  if (typeof enrollmentId !== 'string' || typeof planId !== 'string' || typeof lease !== 'string') return null;
  return { enrollmentId, planId, lease, kept: kept === true };
}
