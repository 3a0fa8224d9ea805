import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { admitIdentity } from '../../lib/sources/said-identity.js';
import { failureIn } from './desk.js';

describe('an identity that the app found by itself', () => {
  it('is checked as one of a strategy is', () => {
    const by = { slug: 'entra', name: 'Entra', issuer: 'https://id.example' };
    assert.deepEqual(admitIdentity(by, { subject: 'ann', email: 'ANN@example.com', emailVerified: true }), {
      is: 'identified',
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
});
