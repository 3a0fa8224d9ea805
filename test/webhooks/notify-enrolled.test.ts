import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FinishedEnrollment } from '../../lib/ports/events.js';
import type { Redeem, RedeemOrder, Redeemed } from '../../lib/ports/redeem.js';
import { sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { notifyEnrolled } from '../../lib/users/notify-enrolled.js';

interface Person {
  readonly id?: string;
}

function orderOf(more: Partial<RedeemOrder<Person>> = {}): RedeemOrder<Person> {
  return {
    enrollmentId: 'e',
    flow: 'invite',
    invitation: { id: 'i', version: 1 },
    email: null,
    write: async () => ({ id: '7' }),
    idOf(user) {
      if (user.id === undefined) throw new Error('no id');
      return user.id;
    },
    taken: async () => null,
    ...more,
  };
}

/** Notes accounts, and what accounts that existed accepted. */
function notes(happened: unknown[]): Parameters<typeof notifyEnrolled>[1] {
  return {
    finished: (account) => void happened.push(account),
    accepted: (acceptance, terms) => void happened.push({ acceptance, terms }),
  };
}

/** A protocol that writes once, records when it continued, and then does what `then` does. */
function scene(then: () => Redeemed<never> | null = () => null) {
  const happened: (FinishedEnrollment | string)[] = [];
  const redeem: Redeem = async (order) => {
    const user = await order.write(sampleRedemption());
    happened.push('marked');
    return then() ?? { type: 'redeemed', user, userId: order.idOf(user) };
  };
  return { happened, redeem: notifyEnrolled(redeem, notes(happened)) };
}

const emitted = { user: '7', invitation: 'i', flow: 'invite', enrollment: 'e' };

describe('accounts that are announced', () => {
  it('before their seat is committed, once', async () => {
    const { redeem, happened } = scene();
    assert.deepEqual(await redeem(orderOf()), { type: 'redeemed', user: { id: '7' }, userId: '7' });
    assert.deepEqual(happened, [emitted, 'marked']);
  });

  it('without an invitation and outside flows too', async () => {
    const { redeem, happened } = scene();
    await redeem(orderOf({ invitation: null, flow: null }));
    assert.deepEqual(happened[0], { ...emitted, invitation: null, flow: null });
  });

  it('even if an earlier attempt wrote them', async () => {
    const happened: FinishedEnrollment[] = [];
    const redeem = notifyEnrolled(async () => ({ type: 'redeemed', user: null, userId: '7' }), notes(happened));
    await redeem(orderOf());
    assert.deepEqual(happened, [emitted]);
  });

  it('never if none was written', async () => {
    const happened: FinishedEnrollment[] = [];
    const again = { type: 'invalid', errors: {} } as const;
    const redeem = notifyEnrolled(async () => again, notes(happened));
    assert.equal(await redeem(orderOf()), again);
    const failing = scene();
    const away = new Error('away');
    await assert.rejects(failing.redeem(orderOf({ write: () => Promise.reject(away) })), away);
    assert.deepEqual([happened, failing.happened], [[], []]);
  });

  it('a user without an id is reported by the protocol, after the write', async () => {
    const { redeem, happened } = scene();
    await assert.rejects(redeem(orderOf({ write: async () => ({}) })), /no id/);
    assert.deepEqual(happened, ['marked']);
  });
});
