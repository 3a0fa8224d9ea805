import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { Refusal } from '../../../lib/invitations/access/refusal.js';
import { onBothStores } from '../../support/invitations/both-stores.js';

onBothStores('explaining a refusal', (open) => {
  it('A12, D44: reports the true cause of every kind, whatever the visitor saw', async () => {
    let allowed = true;
    const fixture = open({
      refusals: 'uniform',
      inviters: { may: async () => allowed, quota: async () => null },
      attempts: { consume: async () => ({ over: false }), reward: async () => undefined },
    });
    const { invitations, ask, clock, signUp, store } = fixture;
    const { manager } = invitations;
    const now = clock.now();
    const used = await manager.create();
    await signUp(used.code, 'first');
    const revoked = await manager.create();
    await manager.revoke(revoked.id);
    const held = await manager.create();
    await store.claim({ id: held.id, plan: 'somebody', leaseSeconds: 600 });
    const each = await manager.create({ uses: 5, onePerPerson: true, reserve: '15m' });
    await signUp(each.code, 'ann', { email: 'ann@example.com' });
    await invitations.idle();
    const expiring = await manager.create({ expires: now + 1000 });
    const later = await manager.create({ notBefore: now + 3_600_000 });
    const cases: readonly (readonly [cause: Refusal, code: string, over: Parameters<typeof ask>[1]])[] = [
      ['unknown', 'NO-SUCH-WORD', {}],
      ['revoked', revoked.code, {}],
      ['not_yet', later.code, {}],
      ['expired', expiring.code, {}],
      ['used_up', used.code, {}],
      ['held', held.code, {}],
      ['already', each.code, { email: 'ann+1@example.com', reserve: true }],
      ['other_flow', (await manager.create({ flow: 'staff' })).code, {}],
      ['other_email', (await manager.create({ email: 'bob@example.com' })).code, { email: 'eve@example.com' }],
      ['other_tenant', (await manager.create({ tenant: 'a' })).code, { tenant: 'b' }],
      ['inviter', (await manager.create({ inviter: 'ann' })).code, {}],
    ];
    allowed = false;
    clock.advance(2000);
    for (const [cause, code, over] of cases) {
      const verdict = await ask(code, { enrollmentId: `plan ${cause}`, address: cause, ...over });
      if (verdict.ok) return assert.fail(cause);
      assert.equal(verdict.message.id, 'invitation.unknown', cause);
      await invitations.idle();
      const explained = await manager.explain(verdict.reference.toLowerCase());
      assert.deepEqual([explained?.cause, explained?.invitation === null], [cause, cause === 'unknown'], cause);
    }
  });
});
