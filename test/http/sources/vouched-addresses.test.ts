import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { admittedSource, memoryConnections, openIdConnectSource } from '../../../lib/index.js';
import type { SourceDefinition } from '../../../lib/ports/source.js';
import { memoryMailer } from '../../../lib/testing/index.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { people, type OpenIdProvider } from '../../support/openid-provider.js';
import { startAcme } from '../../support/sources/acme.js';
import { openIdClientSource } from '../../support/sources/openid-client-source.js';
import { connectPage, gatePage } from '../../support/sources/people.js';

/** By what the provider says of the address: verified, not verified, nothing. */
const outcomes = {
  ann: 'is theirs where it is verified',
  bob: 'stays where it is not verified',
  gus: 'stays where the provider does not say',
} as const;
const persons = ['ann', 'bob', 'gus'] as const;
type Person = (typeof persons)[number];

const kinds: Readonly<Record<string, (provider: OpenIdProvider) => SourceDefinition>> = {
  'OpenID Connect': (provider) => openIdConnectSource({ slug: 'corp', name: 'Corp', ...termsOf(provider) }),
  'a Passport strategy': (provider) => openIdClientSource(provider, { slug: 'corp', name: 'Corp' }),
  admit: () => admittedSource({ slug: 'corp', name: 'Corp', issuer: 'https://corp.example' }),
};

function termsOf({ issuer, clientId, clientSecret }: OpenIdProvider) {
  return { issuer, clientId, clientSecret };
}

/** Another account has typed the address, and never proved it. */
describe('the address of a person who signs up by a source', () => {
  let provider: OpenIdProvider;
  let app: TestApp;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  afterEach(() => app.close());

  for (const [kind, source] of Object.entries(kinds))
    for (const person of persons)
      it(`${kind}: ${outcomes[person]}`, async () => {
        const mailer = memoryMailer();
        app = await openTestApp({
          ...{ mailer, flows: [signup], connections: memoryConnections(), sources: [source(provider)] },
          after(express, enrollment) {
            if (kind !== 'admit') return;
            const { email, preferred_username: username } = people[person];
            const said = person === 'gus' ? {} : { emailVerified: people[person].email_verified };
            express.get(
              '/sso',
              enrollment.admit('corp', () => ({ subject: person, email, username, ...said })),
            );
          },
        });
        provider.allow(`${app.url}${app.mount}/source/corp/callback`);
        const typist = await member(app, 'typist');
        await app.users.update?.(typist, { email: people[person].email, emailVerified: null });
        const { code } = await app.enrollment.invitations.create();
        const visitor = new Visitor(app);
        const answer = kind === 'admit' ? await visitor.client.get('/sso') : await byProvider(visitor, person);
        assert.equal(answer.location, person === 'ann' ? connectPage : gatePage, answer.text);
        const page = await visitor.follow(answer);
        if (person === 'ann') {
          assert.match(page.text, /That’s not mine: create a new account/);
          await visitor.follow(await visitor.submit({ account: 'other' }));
        }
        const next = await visitor.follow(await visitor.submit({ invite_code: code }));
        if (person === 'ann') {
          assert.equal(await visitor.me(), 'ann', next.text);
          const owner = await app.users.findByLogin('email', people.ann.email);
          assert.deepEqual([owner?.username, owner?.emailVerified], ['ann', true]);
          assert.equal((await app.users.findById(typist.id))?.email, null);
          assert.equal((await mailer.next(people.ann.email)).kind, 'address_taken_over');
          const told = app.events.filter(({ name }) => name === 'account.address_released');
          assert.deepEqual(
            told.map(({ facts }) => facts['user']),
            [typist.id],
          );
          return;
        }
        const taken = await visitor.submit({ email: people[person].email });
        assert.equal(taken.status, 422, taken.text);
        assert.equal((await app.users.findByLogin('email', people[person].email))?.id, typist.id);
        assert.equal(await visitor.me(), null);
        assert.deepEqual(mailer.mails, []);
      });

  async function byProvider(visitor: Visitor, person: Person) {
    const away = await visitor.client.get('/source/corp/login');
    const { url } = await provider.visit(away.location, person);
    return visitor.client.get(url.pathname + url.search);
  }
});
