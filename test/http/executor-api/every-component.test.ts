import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import {
  acceptInvitationFlow,
  accountSettings,
  authenticatorSetupFlow,
  consentFlow,
  passkeySignInFlow,
} from '../../../lib/flows.js';
import {
  defineFlow,
  definePolicy,
  defineStage,
  memoryUsers,
  promptStage,
  signInFlow,
  signOutFlow,
  text,
  waitlistFlow,
} from '../../../lib/index.js';
import { checkbox, number, withLinks } from '../../../lib/prompts.js';
import { altcha, captchaStage, dummyStage } from '../../../lib/stages.js';
import { memoryAuthenticators } from '../../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../../lib/testing/memory-mailer.js';
import { password } from '../../support/account.js';
import { easy, encoded, solved } from '../../support/captcha/solve.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { JsonClient, type Challenge } from '../../support/executor-api/json-client.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import { SoftwareAuthenticator } from '../../support/software-authenticator.js';

const lucky = defineStage<object, { readonly range: readonly number[] }, { readonly number: string }>({
  kind: 'lucky_number',
  component: 'app-stage-lucky_number',
  view: 'pages/prompt',
  fields: () => ['number'],
  consumes: () => ['number'],
  challenge: () => ({ range: [1, 6] }),
  read: ({ number = '' }) => ({ ok: true, value: { number } }),
  respond: ({ number }) =>
    number === '6' ? { type: 'completed' } : { type: 'denied', message: { id: 'flow.not_applicable' } },
});

