import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { authenticatorSetupFlow } from '../../lib/flows/authenticator-setup.js';
import { recoveryFlow, setPasswordFlow } from '../../lib/flows.js';
import {
  defineFlow,
  definePolicy,
  identification,
  promptStage,
  signInFlow,
  text,
  userLogin,
  type MemoryUser,
} from '../../lib/index.js';
import { validateAuthenticator } from '../../lib/stages.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const newPassword = 'a lighthouse without any sea';
const never = definePolicy({ name: 'never', check: () => false });
const accepted = definePolicy({
  name: 'accepted',
  fields: ['terms'],
  consumes: ['terms'],
  check: ({ answers }) => answers['terms'] === 'yes',
});
const page = () =>
  promptStage({ name: 'page', prompts: [text({ key: 'terms', label: 'Terms' })], validation: [accepted] });

describe('a second factor that is set up elsewhere while a page is open', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  let user: MemoryUser;
  let name: string;
  let count = 0;
  before(async () => {
    const signingIn = (slug: string, policies: readonly (typeof never)[] = []) =>
      defineFlow({
        slug,
        title: slug,
        designation: 'authentication',
        target: '/inside',
        stages: [
          identification({ name: 'identification', password: true }),
          { stage: validateAuthenticator({ name: 'second-factor' }), policies },
          page(),
          userLogin({ name: 'user-login' }),
        ],
      });
    app = await openTestApp({
      mailer,
      authenticators: memoryAuthenticators(),
      flows: [
        signup,
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: true }),
        signingIn('with-page'),
        signingIn('skipped', [never]),
        recoveryFlow({ slug: 'recovery', signIn: true, secondFactor: true, target: '/inside' }),
        setPasswordFlow({ slug: 'set-password', signIn: true, secondFactor: true, target: '/inside' }),
        authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/settings' }),
      ],
    });
  });
  after(() => app.close());
  beforeEach(async () => {
    mailer.clear();
    user = await member(app, (name = `member-${(count += 1)}`));
    await app.users.update?.(user, { emailVerified: true });
  });

  const codeFor = (secret: string): string => generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });

  /** The owner sets up an app in another browser; its key. */
  async function addTotp(owner = new Visitor(app)): Promise<string> {
    if ((await owner.me()) === null) await signIn(owner, name);
    await owner.open('/if/flow/totp/');
    const shown = await owner.follow(await owner.submit({ password }));
    const secret = /secret=([A-Z2-7]+)/.exec(shown.text)?.[1] ?? '';
    await owner.submit({ code: codeFor(secret) });
    app.clock.advance(60_000);
    return secret;
  }

  const isStep = (visitor: Visitor, step: string): void =>
    assert.equal(visitor.step.split(' ')[0], step, visitor.page.text);

  /** From the page that was open: the factor is asked for, and then the page once more. */
  async function isAsked(
    visitor: Visitor,
    fields: Readonly<Record<string, string>>,
    { step, owner }: { readonly step: string; readonly owner?: Visitor },
  ): Promise<void> {
    const secret = await addTotp(owner);
    const shown = await visitor.follow(await visitor.submit(fields));
    isStep(visitor, 'second-factor');
    // The first form of a plan finds it by itself.
    if (owner === undefined)
      assert.match(shown.text, /This account has a second factor now\. Confirm it to continue\./);
    assert.equal(await visitor.me(), null);
    assert.equal((await visitor.submit({ code: '000000' })).status, 422);
    await visitor.follow(await visitor.submit({ code: codeFor(secret) }));
    isStep(visitor, step);
    assert.equal((await visitor.submit(fields)).location, '/inside', visitor.page.text);
    assert.equal(await visitor.me(), name);
  }

  it('is asked for before a recovery sets the password', async () => {
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/recovery/');
    await visitor.follow(await visitor.submit({ uid_field: name }));
    await visitor.follow(await visitor.submit({ code: mailer.codeIn(await mailer.next(`${name}@example.com`)) ?? '' }));
    isStep(visitor, 'password');
    await isAsked(visitor, { password: newPassword }, { step: 'password' });
  });

  it('is asked for before a ticket sets the password', async () => {
    const owner = new Visitor(app);
    await signIn(owner, name);
    const { url } = await app.enrollment.tickets.create({ user: user.id }, { purpose: 'invite', signIn: true });
    const visitor = new Visitor(app);
    await visitor.open(new URL(url).pathname + new URL(url).search);
    isStep(visitor, 'password');
    await isAsked(visitor, { password: newPassword }, { step: 'password', owner });
  });

  it('is asked for before a sign-in whose last page was open', async () => {
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/with-page/');
    await visitor.follow(await visitor.submit({ uid_field: name, password }));
    isStep(visitor, 'page');
    await isAsked(visitor, { terms: 'yes' }, { step: 'page' });
  });

  it('is not asked for where policies skipped its step, nor twice where it was proved', async () => {
    const skipping = new Visitor(app);
    await skipping.open('/if/flow/skipped/');
    await skipping.follow(await skipping.submit({ uid_field: name, password }));
    const secret = await addTotp();
    assert.equal((await skipping.submit({ terms: 'yes' })).location, '/inside');
    const proving = new Visitor(app);
    await proving.open('/if/flow/with-page/');
    await proving.follow(await proving.submit({ uid_field: name, password }));
    await proving.follow(await proving.submit({ code: codeFor(secret) }));
    isStep(proving, 'page');
    assert.equal((await proving.submit({ terms: 'yes' })).location, '/inside');
  });
});
