import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { openClub, type Club } from './club.js';
import { accountOf, Visitor } from './visitor.js';

for (const mount of ['', '/join']) {
  describe(`signup by invitation, mounted at '${mount || '/'}'`, () => {
    let club: Club;
    before(async () => {
      club = await openClub({ mount });
    });
    after(() => club.close());

    it('T-INV-01: code, account, signed in, at the target', async () => {
      const { code } = await club.enrollment.invitations.create();
      const visitor = new Visitor(club);
      const first = await visitor.open();
      assert.equal(first.status, 200);
      assert.equal(visitor.form.action, club.page);
      assert.equal(visitor.step, 'invite-code 0');
      const passed = await visitor.submit({ invite_code: code });
      assert.equal(passed.status, 303);
      assert.equal(passed.location, club.page);
      await visitor.follow(passed);
      assert.equal(visitor.step, 'account 1');
      const done = await visitor.submit(accountOf('ann'));
      assert.equal(done.status, 303);
      assert.equal(done.location, '/welcome');
      assert.equal(await visitor.me(), 'ann');
      assert.deepEqual(
        club.members.map(({ username, email }) => ({ username, email })),
        [{ username: 'ann', email: 'ann@example.com' }],
      );
    });
  });
}
