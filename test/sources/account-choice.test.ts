import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { PassportStrategy } from '../../lib/sources/drive-strategy.js';
import { openIdConnectSource } from '../../lib/sources/openid-connect/source.js';
import { passportSource } from '../../lib/sources/passport/source.js';
import { startHostileProvider, type HostileProvider } from '../support/hostile-provider.js';
import { failureIn, openManager, type SourceFixture } from '../support/sources/source-fixture.js';

describe('a person who wants to choose another account', () => {
  let provider: HostileProvider;
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());

  const wanted: readonly (readonly [configured: string | undefined, prompt: string])[] = [
    [undefined, 'select_account'],
    ['select_account', 'select_account'],
    ['login  consent', 'login consent select_account'],
    ['none', 'select_account'],
  ];
  for (const [configured, prompt] of wanted) {
    it(`is requested by OpenID Connect, if the app sets ${configured ?? 'nothing'} anyway`, async () => {
      const { issuer, clientId, clientSecret } = provider;
      const authorizationParameters = configured === undefined ? {} : { prompt: configured };
      const settings = { slug: 'acme', issuer, clientId, clientSecret, authorizationParameters };
      const manager = openManager(openIdConnectSource(settings));
      const promptOf = async (otherAccount: boolean): Promise<string | null> =>
        (await manager.start({ otherAccount })).searchParams.get('prompt');
      assert.deepEqual([await promptOf(true), await promptOf(false)], [prompt, configured ?? null]);
    });
  }

  it('requests a new login if the provider has no account choice, or the app says so', async () => {
    const { issuer, clientId, clientSecret } = provider;
    const promptOf = async (more: object): Promise<string | null> => {
      const manager = openManager(openIdConnectSource({ slug: 'acme', issuer, clientId, clientSecret, ...more }));
      return (await manager.start({ otherAccount: true })).searchParams.get('prompt');
    };
    assert.equal(await promptOf({ accountChoice: 'login' }), 'login');
    provider.mischief = { discovery: (about) => ({ ...about, prompt_values_supported: ['login', 'consent'] }) };
    assert.equal(await promptOf({}), 'login');
    assert.equal(await promptOf({ accountChoice: 'select_account' }), 'select_account');
    provider.mischief = { discovery: (about) => ({ ...about, prompt_values_supported: ['login', 'select_account'] }) };
    assert.equal(await promptOf({}), 'select_account');
    provider.mischief = {};
  });

  it('F31: a refused select_account is remembered for a day, by all processes', async () => {
    const { issuer, clientId, clientSecret } = provider;
    const settings = { slug: 'acme', issuer, clientId, clientSecret };
    const manager = openManager(openIdConnectSource(settings));
    const refused = async (otherAccount: boolean, error: string): Promise<string> => {
      const query = provider.answer(await manager.start({ otherAccount }));
      query.delete('code');
      query.set('error', error);
      return failureIn(await manager.comeBack(query)).reason;
    };
    const promptOf = async (one: SourceFixture): Promise<string | null> =>
      (await one.start({ otherAccount: true })).searchParams.get('prompt');
    // Neither another error nor another prompt makes the answer say anything about the choice.
    assert.equal(await refused(false, 'invalid_request'), 'provider.error');
    assert.equal(await refused(true, 'invalid_scope'), 'provider.error');
    assert.equal(await refused(true, 'access_denied'), 'provider.denied');
    assert.equal(await promptOf(manager), 'select_account');

    assert.equal(await refused(true, 'invalid_request'), 'provider.account_choice');
    assert.equal(await promptOf(manager), 'login');
    assert.equal(
      await promptOf(openManager(openIdConnectSource(settings), { ephemeralStore: manager.ephemeralStore })),
      'login',
    );
    const other = openManager(openIdConnectSource({ ...settings, slug: 'other' }), {
      ephemeralStore: manager.ephemeralStore,
    });
    assert.equal(await promptOf(other), 'select_account');
    assert.equal(await refused(true, 'invalid_request'), 'provider.error', 'it goes in no circle');
    manager.clock.advance(86_400_000);
    assert.equal(await promptOf(manager), 'select_account');
  });

  it('F31: the same for a strategy', async () => {
    const strategy: PassportStrategy = {
      authenticate(this: { redirect(to: string): void }, _request: object, options: { readonly prompt?: string }) {
        this.redirect(`https://id.example/?prompt=${options.prompt ?? ''}`);
      },
    };
    const manager = openManager(
      passportSource({ slug: 'odd', issuer: 'https://id.example', strategy: () => strategy, identity: () => null }),
    );
    const sent = await manager.start({ otherAccount: true });
    assert.equal(sent.searchParams.get('prompt'), 'select_account');
    const back = `error=unsupported_prompt_value&state=${sent.searchParams.get('state') ?? ''}`;
    assert.equal(failureIn(await manager.comeBack(back)).reason, 'provider.account_choice');
    assert.equal((await manager.start({ otherAccount: true })).searchParams.get('prompt'), 'login');
  });

  it('is requested by a strategy that supports the option', async () => {
    const emitted: object[] = [];
    const strategy: PassportStrategy = {
      authenticate(this: { redirect(to: string): void }, _request: object, options: object) {
        emitted.push(options);
        this.redirect('https://id.example/');
      },
    };
    const openWith = (options: Readonly<Record<string, unknown>>): SourceFixture =>
      openManager(
        passportSource({
          slug: 'odd',
          issuer: 'https://id.example',
          strategy: () => strategy,
          identity: () => null,
          options,
        }),
      );
    const manager = openWith({ scope: ['email'] });
    await manager.start({ otherAccount: true, loginHint: 'ann' });
    await manager.start();
    await openWith({ prompt: 'consent' }).start({ otherAccount: true });
    const callbackURL = manager.source.callbackUrl;
    assert.deepEqual(emitted, [
      { scope: ['email'], loginHint: 'ann', prompt: 'select_account', callbackURL },
      { scope: ['email'], callbackURL },
      { prompt: 'consent select_account', callbackURL },
    ]);
  });
});
