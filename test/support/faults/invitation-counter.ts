import assert from 'node:assert/strict';
import type { ClaimAnswer, InvitationRecord, InvitationStore } from '../../../lib/ports/invitation-store.js';
import type { ContractCase } from '../../../lib/testing/contracts/contract.js';
import { sampleInvitation } from '../../../lib/testing/contracts/sample-invitation.js';

export interface Opened {
  readonly store: InvitationStore;
  now(): number;
  advance(milliseconds: number): void;
}

/** One invitation in a store, and its users. */
export interface Counter extends Opened {
  readonly id: string;
  ask(plan: string, person?: string): Promise<ClaimAnswer>;
  reserve(plan: string, person?: string): Promise<string>;
  take(plan: string, person?: string): Promise<Extract<ClaimAnswer, { readonly type: 'claimed' }>>;
  change(over: Partial<InvitationRecord>): Promise<void>;
  refused(plan: string, person?: string): Promise<string>;
  /** `[redeemed, held, claimed, lapsed]` */
  counts(): Promise<readonly number[]>;
}

/** A case with its own invitation. */
export const caseOf =
  (open: () => Promise<Opened>) =>
  (title: string, over: Partial<InvitationRecord>, run: (counter: Counter) => Promise<void>): ContractCase => ({
    title,
    run: async () => run(await counterOf(await open(), over)),
  });

async function counterOf(opened: Opened, over: Partial<InvitationRecord>): Promise<Counter> {
  const { store } = opened;
  const record = sampleInvitation(over);
  const { id } = record;
  await store.create(record);
  const ask: Counter['ask'] = (plan, person) =>
    store.claim({ id, plan, leaseSeconds: 60, ...(person === undefined ? {} : { person }) });
  return {
    ...opened,
    id,
    ask,
    async reserve(plan, person) {
      return (await store.reserve({ id, plan, ...(person === undefined ? {} : { person }) })).type;
    },
    async take(plan, person) {
      const answer = await ask(plan, person);
      return answer.type === 'claimed' ? answer : assert.fail(`${plan} got no seat: ${JSON.stringify(answer)}`);
    },
    async refused(plan, person) {
      const answer = await ask(plan, person);
      return answer.type === 'refused'
        ? answer.cause
        : assert.fail(`${plan} was not refused: ${JSON.stringify(answer)}`);
    },
    async change(changed) {
      const [snapshot] = await store.read([id]);
      const present = snapshot?.record ?? record;
      await store.edit({ ...present, ...changed, version: present.version + 1 }, present, 'edited');
    },
    async counts() {
      const [snapshot] = await store.read([id]);
      return snapshot ? [snapshot.redeemed, snapshot.held, snapshot.claimed, snapshot.lapsed] : [];
    },
  };
}
