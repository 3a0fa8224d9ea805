import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { recoveryFlow, setPasswordFlow } from '../../../lib/flows.js';
import { defineFlow, signInFlow } from '../../../lib/index.js';
import { dummyStage, redirectStage } from '../../../lib/stages.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { memoryMailer } from '../../../lib/testing/memory-mailer.js';
import { JsonClient, type JsonAnswer } from '../../support/executor-api/json-client.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme } from '../../support/sources/acme.js';

const newPassword = 'a new and rather long password';

describe('where the JSON of flows leads on', () => {
  let provider: OpenIdProvider;
  let app: TestApp | undefined;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  afterEach(() => app?.close());

  const dummy = (name: string) => dummyStage({ name });

  for (const byBearer of [false, true])
    it(`another flow goes on with the context, and its plan is the client's, ${byBearer ? 'by bearer' : 'by cookies'}`, async () => {
      const parts = { designation: 'stage_configuration', title: 'Flow' } as const;
      app = await openTestApp({
        executorApi: true,
        flows: [
          defineFlow({
            slug: 'first',
            ...parts,
            stages: [dummy('page'), redirectStage({ name: 'away', targetFlow: 'second' })],
          }),
          defineFlow({
            slug: 'second',
            ...parts,
            authentication: 'require_redirect',
            target: '/end',
            stages: [dummy('last')],
          }),
          signup,
        ],
      });
      const client = new JsonClient(app, { byBearer });
      await client.get('first', 'next=%2Fbooks');
      const led = await client.post('first', { component: 'ak-stage-dummy' }, 'next=%2Fbooks');
      assert.deepEqual([led.body.component, led.body.to], ['xak-flow-redirect', '/if/flow/second/'], led.text);
      if (byBearer) assert.equal(led.headers['x-enrollment-flow'], 'second');
      const next = await client.get('second');
      assert.equal(next.body['name'], 'last', next.text);
      const done = await client.post('second', { component: 'ak-stage-dummy' });
      assert.deepEqual([done.body.to, done.body.final_redirect], ['/books', true], done.text);
      await assertDocumented(app, client.answers);
    });

  for (const byBearer of [false, true])
    it(`a mailed link that has ended has the links of its page, ${byBearer ? 'by bearer' : 'by cookies'}`, async () => {
      const mailer = memoryMailer();
      app = await openTestApp({
        executorApi: true,
        mailer,
        flows: [
          signInFlow({ slug: 'sign-in', target: '/inside' }),
          recoveryFlow({ slug: 'forgot' }),
          setPasswordFlow({ slug: 'set' }),
          signup,
        ],
        tickets: { clients: { shop: { resultUrl: 'https://shop.example/done', name: 'Shop' } } },
      });
      const ann = await member(app, 'ann');
      const terms = { purpose: 'recovery', delivery: 'kit', client: 'shop', ttlSeconds: 60 } as const;
      await app.enrollment.tickets.create({ user: ann.id }, terms);
      const queryOf = async (to: string): Promise<string> =>
        new URL(mailer.linkIn(await mailer.next(to)) ?? '').search.slice(1);
      const ticket = await queryOf('ann@example.com');
      app.clock.advance(86_400_000);
      const linksOf = ({ body }: JsonAnswer): ReadonlyMap<string, string> =>
        new Map((body.page?.links ?? []).map(({ label, href }) => [label, href]));
      const expired = await new JsonClient(app, { byBearer }).get('set', ticket);
      assert.deepEqual(
        [expired.body.component, expired.body['ticket_status'], expired.body.page?.title],
        ['ak-stage-access-denied', 'expired', 'This link has expired'],
      );
      const links = linksOf(expired);
      assert.deepEqual(
        [...links.keys()].slice(0, 3),
        ['Continue to Shop', 'Sign in', 'Forgot your password?'],
        expired.text,
      );
      assert.match(links.get('Continue to Shop') ?? '', /ticket_status=expired/);
      await assertDocumented(app, [expired]);
    });

  it('a ticket in `query` sets the password of its account; another ticket begins another plan', async () => {
    app = await openTestApp({
      executorApi: true,
      flows: [signInFlow({ slug: 'sign-in', target: '/inside' }), setPasswordFlow({ slug: 'set' }), signup],
    });
    const [ann, bob] = [await member(app, 'ann'), await member(app, 'bob')];
    const ticketOf = async (id: string, { enrollment, canaries }: TestApp): Promise<string> => {
      const { url } = await enrollment.tickets.create({ user: id }, { purpose: 'recovery', delivery: 'own' });
      const { search, pathname } = new URL(url);
      assert.match(pathname, /\/if\/flow\/set\//);
      canaries.add(new URLSearchParams(search).get('ticket') ?? '');
      return search.slice(1);
    };
    const [first, second] = [await ticketOf(ann.id, app), await ticketOf(bob.id, app)];
    app.canaries.add(newPassword);
    const client = new JsonClient(app);
    assert.equal((await client.get('set', first)).body['fields'] === undefined, false);
    await client.get('set', second);
    const changed = await client.post('set', { component: 'ak-stage-prompt', password: newPassword }, second);
    assert.equal(changed.body.response_errors, undefined, changed.text);
    const signedIn = async (uid_field: string): Promise<string | null> => {
      const one = new JsonClient(app ?? assert.fail());
      await one.get('sign-in');
      await one.post('sign-in', { component: 'ak-stage-identification', uid_field, password: newPassword });
      return one.me();
    };
    assert.deepEqual([await signedIn('ann'), await signedIn('bob')], [null, 'bob']);
    await assertDocumented(app, client.answers);
  });

  it('a source is a button that leads to it, and its callback to the page of the same plan', async () => {
    app = await openAcmeApp(provider, {
      executorApi: true,
      flows: [signInFlow({ slug: 'sign-in', target: '/inside' }), signup],
    });
    const client = new JsonClient(app);
    const first = await client.get('sign-in');
    assert.deepEqual(first.body['sources'], [
      {
        name: 'Continue with Acme',
        icon_url: null,
        promoted: false,
        challenge: { component: 'xak-flow-redirect', to: '/if/flow/sign-in/source/acme/' },
      },
    ]);
    await client.get('invite');
    await assertDocumented(app, client.answers);
  });
});
