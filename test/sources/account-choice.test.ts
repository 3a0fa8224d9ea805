import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { PassportStrategy } from '../../lib/sources/drive-strategy.js';
import { openIdConnectSource } from '../../lib/sources/open-id-connect-source.js';
import { passportSource } from '../../lib/sources/passport-source.js';
import { startHostileProvider, type HostileProvider } from '../services/hostile-provider.js';
import { openDesk, type Desk } from './desk.js';

describe('somebody who wants to choose another account', () => {
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
    it(`is asked by OpenID Connect, where the app asks for ${configured ?? 'nothing'} in any case`, async () => {
      const { issuer, clientId, clientSecret } = provider;
      const authorizationParameters = configured === undefined ? {} : { prompt: configured };
      const settings = { slug: 'acme', issuer, clientId, clientSecret, authorizationParameters };
      const desk = openDesk(openIdConnectSource(settings));
      const promptOf = async (otherAccount: boolean): Promise<string | null> =>
        (await desk.start({ otherAccount })).searchParams.get('prompt');
      assert.deepEqual([await promptOf(true), await promptOf(false)], [prompt, configured ?? null]);
    });
  }

  it('signs in anew where the provider has no choice of accounts, or the app says so', async () => {
    const { issuer, clientId, clientSecret } = provider;
    const promptOf = async (more: object): Promise<string | null> => {
      const desk = openDesk(openIdConnectSource({ slug: 'acme', issuer, clientId, clientSecret, ...more }));
      return (await desk.start({ otherAccount: true })).searchParams.get('prompt');
    };
    assert.equal(await promptOf({ accountChoice: 'login' }), 'login');
    provider.mischief = { discovery: (about) => ({ ...about, prompt_values_supported: ['login', 'consent'] }) };
    assert.equal(await promptOf({}), 'login');
    assert.equal(await promptOf({ accountChoice: 'select_account' }), 'select_account');
    provider.mischief = { discovery: (about) => ({ ...about, prompt_values_supported: ['login', 'select_account'] }) };
    assert.equal(await promptOf({}), 'select_account');
    provider.mischief = {};
  });

  it('is asked by a strategy that takes the option', async () => {
    const told: object[] = [];
    const strategy: PassportStrategy = {
      authenticate(this: { redirect(to: string): void }, _request: object, options: object) {
        told.push(options);
        this.redirect('https://id.example/');
      },
    };
    const openWith = (options: Readonly<Record<string, unknown>>): Desk =>
      openDesk(
        passportSource({
          slug: 'odd',
          issuer: 'https://id.example',
          strategy: () => strategy,
          identity: () => null,
          options,
        }),
      );
    const desk = openWith({ scope: ['email'] });
    await desk.start({ otherAccount: true, loginHint: 'ann' });
    await desk.start();
    await openWith({ prompt: 'consent' }).start({ otherAccount: true });
    const callbackURL = desk.source.callbackUrl;
    assert.deepEqual(told, [
      { scope: ['email'], loginHint: 'ann', prompt: 'select_account', callbackURL },
      { scope: ['email'], callbackURL },
      { prompt: 'consent select_account', callbackURL },
    ]);
  });
});
