import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { otherEmailsOf } from '../../lib/sources/claims.js';
import { admitIdentity } from '../../lib/sources/parse-identity.js';

const main = 'ann@example.com';
const others = (said: unknown): readonly string[] | undefined => otherEmailsOf(said, main).otherEmails;

describe('the further addresses of an identity', () => {
  it('are canonical and unique, without the main one', () => {
    assert.deepEqual(others([' Ann@Work.Example ', 'ann@work.example', 'ANN@example.com', 'a@b.example']), [
      'ann@work.example',
      'a@b.example',
    ]);
  });

  it('are only valid ones', () => {
    assert.deepEqual(others(['ann', '', 42, null, ['a@b.example'], 'a@b.example\r\nbcc: x@y.example', 'c@d.example']), [
      'c@d.example',
    ]);
  });

  it('are absent without such a claim', () => {
    for (const said of [undefined, null, 'a@b.example', 42, {}, { 0: 'a@b.example', length: 1 }, [], [main], [42]])
      assert.deepEqual(otherEmailsOf(said, main), {});
  });

  it('are at most ten, from the first hundred', () => {
    const many = Array.from({ length: 5000 }, (_, at) => `ann${at}@example.com`);
    assert.deepEqual(others(many), many.slice(0, 10));
    const broken = Array.from({ length: 99 }, () => 'broken');
    assert.deepEqual(others([...broken, 'a@b.example', 'c@d.example']), ['a@b.example']);
  });

  it('belong to an admitted identity', () => {
    const said = { subject: 'ann', email: main, otherEmails: ['ANN@work.example', main] };
    const outcome = admitIdentity({ slug: 'entra', issuer: 'https://id.example' }, said);
    if (outcome.type === 'failed') assert.fail(outcome.reason);
    assert.deepEqual(outcome.identity.otherEmails, ['ann@work.example']);
    // They do not change whether the main address is verified.
    assert.equal(outcome.identity.emailVerified, false);
  });

  it('are skipped if reading them fails', () => {
    const trap = Object.defineProperty([''], 0, {
      get: () => {
        throw new RangeError('canary');
      },
    });
    const outcome = admitIdentity(
      { slug: 'entra', issuer: 'https://id.example' },
      { subject: 'ann', otherEmails: trap },
    );
    if (outcome.type !== 'failed') assert.fail('it was taken');
    assert.deepEqual([outcome.reason, outcome.detail], ['identity.malformed', 'not data']);
  });
});
