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
  userWrite,
  type MemoryUser,
} from '../../lib/index.js';
import { confirmPassword, consentStage, redirectStage, validateAuthenticator } from '../../lib/stages.js';
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

const names = () => promptStage({ name: 'names', prompts: [text({ key: 'name', label: 'Name' })] });
const identify = () => identification({ name: 'identification', password: true });

/** `first` asks for the factor and hands its user over: to `last`, which signs in, or to `middle`, which hands over too. */
function handingOver() {
  const flow = (
    slug: string,
    isFirst: boolean,
    stages: Parameters<typeof defineFlow>[0]['stages'],
    authentication: 'require_redirect' | 'require_token' = 'require_redirect',
  ) =>
    defineFlow({
      slug,
      title: slug,
      designation: 'authorization',
      target: '/elsewhere',
      stages,
      ...(isFirst ? {} : { authentication, providedContext: ['pending_user'] }),
    });
  const to = (targetFlow: string) => redirectStage({ name: `to-${targetFlow}`, targetFlow });
  const factor = () => validateAuthenticator({ name: 'second-factor' });
  const signsIn = () => userLogin({ name: 'user-login' });
  return [
    flow('before-page', true, [identify(), factor(), page(), to('last')]),
    flow('before-other-page', true, [identify(), factor(), to('last-with-page')]),
    flow('before-two', true, [identify(), factor(), to('middle')]),
    flow('before-two-asking', true, [identify(), to('middle-asking')]),
    flow('middle', false, [to('last-with-page')]),
    flow('middle-asking', false, [factor(), to('last-with-page')]),
    flow('linked', false, [factor(), names(), to('last-with-page')], 'require_token'),
    flow('last', false, [signsIn()]),
    flow('last-with-page', false, [page(), signsIn()]),
  ];
}

describe('a second factor that is set up elsewhere while a page is open', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  let user: MemoryUser;
  let name: string;
  let count = 0;
  /** Called after one of the next looks for the user's authenticators: the first, the second, … */
  let afterLook: { look: number; then: () => Promise<unknown> } | null = null;
  before(async () => {
    const authenticators = memoryAuthenticators();
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
      authenticators: {
        ...authenticators,
        async list(userId) {
          const found = await authenticators.list(userId);
          const waiting = afterLook;
          if (waiting !== null && (waiting.look -= 1) === 0) {
            afterLook = null;
            await waiting.then();
          }
          return found;
        },
      },
      flows: [
        signup,
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: true }),
        signingIn('with-page'),
        signingIn('skipped', [never]),
        recoveryFlow({ slug: 'recovery', signIn: true, secondFactor: true, target: '/inside' }),
        ...handingOver(),
        defineFlow({
          slug: 'acting',
          title: 'acting',
          designation: 'authentication',
          target: '/inside',
          stages: [
            identify(),
            validateAuthenticator({ name: 'second-factor' }),
            names(),
            userWrite({ name: 'write', creationMode: 'never_create' }),
            page(),
            userLogin({ name: 'user-login' }),
          ],
        }),
        defineFlow({
          slug: 'consent',
          title: 'consent',
          designation: 'authorization',
          authentication: 'require_authenticated',
          target: '/inside',
          stages: [
            confirmPassword({ name: 'password' }),
            validateAuthenticator({ name: 'second-factor' }),
            consentStage({ name: 'consent', permissions: [{ id: 'read', text: 'Read' }] }),
          ],
        }),
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

  for (const look of [1, 2])
    it(`is asked for once more in the moment of a write: a recovery sets no password past it, look ${look}`, async () => {
      const visitor = new Visitor(app);
      await visitor.open('/if/flow/recovery/');
      await visitor.follow(await visitor.submit({ uid_field: name }));
      await visitor.follow(
        await visitor.submit({ code: mailer.codeIn(await mailer.next(`${name}@example.com`)) ?? '' }),
      );
      afterLook = { look, then: () => addTotp() };
      const { status, location } = await visitor.submit({ password: newPassword });
      assert.equal(afterLook, null);
      assert.deepEqual([status, location], look === 1 ? [303, '/if/flow/recovery/'] : [403, '']);
      assert.equal(await visitor.me(), null);
      const owner = new Visitor(app);
      await owner.follow(await signIn(owner, name));
      isStep(owner, 'second-factor');
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

  it('is asked for before a flow hands its user over to another one, which signs in', async () => {
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/before-page/?next=/inside');
    await visitor.follow(await visitor.submit({ uid_field: name, password }));
    isStep(visitor, 'page');
    await isAsked(visitor, { terms: 'yes' }, { step: 'page' });
  });

  for (const slug of ['before-other-page', 'before-two', 'before-two-asking'])
    it(`is asked for by starting over where the page of a later flow was open: ${slug}`, async () => {
      const visitor = new Visitor(app);
      await visitor.open(`/if/flow/${slug}/?next=/inside`);
      await visitor.follow(await visitor.submit({ uid_field: name, password }));
      isStep(visitor, 'page');
      const secret = await addTotp();
      const shown = await visitor.follow(await visitor.submit({ terms: 'yes' }));
      isStep(visitor, 'identification');
      assert.match(shown.text, /This account has a second factor now\. Confirm it to continue\./);
      assert.equal(await visitor.me(), null);
      await visitor.follow(await visitor.submit({ uid_field: name, password }));
      isStep(visitor, 'second-factor');
      await visitor.follow(await visitor.submit({ code: codeFor(secret) }));
      isStep(visitor, 'page');
      assert.equal((await visitor.submit({ terms: 'yes' })).location, '/inside', visitor.page.text);
      assert.equal(await visitor.me(), name);
    });

  it('is asked for by starting over in the flow of a one-time link, with what the link proved', async () => {
    const { url } = await app.enrollment.flowLink({ flow: 'linked', user: user.id, next: '/inside' });
    const visitor = new Visitor(app);
    await visitor.open(new URL(url).pathname + new URL(url).search);
    isStep(visitor, 'names');
    await visitor.follow(await visitor.submit({ name: 'Mia' }));
    isStep(visitor, 'page');
    const secret = await addTotp();
    const shown = await visitor.follow(await visitor.submit({ terms: 'yes' }));
    isStep(visitor, 'second-factor');
    assert.match(shown.text, /This account has a second factor now\. Confirm it to continue\./);
    assert.equal(await visitor.me(), null);
    await visitor.follow(await visitor.submit({ code: codeFor(secret) }));
    await visitor.follow(await visitor.submit({ name: 'Mia' }));
    assert.equal((await visitor.submit({ terms: 'yes' })).location, '/inside', visitor.page.text);
    assert.equal(await visitor.me(), name);
  });

  it('is asked for alone where a stage has acted since: nothing is done twice', async () => {
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/acting/');
    await visitor.follow(await visitor.submit({ uid_field: name, password }));
    await visitor.follow(await visitor.submit({ name: 'Mia' }));
    isStep(visitor, 'page');
    await isAsked(visitor, { terms: 'yes' }, { step: 'page' });
  });

  it('is asked for before a page stores a consent, whose stage has no other effect', async () => {
    const visitor = new Visitor(app);
    await signIn(visitor, name);
    await visitor.open('/if/flow/consent/');
    await visitor.follow(await visitor.submit({ password }));
    isStep(visitor, 'consent');
    const secret = await addTotp();
    await visitor.follow(await visitor.submit({}));
    isStep(visitor, 'second-factor');
    await visitor.follow(await visitor.submit({ code: codeFor(secret) }));
    isStep(visitor, 'consent');
    assert.equal((await visitor.submit({})).location, '/inside');
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
