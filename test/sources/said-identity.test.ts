import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { admitIdentity } from '../../lib/sources/parse-identity.js';
import { failureIn } from '../support/sources/source-fixture.js';

describe('an identity found by the app', () => {
  it('is validated like one of a strategy', () => {
    const by = { slug: 'entra', name: 'Entra', issuer: 'https://id.example' };
    assert.deepEqual(admitIdentity(by, { subject: 'ann', email: 'ANN@example.com', emailVerified: true }), {
      type: 'identified',
      identity: {
        source: 'entra',
        issuer: 'https://id.example',
        subject: 'ann',
        email: 'ann@example.com',
        emailVerified: true,
        claims: {},
      },
    });
    assert.equal(failureIn(admitIdentity(by, null)).reason, 'identity.refused');
    assert.equal(failureIn(admitIdentity(by, { subject: '' })).reason, 'identity.malformed');
    const endless: Record<string, unknown> = {};
    endless['endless'] = endless;
    const failure = failureIn(admitIdentity(by, { subject: 'ann', claims: endless as never }));
    assert.deepEqual([failure.reason, failure.detail], ['identity.malformed', 'not data']);
  });

  for (const [name, broken] of [
    ['a lone surrogate', 'v\ud800'],
    ['NUL', 'v\0'],
    ['a line break', 'v\n'],
  ] as const) {
    it(`F6: is refused with ${name} in its subject or issuer, with the reason`, () => {
      const by = { slug: 'entra', issuer: 'https://id.example' };
      for (const said of [{ subject: broken }, { subject: 'ann', issuer: broken }]) {
        const { reason, detail } = failureIn(admitIdentity(by, said));
        assert.equal(reason, 'identity.malformed');
        assert.match(detail ?? '', /^(subject|issuer) (is not well-formed Unicode|has control characters)$/);
      }
    });
  }

  it('F6: other claims are dropped if a database could not store them unchanged', () => {
    const outcome = admitIdentity(
      { slug: 'entra', issuer: 'https://id.example' },
      {
        subject: 'ann',
        email: 'a\ud800@example.com',
        emailVerified: true,
        otherEmails: ['b\0@example.com'],
        username: 'ann\ud800',
        name: 'Ann \ud83d',
        claims: { oid: 'v\ud800', groups: ['a', 'b\0'], address: { formatted: 'one\ntwo' }, ['k\0']: 1 },
      },
    );
    assert.deepEqual(outcome, {
      type: 'identified',
      identity: {
        source: 'entra',
        issuer: 'https://id.example',
        subject: 'ann',
        emailVerified: false,
        name: 'Ann',
        claims: { address: { formatted: 'one\ntwo' } },
      },
    });
  });
});
