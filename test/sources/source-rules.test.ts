import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { SourceRules } from '../../lib/ports/source.js';
import { admittedSource } from '../../lib/sources/admitted-source.js';
import { openIdConnectSource } from '../../lib/sources/openid-connect/source.js';
import { passportSource } from '../../lib/sources/passport/source.js';
import type { RuleSettings } from '../../lib/sources/source-rules.js';
import { openManager } from '../support/sources/source-fixture.js';

const strict = {
  matching: 'identifier',
  linkWithoutProof: false,
  invitation: 'required',
  registration: 'allowed',
  address: 'strict',
};

const rulesOfAll = (given: RuleSettings): readonly SourceRules[] => {
  const acme = { slug: 'acme', issuer: 'https://id.example', clientId: 'club', clientSecret: 'canary' };
  const definitions = [
    openIdConnectSource({ ...acme, ...given }),
    passportSource({
      slug: 'hub',
      issuer: 'https://hub.example',
      strategy: () => ({ authenticate: () => undefined }),
      identity: () => null,
      ...given,
    }),
    admittedSource({ slug: 'entra', issuer: 'https://id.example', ...given }),
  ];
  const { sources } = openManager(definitions);
  return [...definitions, ...sources.all];
};

const pick = ({ matching, linkWithoutProof, invitation, registration, address }: SourceRules): SourceRules => ({
  matching,
  linkWithoutProof,
  invitation,
  registration,
  address,
});

describe('the rules of a source', () => {
  it('are the strictest by default', () => {
    for (const source of rulesOfAll({})) assert.deepEqual(pick(source), strict);
  });

  it('are what the app sets', () => {
    const given: RuleSettings = {
      matching: 'email_link',
      linkWithoutProof: true,
      invitation: ({ emailVerified }) => (emailVerified ? 'never' : 'required'),
      registration: 'never',
      address: 'domain',
    };
    for (const source of rulesOfAll(given)) assert.deepEqual(pick(source), given);
  });

  it('cannot be changed afterwards', () => {
    for (const rules of rulesOfAll({ invitation: 'optional' })) {
      assert.throws(() => Object.assign(rules, { invitation: 'never' }), TypeError);
      assert.equal(rules.invitation, 'optional');
    }
  });
});
