import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { defineFlow, identification, signInFlow, userLogin } from '../../lib/index.js';
import { authenticatorSetupFlow } from '../../lib/flows.js';
import { validateAuthenticator } from '../../lib/stages.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('a second factor that is removed elsewhere while the page that asks for it is open', () => {
  let app: TestApp;
  const authenticators = memoryAuthenticators();
  afterEach(() => app.close());

  const keyIn = ({ text }: { readonly text: string }): string => /secret=([A-Z2-7]+)/.exec(text)?.[1] ?? '';
  const codeFor = (secret: string): string => generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });

  /** A visitor at the page of the factor, which their user no longer has. */
  async function waiting(slug: string): Promise<Visitor> {
    const action = (name: 'deny' | 'configure') =>
      signInFlow({ slug: name, target: '/inside', secondFactor: { notConfiguredAction: name } });
    app = await openTestApp({
      authenticators,
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: true }),
        action('deny'),
        action('configure'),
        defineFlow({
          slug: 'required',
          title: 'Sign in',
          designation: 'authentication',
          target: '/inside',
          stages: [
            identification({ name: 'identification', password: true }),
            validateAuthenticator({ name: 'second-factor', required: true }),
            userLogin({ name: 'user-login' }),
          ],
        }),
        authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/settings' }),
        signup,
      ],
    });
    const user = await member(app, `ann-${slug}`);
    const owner = new Visitor(app);
    await signIn(owner, `ann-${slug}`);
    await owner.open('/if/flow/totp/');
    await owner.submit({ code: codeFor(keyIn(await owner.follow(await owner.submit({ password })))) });
    app.clock.advance(60_000);
    const visitor = new Visitor(app);
    await visitor.open(`/if/flow/${slug}/`);
    await visitor.follow(await visitor.submit({ uid_field: `ann-${slug}`, password }));
    assert.match(visitor.step, /^second-factor/);
    for (const { id } of await authenticators.list(user.id)) await authenticators.remove(user.id, id);
    return visitor;
  }

  it('is asked for no more: any code signs in, where users without one are signed in', async () => {
    const visitor = await waiting('sign-in');
    assert.equal((await visitor.submit({ code: '123456' })).location, '/inside');
    assert.equal(await visitor.me(), 'ann-sign-in');
  });

  it('is set up anew, where users without one set one up; also after a reload', async () => {
    const visitor = await waiting('configure');
    const shown = await visitor.follow(await visitor.submit({ code: '123456' }));
    assert.match(visitor.step, /^totp-setup/);
    assert.match(shown.text, /Your second factor was removed meanwhile\. Continue here\./);
    await visitor.open('/if/flow/configure/');
    await visitor.follow(await visitor.submit({ code: codeFor(keyIn(visitor.page)) }));
    assert.match(visitor.step, /^recovery-codes/, visitor.page.text);
    assert.equal((await visitor.submit({})).location, '/inside');
    assert.equal(await visitor.me(), 'ann-configure');
  });

  for (const slug of ['deny', 'required'])
    it(`is needed, and the page says so: ${slug}`, async () => {
      const visitor = await waiting(slug);
      const refused = await visitor.submit({ code: '123456' });
      assert.equal(refused.status, 403);
      assert.match(refused.text, /needs a second factor but doesn’t have one yet/);
      assert.equal(await visitor.me(), null);
    });
});
