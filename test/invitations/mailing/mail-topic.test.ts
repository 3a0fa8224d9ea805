import assert from 'node:assert/strict';
import { it } from 'mocha';
import { topicOfInvitation } from '../../../lib/invitations/mailing/mail-topic.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { mailBox } from '../../support/invitations/mail-box.js';
import { moveInvitation } from '../../support/invitations/move-invitation.js';
import { waitUntil } from '../../support/wait-until.js';

const week = 7 * 86_400_000;

onBothStores('the mail of an invitation that ended before it was sent', (open) => {
  it('is withdrawn once the invitation is revoked, replaced, used, expired, removed or for another address', async () => {
    const { invitations, store, clock, signUp } = open({ queue: mailBox() });
    const { manager } = invitations;
    const why = async (id: string, to: string): Promise<string | null> =>
      (await topicOfInvitation({ store, events: () => undefined }, id, to)).withdrawn;

    const revoked = await manager.send({ email: 'a@example.com' });
    assert.equal(await why(revoked.id, 'a@example.com'), null);
    await manager.revoke(revoked.id);
    assert.equal(await why(revoked.id, 'a@example.com'), 'its invitation was revoked');
    await manager.restore(revoked.id);
    assert.equal(await why(revoked.id, 'a@example.com'), null, 'restored');

    const first = await manager.send({ email: 'b@example.com' });
    const second = await manager.resend(first.id, { mode: 'rotate' });
    assert.equal(await why(first.id, 'b@example.com'), 'its invitation was replaced');
    assert.equal(await why(second.id, 'b@example.com'), null);

    const used = await manager.send({ email: 'c@example.com' });
    assert.equal((await signUp(used.code, 'a plan', { email: 'c@example.com' })).type, 'redeemed');
    // The seat is committed in the background.
    const cause = async (): Promise<string | undefined> => (await why(used.id, 'c@example.com')) ?? undefined;
    assert.equal(await waitUntil(cause, () => 'it is still sent'), 'its invitation was used');

    const moved = await manager.send({ email: 'd@example.com' });
    await moveInvitation(store, moved.id, 'dd@example.com');
    assert.equal(await why(moved.id, 'd@example.com'), 'its invitation is for another address now');
    assert.equal(await why(moved.id, 'dd@example.com'), null);

    clock.advance(week);
    assert.equal(await why(moved.id, 'dd@example.com'), 'its invitation has expired');
    assert.equal(await why('0'.repeat(32), 'e@example.com'), 'its invitation was removed');
  });
});
