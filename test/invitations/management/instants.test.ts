import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { invitationFixture } from '../../support/invitations/invitation-fixture.js';

const day = 24 * 3_600_000;

describe('an end given as a duration from now', () => {
  it('F34: ‘7d’ means the same in code and on the command line, for create and change', async () => {
    const { invitations, clock } = invitationFixture();
    const { manager } = invitations;
    const now = clock.now();
    const endOf = async (id: string): Promise<number | null> => (await manager.get(id)).expires;
    const { id } = await manager.create({ expires: '7d', notBefore: '36h' });
    assert.deepEqual([await endOf(id), (await manager.get(id)).notBefore], [now + 7 * day, now + 1.5 * day]);
    await manager.extend(id, { expires: '2w' });
    assert.equal(await endOf(id), now + 14 * day);
    await manager.edit(id, { expires: '3d' });
    assert.equal(await endOf(id), now + 3 * day);
    const [row] = await manager.createMany([{ expires: '1d' }]);
    assert.ok(row?.type === 'created');
    assert.equal(await endOf(row.id), now + day);
    await manager.seed([{ customCode: 'SPRING', uses: 3, expires: '1w' }]);
    const { items } = await manager.list({ limit: 10 });
    assert.ok(items.some(({ expires }) => expires === now + 7 * day));
    await assert.rejects(manager.create({ expires: '7x' }), /is not a date and time/);
    await assert.rejects(manager.create({ expires: '0d' }), /is not a date and time/);
  });
});