describe('every component of the JSON of flows', () => {
  let app: TestApp;
  let origin: string;
  let count = 0;
  before(async () => {
    const { users, redemptions } = memoryUsers();
    const opened = await openTestApp({
      // Passkeys need the name of a host.
      origin: (port) => `http://localhost:${String(port)}`,
      executorApi: true,
      mailer: memoryMailer(),
      authenticators: memoryAuthenticators(),
      users: { ...users },
      redemptions,
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: true }),
        signOutFlow({ slug: 'sign-out' }),
        passkeySignInFlow({ slug: 'passwordless', target: '/inside' }),
        authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/settings' }),
        authenticatorSetupFlow({ slug: 'passkey', type: 'webauthn', target: '/settings' }),
        acceptInvitationFlow({ describe: () => 'You will join the team.', target: '/teams' }),
        ...accountSettings({ authenticators: ['totp', 'recovery_codes'] }),
        consentFlow({
          slug: 'consent',
          application: { id: 'acme', name: 'Acme' },
          permissions: [{ id: 'read', text: 'Read your calendar' }],
          target: '/consented',
        }),
        waitlistFlow({ slug: 'wait' }),
        defineFlow({
          slug: 'asks',
          title: 'Asks',
          designation: 'authorization',
          stages: [
            promptStage({
              name: 'asks',
              prompts: [
                text({ key: 'team', label: 'Team' }),
                checkbox({ key: 'terms', label: withLinks('I accept the <terms>terms</terms>.', { terms: '/terms' }) }),
              ],
              validation: [definePolicy({ name: 'asked', consumes: ['team', 'terms'], check: () => true })],
            }),
          ],
        }),
        defineFlow({
          slug: 'typed',
          title: 'Typed',
          designation: 'authorization',
          stages: [
            promptStage({
              name: 'typed',
              prompts: [
                text({ key: 'team', label: 'Team' }),
                checkbox({ key: 'terms', label: 'Terms' }),
                number({ key: 'size', label: 'Size' }),
              ],
              validation: [definePolicy({ name: 'asked', consumes: ['team', 'terms', 'size'], check: () => true })],
            }),
          ],
        }),
        defineFlow({
          slug: 'odd',
          title: 'Odd',
          designation: 'authorization',
          target: '/odd',
          stages: [
            dummyStage({ name: 'dummy' }),
            captchaStage({ name: 'captcha', captcha: altcha(easy) }),
            lucky({ name: 'lucky' }),
          ],
        }),
        signup,
      ],
    });
    origin = opened.url.replace('127.0.0.1', 'localhost');
    app = { ...opened, url: origin };
  });
  after(() => app.close());

  async function signedIn(): Promise<{ readonly client: JsonClient; readonly name: string }> {
    const name = `member-${(count += 1)}`;
    await member(app, name);
    const client = new JsonClient(app, { namesSteps: true });
    await client.get('sign-in');
    await client.post('sign-in', { component: 'ak-stage-identification', uid_field: name, password });
    assert.equal(await client.me(), name);
    return { client, name };
  }

  async function documented(client: JsonClient, ...components: readonly string[]): Promise<void> {
    await assertDocumented(app, client.answers);
    const seen = client.answers.map(({ text }) => (JSON.parse(text) as Challenge).component);
    for (const component of components) assert.ok(seen.includes(component), `${component} of ${seen.join(', ')}`);
  }

  it('a field that is not one text is refused, and nothing is turned into one', async () => {
    const client = new JsonClient(app, { namesSteps: true });
    await client.get('typed');
    const given = { component: 'ak-stage-prompt', team: 'red', terms: true, size: 3 };
    for (const wrong of [
      ...[12, true, ['red'], { a: 1 }].map((team) => ({ team })),
      ...[1, [true], { a: 1 }].map((terms) => ({ terms })),
      ...[true, [3], {}].map((size) => ({ size })),
    ]) {
      const sent = await client.post('typed', { ...given, ...wrong });
      assert.deepEqual([sent.status, sent.body.code], [400, 'invalid'], JSON.stringify(wrong));
    }
    const ended = await client.post('typed', given);
    assert.equal(ended.body.component, 'xak-flow-redirect', ended.text);
  });

  it('a button, a captcha, and a stage of the app', async () => {
    const client = new JsonClient(app, { namesSteps: true });
    assert.equal((await client.get('odd')).body.component, 'ak-stage-dummy');
    const captcha = await client.post('odd', { component: 'ak-stage-dummy' });
    assert.equal(captcha.body.component, 'ak-stage-captcha', captcha.text);
    const wrong = await client.post('odd', { component: 'ak-stage-captcha', token: 'x' });
    assert.ok(wrong.body.response_errors?.['token'], wrong.text);
    const { captcha: drawn } = wrong.body as { readonly captcha: { readonly altcha: Parameters<typeof solved>[0] } };
    const token = encoded(await solved(drawn.altcha));
    const own = await client.post('odd', { component: 'ak-stage-captcha', token });
    assert.deepEqual(own.body['challenge'], { range: [1, 6] }, own.text);
    const done = await client.post('odd', { component: 'app-stage-lucky_number', number: 6 });
    assert.equal(done.body.to, '/odd', done.text);
    await documented(client, 'app-stage-lucky_number', 'xak-flow-redirect');
  });

  it('labels are plain, their links stand beside them, and errors name the label', async () => {
    const client = new JsonClient(app);
    await client.get('asks');
    const wrong = await client.post('asks', { component: 'ak-stage-prompt', team: '', terms: false });
    const { fields } = wrong.body as { readonly fields: readonly Readonly<Record<string, unknown>>[] };
    assert.deepEqual(
      fields.map(({ label, label_parts: parts }) => [label, parts]),
      [
        ['Team', undefined],
        [
          'I accept the terms.',
          [
            { text: 'I accept the ', href: null },
            { text: 'terms', href: '/terms' },
            { text: '.', href: null },
          ],
        ],
      ],
    );
    assert.match(wrong.body.response_errors?.['team']?.[0]?.string ?? '', /Team/, wrong.text);
    assert.doesNotMatch(wrong.text, /\{label\}|<terms>/);
    await documented(client, 'ak-stage-prompt');
  });

  it('a waitlist, a refusal, and a visitor who is signed out', async () => {
    const client = new JsonClient(app, { namesSteps: true });
    await client.get('wait');
    const noted = await client.post('wait', { component: 'ak-stage-prompt', email: 'new@example.com' });
    assert.equal(noted.body.component, 'ak-stage-noted', noted.text);
    await client.get('consent');
    const over = await client.get('sign-out');
    assert.equal(over.body.component, 'ak-stage-session-end', over.text);
    await documented(client, 'ak-stage-access-denied', 'ak-stage-session-end');
  });

  it('a consent, and a sign-out', async () => {
    const { client, name } = await signedIn();
    const asks = await client.get('consent');
    assert.deepEqual(asks.body['permissions'], [{ id: 'read', name: 'Read your calendar' }]);
    const changed = await client.post('consent', { component: 'ak-stage-consent', token: 'other' });
    assert.notEqual(changed.body.response_errors, undefined);
    const done = await client.post('consent', { component: 'ak-stage-consent', token: asks.body['token'] });
    assert.equal(done.body.to, '/consented', done.text);
    assert.equal(await client.me(), name);
    assert.equal((await client.get('sign-out')).body.component, 'ak-stage-dummy');
    await client.post('sign-out', { component: 'ak-stage-dummy' });
    assert.equal(await client.me(), null);
    await documented(client, 'ak-stage-consent');
  });

  it('an invitation of an account, and the settings of one', async () => {
    const { client } = await signedIn();
    const { code } = await app.enrollment.invitations.create({ uses: 1 });
    app.canaries.add(code);
    await client.get('accept-invitation');
    const asks = await client.post('accept-invitation', { component: 'ak-stage-prompt', invite_code: code });
    assert.equal(asks.body['description'], 'You will join the team.', asks.text);
    const declined = await client.post('accept-invitation', {
      component: 'ak-stage-accept-invitation',
      decision: 'decline',
    });
    assert.equal(declined.body.to, '/teams', declined.text);
    const slugs = ['account', 'account-profile', 'account-password', 'account-sessions', 'account-leave'];
    for (const slug of slugs) {
      const shown = await client.get(slug);
      assert.equal(shown.status, 200, slug);
    }
    await documented(client, 'ak-stage-accept-invitation', 'ak-stage-account-menu');
  });

  it('an authenticator app: set up, named, kept, removed, and asked for', async () => {
    const { client, name } = await signedIn();
    await client.get('totp');
    const totp = await client.post('totp', { component: 'ak-stage-password', password });
    const secret = new URL(String(totp.body['config_url'])).searchParams.get('secret') ?? '';
    app.canaries.add(secret);
    const codeNow = (): string => generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
    const codes = await client.post('totp', { component: 'ak-stage-authenticator-totp', code: codeNow() });
    const [recovery = ''] = codes.body['codes'] as readonly string[];
    await client.post('totp', { component: 'ak-stage-authenticator-static', set: codes.body['set'] });
    const again = new JsonClient(app, { namesSteps: true });
    await again.get('sign-in');
    const asks = await again.post('sign-in', { component: 'ak-stage-identification', uid_field: name, password });
    assert.equal(asks.body.component, 'ak-stage-authenticator-validate', asks.text);
    assert.equal(await again.me(), null);
    const wrong = await again.post('sign-in', { component: 'ak-stage-authenticator-validate', code: '000000' });
    assert.notEqual(wrong.body.response_errors?.['code'], undefined, wrong.text);
    const done = await again.post('sign-in', { component: 'ak-stage-authenticator-validate', code: recovery });
    assert.equal(done.body.to, '/inside', done.text);
    assert.equal(await again.me(), name);
    await documented(client, 'ak-stage-authenticator-totp', 'ak-stage-authenticator-static');
    await documented(again, 'ak-stage-authenticator-validate');

    let page = await again.get('account-authenticators');
    for (let steps = 0; steps < 6 && page.body.component !== 'ak-stage-authenticator-edit'; steps += 1) {
      const { component, fields = [] } = page.body;
      const choice = (fields as readonly { readonly choices?: readonly { readonly value: string }[] }[]).find(
        ({ choices }) => (choices?.length ?? 0) > 0,
      );
      const key = fields.find(({ field_key }) => field_key.includes('authenticator'))?.field_key ?? 'authenticator';
      const answer =
        component === 'ak-stage-password'
          ? { password }
          : component === 'ak-stage-authenticator-validate'
            ? { code: (app.clock.advance(60_000), codeNow()) }
            : { [key]: choice?.choices?.[0]?.value };
      page = await again.post('account-authenticators', { component, ...answer });
    }
    assert.equal(page.body.component, 'ak-stage-authenticator-edit', page.text);
    const removal = await again.post('account-authenticators', {
      component: 'ak-stage-authenticator-edit',
      authenticator_removed: 'yes',
    });
    assert.equal(removal.body.component, 'ak-stage-authenticator-removal', removal.text);
    const kept = await again.post('account-authenticators', {
      component: 'ak-stage-authenticator-removal',
      authenticator_kept: 'yes',
    });
    assert.equal(kept.status, 200);
    await documented(again, 'ak-stage-authenticator-edit', 'ak-stage-authenticator-removal');
  });

  it('a passkey: set up, and signing in by it alone', async () => {
    const { client, name } = await signedIn();
    await client.get('passkey');
    const setup = await client.post('passkey', { component: 'ak-stage-password', password });
    const authenticator = new SoftwareAuthenticator(origin);
    const registration = setup.body['registration'] as Parameters<typeof authenticator.create>[0];
    const response: unknown = JSON.parse(JSON.stringify(authenticator.create(registration)));
    const next = await client.post('passkey', {
      component: 'ak-stage-authenticator-webauthn',
      response: typeof response === 'string' ? (JSON.parse(response) as object) : response,
    });
    assert.equal(next.body.component, 'ak-stage-authenticator-static', next.text);
    await client.post('passkey', { component: 'ak-stage-authenticator-static' });
    await documented(client, 'ak-stage-authenticator-webauthn');

    const alone = new JsonClient(app, { namesSteps: true });
    const asks = await alone.get('passwordless');
    const [device] = asks.body['device_challenges'] as readonly { readonly challenge: unknown }[];
    const request = device?.challenge as Parameters<typeof authenticator.get>[0];
    const signed: unknown = JSON.parse(JSON.stringify(authenticator.get(request)));
    const done = await alone.post('passwordless', {
      component: 'ak-stage-authenticator-validate',
      webauthn: typeof signed === 'string' ? (JSON.parse(signed) as object) : signed,
    });
    assert.equal(done.body.to, '/inside', done.text);
    assert.equal(await alone.me(), name);
    await documented(alone, 'ak-stage-authenticator-validate');
  });
});
