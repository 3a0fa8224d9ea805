import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { importFlowFiles, readFlowFolder } from '../../lib/flow-files.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { password } from '../support/account.js';
import { clubFolder } from '../support/flow-files/club.js';
import { walkOn, walkPages } from '../support/flow-files/walk-pages.js';
import { member } from '../support/http/sign-in-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { OpenIdProvider } from '../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../support/sources/acme.js';

const changed = '7 quiet lamps over the harbour';

/** The files of `club/`, in authentik's format: each flow is walked from its first page to its last. */
describe('flow files: the flows of a whole app, walked to their ends', () => {
  const mailer = memoryMailer();
  let provider: OpenIdProvider;
  let app: AcmeApp;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    // Passkeys need the name of a host, and a browser: test/e2e/own-files.test.ts.
    const files = readFlowFolder(clubFolder).filter(({ file }) => file !== 'passkey.yaml');
    const { flows, defaultFlows } = importFlowFiles(files);
    app = await openAcmeApp(
      provider,
      {
        registration: 'open',
        brand: { name: 'Kopi Club' },
        mailer,
        authenticators: memoryAuthenticators(),
        flows,
        defaultFlows,
      },
      { invitation: 'optional' },
    );
  });
  afterEach(() => app.close());

  const codeFor = (address: string) => async (): Promise<string> =>
    mailer.codeIn(await mailer.next(address)) ?? assert.fail('the mail has no code');

  async function signIn(name: string, typed = password, code = ''): Promise<Visitor> {
    const visitor = new Visitor(app);
    await walkPages(visitor, 'club-sign-in', { uid_field: name, password: typed, code });
    assert.equal(await visitor.me(), name);
    return visitor;
  }

  async function memberIn(name: string): Promise<Visitor> {
    await member(app, name);
    return signIn(name);
  }

  it('sign-up, with the address proved by a mail', async () => {
    const visitor = new Visitor(app);
    const code = codeFor('ira@example.com');
    await walkPages(visitor, 'club-join', { username: 'ira', email: 'ira@example.com', password: changed, code });
    assert.equal(await visitor.me(), 'ira');
    assert.equal(app.members.find(({ username }) => username === 'ira')?.emailVerified, true);
  });

  it('sign-in, and sign-out at the addresses of the brand', async () => {
    await member(app, 'joe');
    const visitor = new Visitor(app);
    const opened = await visitor.client.get('/flows/-/default/authentication/');
    await visitor.open(opened.location);
    await visitor.follow(await visitor.submit({ uid_field: 'joe' }));
    const wrong = await visitor.submit({ password: 'a wrong password of joe' });
    assert.equal(wrong.status, 422);
    await walkOn(visitor, { password });
    assert.equal(await visitor.me(), 'joe');
    await walkPages(visitor, 'club-sign-out', {});
    assert.equal(await visitor.me(), null);
  });

  it('recovery by the link of a mail: the new password signs in, the old one no more', async () => {
    await member(app, 'kim');
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/club-lost-password/');
    await visitor.follow(await visitor.submit({ uid_field: 'kim@example.com' }));
    const link = new URL(mailer.linkIn(await mailer.next('kim@example.com')) ?? '');
    await visitor.open(link.pathname + link.search);
    await walkOn(visitor, { password: changed, password_repeat: changed });
    assert.equal(await visitor.me(), 'kim');
    await signIn('kim', changed);
    const old = new Visitor(app);
    await old.open('/if/flow/club-sign-in/');
    await old.follow(await old.submit({ uid_field: 'kim' }));
    assert.equal((await old.submit({ password })).status, 422);
  });

  it('an app and recovery codes are set up, and each proves the next sign-in', async () => {
    const visitor = await memberIn('lea');
    let secret = '';
    const code = (): string => generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
    const fromPage = (): string => {
      secret = /secret=([A-Z2-7]+)/.exec(visitor.page.text)?.[1] ?? '';
      app.canaries.add(secret);
      return code();
    };
    await walkPages(visitor, 'club-app', { password, code: fromPage });
    app.clock.advance(60_000);
    const again = await signIn('lea', password, code());
    await again.open('/if/flow/club-codes/');
    await again.follow(await again.submit({ password }));
    const codes = [...again.page.text.matchAll(/<code class="enrollment-code"[^>]*>([^<]+)<\/code>/g)].map(
      ([, one]) => one,
    );
    assert.equal(codes.length, 8, again.page.text);
    await walkOn(again, {});
    await signIn('lea', password, codes[0]);
  });

  it('a new password, by the policy that is bound to its write', async () => {
    const visitor = await memberIn('mia');
    await visitor.open('/if/flow/club-new-password/');
    await visitor.follow(await visitor.submit({ password }));
    for (const [typed, why] of [
      ['quiet lamps over the harbour', /A password of the club has a digit/],
      ['aaaaaaaaaaaaaaaaaaa1', /harder to guess/],
    ] as const) {
      const refused = await visitor.submit({ password: typed, password_repeat: typed });
      assert.equal(refused.status, 422);
      assert.match(refused.text, why);
    }
    await walkOn(visitor, { password: changed, password_repeat: changed });
    await signIn('mia', changed);
  });

  it('the profile: initial values and the policy are Python', async () => {
    const { id } = await member(app, 'noa');
    const visitor = await signIn('noa');
    await visitor.open('/if/flow/club-profile/');
    assert.match(visitor.page.text, /name="username"[^>]*value="noa"|value="noa"[^>]*name="username"/);
    const typed = { name: 'Noa Nord', 'attributes.settings.locale': 'en' };
    const refused = await visitor.submit({ username: 'other', ...typed });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /noa is your nickname for good/);
    await walkOn(visitor, { username: 'noa', ...typed });
    const { name, data } = (await app.users.findById(id)) ?? {};
    assert.deepEqual([name, data?.['attributes']], ['Noa Nord', { settings: { locale: 'en' } }]);
  });

  it('the account is deleted', async () => {
    const { id } = await member(app, 'oli');
    const visitor = await signIn('oli');
    app.clock.advance(660_000);
    await walkPages(visitor, 'club-leave', { password });
    assert.equal(await app.users.findById(id), null);
    assert.equal(await visitor.me(), null);
  });

  it('consent, asked for and not', async () => {
    const visitor = await memberIn('pia');
    const page = await visitor.open('/if/flow/club-consent/');
    assert.match(page.text, /On to Kopi Club/);
    assert.equal(await walkOn(visitor, {}), '/');
    const straight = await visitor.get('/if/flow/club-without-consent/?next=/reader');
    assert.equal((await visitor.follow(straight)).location, '/reader');
  });

  it('a source: a newcomer without a name picks one, one with a name is not asked, and both come back by it', async () => {
    const [carl, dora] = [new Visitor(app), new Visitor(app)];
    const page = await carl.follow(await app.by(carl, 'carl'));
    assert.match(page.text, /Pick a nickname/);
    await walkOn(carl, { username: 'carl-the-cook' });
    assert.equal(await carl.me(), 'carl-the-cook');
    await dora.follow(await app.by(dora, 'dora'));
    assert.equal(await dora.me(), 'dora');
    const known = new Visitor(app);
    await known.follow(await app.by(known, 'carl'));
    assert.equal(await known.me(), 'carl-the-cook');
  });

  it('the sources’ flows open for no visitor without a source', async () => {
    for (const slug of ['club-known', 'club-newcomer'])
      assert.equal((await new Visitor(app).open(`/if/flow/${slug}/`)).status, 403, slug);
  });
});
