import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { authenticatorSetupFlow } from '../../../lib/flows.js';
import { signInFlow, signOutFlow } from '../../../lib/index.js';
import { memoryAuthenticators } from '../../../lib/stores/memory/authenticators.js';
import { password } from '../../support/account.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { JsonClient, type JsonAnswer } from '../../support/executor-api/json-client.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../../support/http/test-app.js';

const setup = 'ak-stage-authenticator-totp';
const recoveryCodes = 'ak-stage-authenticator-static';
const validate = 'ak-stage-authenticator-validate';

describe('answers with a second factor', () => {
  let app: TestApp;
  before(async () => {
    app = await openTestApp({
      executorApi: true,
      authenticators: memoryAuthenticators(),
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: true }),
        signOutFlow({ slug: 'sign-out' }),
        authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/settings' }),
      ],
    });
  });
  after(() => app.close());

  /** A client that has typed the name and the password. */
  async function opened(name: string): Promise<{ readonly client: JsonClient; readonly answer: JsonAnswer }> {
    const client = new JsonClient(app, { namesSteps: true });
    await client.get('sign-in');
    const answer = await client.post('sign-in', { component: 'ak-stage-identification', uid_field: name, password });
    return { client, answer };
  }

  /** The next code that begins with a zero, as a number: the clock moves to its time. */
  function codeWithoutItsZero(secret: string): number {
    for (;;) {
      app.clock.advance(30_000);
      const code = generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
      if (code.startsWith('0')) return Number(code);
    }
  }

  /** Sets up an authenticator app by a number that was a code with a zero before; its secret. */
  async function enrolled(name: string): Promise<string> {
    await member(app, name);
    // The clock moves on until there is such a code, and the plan must not be over by then.
    for (;;) {
      const { client } = await opened(name);
      await client.get('totp');
      const shown = await client.post('totp', { component: 'ak-stage-password', password });
      const secret = new URL(String(shown.body['config_url'])).searchParams.get('secret') ?? '';
      const begun = app.clock.now();
      const code = codeWithoutItsZero(secret);
      if (app.clock.now() - begun > 9 * 60_000) continue;
      const done = await client.post('totp', { component: setup, code });
      assert.deepEqual([done.body.component, done.body.response_errors], [recoveryCodes, undefined]);
      await assertDocumented(app, client.answers);
      return secret;
    }
  }

  it('take a code as a number, which has no zeros before it', async () => {
    const secret = await enrolled('ann');
    app.clock.advance(60_000);
    const code = codeWithoutItsZero(secret);
    const { client, answer } = await opened('ann');
    assert.equal(answer.body.component, validate, answer.text);
    for (const wrong of [-1, 0.5, 1e21, 100_000_000, 0]) {
      const refused = await client.post('sign-in', { component: validate, code: wrong });
      assert.equal(refused.body.response_errors?.['code']?.[0]?.code, 'invalid', `${wrong}: ${refused.text}`);
    }
    const done = await client.post('sign-in', { component: validate, code });
    assert.deepEqual([done.body.to, await client.me()], ['/inside', 'ann'], done.text);
    await assertDocumented(app, client.answers);
  });

  it('have their errors by the names that the client sends', async () => {
    await enrolled('bob');
    const { client } = await opened('bob');
    for (const webauthn of [{}, { id: 'none' }]) {
      const refused = await client.post('sign-in', { component: validate, webauthn });
      assert.deepEqual(Object.keys(refused.body.response_errors ?? {}), ['webauthn'], JSON.stringify(webauthn));
    }
    await assertDocumented(app, client.answers);
  });
});
