import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { SourceTerms } from '../../lib/ports/source-terms.js';
import { admittedSource } from '../../lib/sources/admitted-source.js';
import { openIdConnectSource } from '../../lib/sources/open-id-connect-source.js';
import { passportSource } from '../../lib/sources/passport-source.js';
import type { TermsSettings } from '../../lib/sources/terms-settings.js';
import { openManager } from '../support/sources/source-fixture.js';

const strict = { matching: 'identifier', linkWithoutProof: false, invitation: 'required', address: 'strict' };

const termsOfAll = (given: TermsSettings): readonly SourceTerms[] => {
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
  const opened = [sources.get('acme'), sources.get('hub'), sources.admitted('entra')];
  return [...definitions, ...opened, ...sources.looks].map((source) => source?.terms ?? assert.fail());
};

describe('the terms of a source', () => {
  it('are the strictest where nothing is said', () => {
    for (const terms of termsOfAll({})) assert.deepEqual(terms, strict);
  });

  it('are what the app says', () => {
    const given: TermsSettings = {
      matching: 'email_link',
      linkWithoutProof: true,
      invitation: ({ emailVerified }) => (emailVerified ? 'never' : 'required'),
      address: 'domain',
    };
    for (const terms of termsOfAll(given)) assert.deepEqual(terms, given);
  });

  it('cannot be changed by whoever gets to see them', () => {
    for (const terms of termsOfAll({ invitation: 'optional' })) {
      assert.throws(() => Object.assign(terms, { invitation: 'never' }), TypeError);
      assert.equal(terms.invitation, 'optional');
    }
  });
});
