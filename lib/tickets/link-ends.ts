import type { EnrollmentClock } from '../base/clock.js';
import { parseJson, type JsonObject } from '../base/json.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { FlowLinkEnd } from '../ports/flow-links.js';

/** As long as a person may look for the mail again; nothing about a person is kept. */
const keptSeconds = 30 * 86_400;

/** Called when a link is issued. `id`: its digest. */
export async function noteLinkExpiry(
  ephemeralStore: Pick<EphemeralStore, 'set'>,
  id: string,
  { flow, at, ttlSeconds }: { readonly flow: string; readonly at: number; readonly ttlSeconds: number },
): Promise<void> {
  await ephemeralStore.set(keyOf(id), JSON.stringify({ flow, at }), ttlSeconds + keptSeconds);
}

export async function noteLinkUsed(ephemeralStore: Pick<EphemeralStore, 'peek' | 'set'>, id: string): Promise<void> {
  const { flow } = await read(ephemeralStore, id);
  if (typeof flow === 'string') await ephemeralStore.set(keyOf(id), JSON.stringify({ flow }), keptSeconds);
}

export async function forgetLinkEnd(ephemeralStore: Pick<EphemeralStore, 'take'>, id: string): Promise<void> {
  await ephemeralStore.take(keyOf(id));
}

/** `null`: the link has not ended, or it is not known why. */
export async function findLinkEnd(
  { ephemeralStore, clock }: { readonly ephemeralStore: Pick<EphemeralStore, 'peek'>; readonly clock: EnrollmentClock },
  flow: string,
  id: string,
): Promise<FlowLinkEnd | null> {
  const { flow: own, at } = await read(ephemeralStore, id);
  if (own !== flow) return null;
  if (typeof at !== 'number') return { type: 'used' };
  return clock.now() < at ? null : { type: 'expired', at };
}

async function read(ephemeralStore: Pick<EphemeralStore, 'peek'>, id: string): Promise<JsonObject> {
  return parseJson((await ephemeralStore.peek(keyOf(id))) ?? '') ?? {};
}

const keyOf = (id: string): string => `flow-link-end:${id}`;
