import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { message } from '../../lib/base/message.js';
import { enrollmentFixture } from '../support/users/enrollment-fixture.js';

const needed = message('users.invitation_needed');

describe('the gate at the write', () => {
  it('refuses an enrollment without invitation and identity, and notifies the operator', async () => {
    const { enroll, terms, people, logged } = enrollmentFixture();
    terms.invitation = 'never';
    const refused = await enroll('e', { invitation: null, identity: null });
    assert.deepEqual(refused.type === 'denied' && refused.message, needed);
    assert.equal(logged.length, 1);
    assert.equal(await people.users.isEmpty(), true);
  });

  for (const rule of ['optional', 'never'] as const)
    it(`admits an identity without one if its source’s rule is ${rule}, checked again on write`, async () => {
      const { enroll, terms, table, people, held } = enrollmentFixture();
      terms.invitation = async () => rule;
      const enrolled = await enroll('e', { invitation: null });
      assert.equal(await table.find(held()), enrolled.type === 'written' ? enrolled.userId : assert.fail());
      terms.invitation = 'required';
      const identity = held({ subject: '8' });
      assert.deepEqual(await enroll('f', { invitation: null, identity }), {
        type: 'invalid',
        errors: { invite_code: [needed] },
      });
      assert.equal(await table.find(identity), null);
      assert.equal((await people.redemptions.find({ enrollmentId: 'e' }))?.invitation_id, null);
      assert.equal(await people.redemptions.find({ enrollmentId: 'f' }), null);
    });

  it('asks for a code if the rule fails, or its source is gone', async () => {
    const { enroll, terms, source, people } = enrollmentFixture();
    terms.invitation = () => {
      throw new Error('no directory');
    };
    assert.equal((await enroll('e', { invitation: null })).type, 'invalid');
    terms.invitation = 'never';
    source.gone = true;
    assert.equal((await enroll('e', { invitation: null })).type, 'invalid');
    assert.equal(await people.users.isEmpty(), true);
  });

  it('uses a given invitation, even if none is required', async () => {
    const { enroll, terms, invitation, spent } = enrollmentFixture();
    terms.invitation = 'never';
    const invited = await invitation();
    assert.equal((await enroll('e', { invitation: invited })).type, 'written');
    assert.deepEqual(await spent(invited), [1, 0]);
  });

  it('admits no identity on its own without sources', async () => {
    const { enroll, terms, withoutSources: accounts, logged } = enrollmentFixture();
    terms.invitation = 'never';
    assert.equal((await enroll('e', { invitation: null, accounts })).type, 'denied');
    assert.equal(logged.length, 1);
  });
});
