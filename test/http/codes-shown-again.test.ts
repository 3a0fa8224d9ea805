import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { authenticatorSetupFlow } from '../../lib/flows/authenticator-setup.js';
import { recoveryFlow } from '../../lib/flows.js';
import { signInFlow } from '../../lib/index.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { password } from '../support/account.js';
import { member, signInPage } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const totpPage = '/if/flow/totp/';

describe('a one-time code is still there in the other language', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  let visitor: Visitor;
  let name: string;
  let count = 0;

  before(async () => {
    app = await openTestApp({
      mailer,
      authenticators: memoryAuthenticators(),
      languages: ['en', 'de'],
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: true }),
        authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/settings' }),
        recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in', secondFactor: true }),
        signup,
      ],
    });
  });
  after(() => app.close());
  beforeEach(async () => {
    await member(app, (name = `member-${(count += 1)}`));
    visitor = new Visitor(app);
  });

  const codeFor = (secret: string): string => generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
  const shown = (): string | undefined =>
    visitor.form.controls.find(({ name: key, type }) => key === 'code' && type === 'text')?.value;
  const inGerman = (code: string) => visitor.submit({ enrollment_locale: 'de', code });

  async function signInTo(page: string): Promise<void> {
    await visitor.open(signInPage);
    await visitor.follow(await visitor.submit({ uid_field: name, password }));
    await visitor.open(page);
  }

  async function setUp(): Promise<string> {
    await signInTo(totpPage);
    const page = await visitor.follow(await visitor.submit({ password }));
    return /secret=([A-Z2-7]+)/.exec(page.text)?.[1] ?? '';
  }

  it('of an authenticator that is set up, and of one that is asked for', async () => {
    const secret = await setUp();
    const setUpAnswer = await inGerman('123 4');
    assert.match(setUpAnswer.text, /<html lang="de"/);
    assert.equal(shown(), '123 4');
    assert.doesNotMatch(setUpAnswer.text, /Passwörtern/);
    // A page that does not show it has it in no hidden field either.
    const cancel = await visitor.submit({ enrollment_cancel: 'asked', code: '123 4' });
    assert.match(cancel.text, /enrollment_keep/);
    assert.doesNotMatch(cancel.text, /123 4/);
    await visitor.submit({ enrollment_keep: 'code' });
    const codes = await visitor.follow(await visitor.submit({ code: codeFor(secret) }));
    assert.match(codes.text, /[0-9A-Z]{5}-[0-9A-Z]{5}/);

    app.clock.advance(60_000);
    visitor = new Visitor(app);
    await visitor.open(signInPage);
    await visitor.follow(await visitor.submit({ uid_field: name, password }));
    const code = codeFor(secret);
    await inGerman(code);
    assert.equal(shown(), code);
    // Wrong ones are typed again.
    await visitor.submit({ code: '00' });
    assert.equal(shown(), '');
    assert.equal((await visitor.submit({ code })).location, '/inside');
  });

  it('of a mail', async () => {
    await visitor.open('/if/flow/recovery/');
    await visitor.follow(await visitor.submit({ uid_field: name }));
    await inGerman('ABCD');
    assert.equal(shown(), 'ABCD');
  });
});
