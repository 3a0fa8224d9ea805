import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { createFlowClient, type Challenge, type FlowClient } from '../../lib/client.js';
import { authenticatorSetupFlow } from '../../lib/flows/authenticator-setup.js';
import { recoveryFlow } from '../../lib/flows/recovery.js';
import { signInFlow } from '../../lib/index.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { accountOf, password } from '../support/account.js';
import { describeInCampaign } from '../support/campaign.js';
import { jarFetch, type JarFetch } from '../support/client/jar-fetch.js';
import { assertDocumented } from '../support/executor-api/documented.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';

/** The challenge, which has this component. */
function as<Name extends Challenge['component']>(
  name: Name,
  challenge: Challenge,
): Extract<Challenge, { component: Name }> {
  assert.equal(challenge.component, name, JSON.stringify(challenge));
  return challenge as Extract<Challenge, { component: Name }>;
}

for (const credentials of ['cookie', 'bearer'] as const)
  (credentials === 'cookie' ? describe : describeInCampaign)(
    `the client of a flow, by ${credentials}, through whole flows`,
    () => {
      const mailer = memoryMailer();
      let app: TestApp;
      before(async () => {
        app = await openTestApp({
          mount: '/join',
          executorApi: true,
          mailer,
          authenticators: memoryAuthenticators(),
          flows: [
            signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: true }),
            recoveryFlow({ slug: 'recovery', secondFactor: false, signInFlow: 'sign-in' }),
            authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/settings' }),
            signup,
          ],
        });
      });
      after(() => app.close());

      const open = ({ fetch }: JarFetch, slug: string, query = ''): FlowClient =>
        createFlowClient({ baseUrl: `${app.url}/join`, slug, query, credentials, fetch });

      it('enrolls with the code of an invitation, after a slip', async () => {
        const { code } = await app.enrollment.invitations.create({ uses: 1 });
        app.canaries.add(code);
        const jar = jarFetch(app.url);
        const client = open(jar, 'invite', '?next=%2Fwelcome%3Fnew');
        const first = as('ak-stage-prompt', await client.current());
        assert.deepEqual(
          first.fields.map(({ field_key }) => field_key),
          ['invite_code'],
        );
        const wrong = await client.solve({ component: 'ak-stage-prompt', invite_code: '' });
        assert.equal(wrong.response_errors?.['invite_code']?.[0]?.code, 'required');
        as('ak-stage-prompt', await client.solve({ component: 'ak-stage-prompt', invite_code: code }));
        const name = `ann-${credentials}`;
        const done = as('xak-flow-redirect', await client.solve({ component: 'ak-stage-prompt', ...accountOf(name) }));
        assert.deepEqual([done.to, done.final_redirect], ['/welcome?new', true]);
        assert.equal(await jar.me(), name);
        await assertDocumented({ url: app.url, mount: '/join' }, jar.answers);
      });

      it('sets up an authenticator app, and signs in with its code', async () => {
        const name = `eva-${credentials}`;
        await member(app, name);
        const jar = jarFetch(app.url);
        const signIn = open(jar, 'sign-in');
        as('ak-stage-identification', await signIn.current());
        const answer = { component: 'ak-stage-identification', uid_field: name, password } as const;
        assert.equal(as('xak-flow-redirect', await signIn.solve(answer)).to, '/inside');
        const totp = open(jar, 'totp');
        assert.equal(as('ak-stage-password', await totp.current()).pending_user, name);
        const setup = as('ak-stage-authenticator-totp', await totp.solve({ component: 'ak-stage-password', password }));
        assert.ok((setup.qr?.size ?? 0) > 20);
        const secret = new URL(setup.config_url).searchParams.get('secret') ?? '';
        app.canaries.add(secret);
        const codeNow = (): string => generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
        const codes = as(
          'ak-stage-authenticator-static',
          await totp.solve({ component: 'ak-stage-authenticator-totp', code: codeNow() }),
        );
        assert.equal(codes.codes.length, 10);
        as('xak-flow-redirect', await totp.solve({ component: 'ak-stage-authenticator-static' }));

        const again = jarFetch(app.url);
        const client = open(again, 'sign-in');
        await client.current();
        const asks = as('ak-stage-authenticator-validate', await client.solve(answer));
        assert.deepEqual(
          asks.device_challenges.map(({ device_class }) => device_class),
          ['totp', 'static'],
        );
        assert.equal(await again.me(), null);
        const wrong = await client.solve({ component: 'ak-stage-authenticator-validate', code: '000000' });
        assert.notEqual(wrong.response_errors?.['code'], undefined);
        app.clock.advance(30_000);
        const done = await client.solve({ component: 'ak-stage-authenticator-validate', code: codeNow() });
        assert.equal(as('xak-flow-redirect', done).to, '/inside');
        assert.equal(await again.me(), name);
        await assertDocumented({ url: app.url, mount: '/join' }, [...jar.answers, ...again.answers]);
      });

      it('recovers a password by the code of the mail, which signs in no one', async () => {
        const name = `cem-${credentials}`;
        await member(app, name);
        const jar = jarFetch(app.url);
        const client = open(jar, 'recovery');
        await client.current();
        as('ak-stage-email', await client.solve({ component: 'ak-stage-identification', uid_field: name }));
        const mail = await mailer.next(`${name}@example.com`);
        const proved = await client.solve({ component: 'ak-stage-email', code: mailer.codeIn(mail) ?? '' });
        as('ak-stage-prompt', proved);
        const newPassword = 'a new and rather long password';
        app.canaries.add(newPassword);
        const changed = await client.solve({ component: 'ak-stage-prompt', password: newPassword });
        as('ak-stage-password-changed', changed);
        assert.equal(await jar.me(), null);
        await assertDocumented({ url: app.url, mount: '/join' }, jar.answers);
      });
    },
  );
