import assert from 'node:assert/strict';
import { generateSync } from 'otplib';
import { after, before, describe, it } from 'mocha';
import { signInFlow } from '../../../lib/index.js';
import { authenticatorSetupFlow } from '../../../lib/flows/authenticator-setup.js';
import { recoveryFlow } from '../../../lib/flows/recovery.js';
import { memoryAuthenticators } from '../../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../../lib/testing/memory-mailer.js';
import { accountOf, password } from '../../support/account.js';
import { AuthentikClient } from '../../support/executor-api/authentik-client.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';

const newPassword = 'a new and rather long password';

describe("authentik's own client", () => {
  const mailer = memoryMailer();
  let app: TestApp;
  before(async () => {
    app = await openTestApp({
      mount: '/join',
      executorApi: true,
      mailer,
      authenticators: memoryAuthenticators(),
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in' }),
        authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/settings' }),
        signup,
      ],
    });
  });
  after(() => app.close());

  async function me({ browser }: AuthentikClient): Promise<string | null> {
    const { text } = await browser.get('/me');
    return (JSON.parse(text) as { username?: string } | null)?.username ?? null;
  }

  async function signedIn(name: string, typed = password): Promise<AuthentikClient> {
    const client = new AuthentikClient(app);
    const first = await client.flows.flowsExecutorGet({ flowSlug: 'sign-in', query: '' });
    assert.equal(first.component, 'ak-stage-identification');
    const done = await client.flows.flowsExecutorSolve({
      flowSlug: 'sign-in',
      query: '',
      flowChallengeResponseRequest: { component: 'ak-stage-identification', uidField: name, password: typed },
    });
    assert.deepEqual([done.component, 'to' in done && done.to], ['xak-flow-redirect', '/inside'], JSON.stringify(done));
    return client;
  }

  it('signs in; the evidence is the password of this very request', async () => {
    await member(app, 'ann');
    const client = await signedIn('ann');
    assert.equal(await me(client), 'ann');
    await assertDocumented(app, client.answers);
  });

  it('enrolls with the code of an invitation; the evidence is the account that this very request wrote', async () => {
    const { code } = await app.enrollment.invitations.create({ uses: 1 });
    app.canaries.add(code);
    const client = new AuthentikClient(app);
    const asked = { flowSlug: 'invite', query: 'next=%2Fwelcome%3Fnew' };
    const first = await client.flows.flowsExecutorGet(asked);
    assert.ok(first.component === 'ak-stage-prompt' && 'fields' in first);
    assert.deepEqual(
      first.fields.map(({ fieldKey, required }) => [fieldKey, required]),
      [['invite_code', true]],
    );
    const wrong = await client.flows.flowsExecutorSolve({
      ...asked,
      flowChallengeResponseRequest: { component: 'ak-stage-prompt', invite_code: '' },
    });
    assert.deepEqual(
      wrong.responseErrors?.['invite_code']?.map((one) => one.code),
      ['required'],
    );
    const account = await client.flows.flowsExecutorSolve({
      ...asked,
      flowChallengeResponseRequest: { component: 'ak-stage-prompt', invite_code: code },
    });
    assert.ok(
      'fields' in account && Array.isArray(account.fields) && account.fields.length > 2,
      JSON.stringify(account),
    );
    const done = await client.flows.flowsExecutorSolve({
      ...asked,
      flowChallengeResponseRequest: { component: 'ak-stage-prompt', ...accountOf('bea') },
    });
    assert.equal('to' in done && done.to, '/welcome?new', JSON.stringify(done));
    assert.equal(await me(client), 'bea');
    await assertDocumented(app, client.answers);
  });

  it('recovers a password; the evidence is the link of the mail that this browser opened', async () => {
    await member(app, 'cem');
    app.canaries.add(newPassword);
    const client = new AuthentikClient(app);
    const asked = { flowSlug: 'recovery', query: '' };
    await client.flows.flowsExecutorGet(asked);
    const waiting = await client.flows.flowsExecutorSolve({
      ...asked,
      flowChallengeResponseRequest: { component: 'ak-stage-identification', uidField: 'cem' },
    });
    assert.equal(waiting.component, 'ak-stage-email', JSON.stringify(waiting));
    const mail = await mailer.next('cem@example.com');
    const { pathname, search } = new URL(mailer.linkIn(mail) ?? '');
    await client.browser.get(pathname + search);
    const proved = await client.flows.flowsExecutorSolve({
      ...asked,
      flowChallengeResponseRequest: { component: 'ak-stage-email' },
    });
    assert.equal(proved.component, 'ak-stage-prompt', JSON.stringify(proved));
    const changed = await client.flows.flowsExecutorSolve({
      ...asked,
      flowChallengeResponseRequest: { component: 'ak-stage-prompt', password: newPassword },
    });
    assert.equal(changed.component, 'ak-stage-password-changed', JSON.stringify(changed));
    assert.equal(await me(client), null);
    assert.equal(await me(await signedIn('cem', newPassword)), 'cem');
    await assertDocumented(app, client.answers);
  });

  it('a mail is sent again as at authentik: the same challenge, with the code email-sent', async () => {
    await member(app, 'dan');
    const client = new AuthentikClient(app);
    const asked = { flowSlug: 'recovery', query: '' };
    await client.flows.flowsExecutorGet(asked);
    await client.flows.flowsExecutorSolve({
      ...asked,
      flowChallengeResponseRequest: { component: 'ak-stage-identification', uidField: 'dan' },
    });
    const again = await client.flows.flowsExecutorSolve({
      ...asked,
      flowChallengeResponseRequest: { component: 'ak-stage-email' },
    });
    assert.deepEqual(
      [again.component, again.responseErrors?.['non_field_errors']?.map((one) => one.code)],
      ['ak-stage-email', ['email-sent']],
    );
  });

  it('sets up an authenticator app and recovery codes', async () => {
    await member(app, 'eva');
    const client = await signedIn('eva');
    const asked = { flowSlug: 'totp', query: '' };
    const proof = await client.flows.flowsExecutorGet(asked);
    assert.ok(proof.component === 'ak-stage-password' && 'pendingUser' in proof, JSON.stringify(proof));
    assert.equal(proof.pendingUser, 'eva');
    const totp = await client.flows.flowsExecutorSolve({
      ...asked,
      flowChallengeResponseRequest: { component: 'ak-stage-password', password },
    });
    assert.ok('configUrl' in totp, JSON.stringify(totp));
    const secret = new URL(totp.configUrl).searchParams.get('secret') ?? '';
    app.canaries.add(secret);
    const codes = await client.flows.flowsExecutorSolve({
      ...asked,
      flowChallengeResponseRequest: {
        component: 'ak-stage-authenticator-totp',
        code: generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) }),
      },
    });
    assert.ok('codes' in codes && codes.codes.length === 10, JSON.stringify(codes));
    const done = await client.flows.flowsExecutorSolve({
      ...asked,
      flowChallengeResponseRequest: { component: 'ak-stage-authenticator-static' },
    });
    assert.equal('to' in done && done.to, '/settings', JSON.stringify(done));
    await assertDocumented(app, client.answers);
  });
});
