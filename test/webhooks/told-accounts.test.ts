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

/** A protocol that writes once, notes when it went on, and then does what is given. */
function scene(then: () => Redeemed<never> | null = () => null) {
  const happened: (FinishedEnrollment | string)[] = [];
  const redeem: Redeem = async (order) => {
    const user = await order.write(sampleRedemption());
    happened.push('marked');
    return then() ?? { type: 'redeemed', user, userId: order.idOf(user) };
  };
  return { happened, redeem: notifyEnrolled(redeem, (account) => void happened.push(account)) };
}

const told = { user: '7', invitation: 'i', flow: 'invite', enrollment: 'e' };

describe('accounts that are told of', () => {
  it('before their place is marked, once', async () => {
    const { redeem, happened } = scene();
    assert.deepEqual(await redeem(orderOf()), { type: 'redeemed', user: { id: '7' }, userId: '7' });
    assert.deepEqual(happened, [told, 'marked']);
  });

  it('without an invitation and outside flows too', async () => {
    const { redeem, happened } = scene();
    await redeem(orderOf({ invitation: null, flow: null }));
    assert.deepEqual(happened[0], { ...told, invitation: null, flow: null });
  });

  it('also where an earlier attempt wrote them', async () => {
    const happened: FinishedEnrollment[] = [];
    const redeem = notifyEnrolled(
      async () => ({ type: 'redeemed', user: null, userId: '7' }),
      (account) => void happened.push(account),
    );
    await redeem(orderOf());
    assert.deepEqual(happened, [told]);
  });

  it('never where none was written', async () => {
    const happened: FinishedEnrollment[] = [];
    const again = { type: 'invalid', errors: {} } as const;
    const redeem = notifyEnrolled(
      async () => again,
      (account) => void happened.push(account),
    );
    assert.equal(await redeem(orderOf()), again);
    const failing = scene();
    const away = new Error('away');
    await assert.rejects(failing.redeem(orderOf({ write: () => Promise.reject(away) })), away);
    assert.deepEqual([happened, failing.happened], [[], []]);
  });

  it('a user without an id is the protocol’s to complain of, after the write', async () => {
    const { redeem, happened } = scene();
    await assert.rejects(redeem(orderOf({ write: async () => ({}) })), /no id/);
    assert.deepEqual(happened, ['marked']);
  });
});
