import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Request } from 'express';
import { createKeyring } from '../../lib/base/keyring.js';
import type { Site } from '../../lib/base/target.js';
import { accountSettings, confirmEmailFlow, recoveryFlow, setPasswordFlow } from '../../lib/flows.js';
import {
  defineFlow,
  memoryConnections,
  openIdConnectSource,
  signInFlow,
  userLogin,
  type MemoryUser,
} from '../../lib/index.js';
import { readRememberedFactor } from '../../lib/http/login/remembered-factor.js';
import { takeResume } from '../../lib/http/sources/source-cookies.js';
import { signValue } from '../../lib/http/cookies/signed-value.js';
import { tagOfState } from '../../lib/sources/attempt.js';
import { dummyStage } from '../../lib/stages.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { password } from '../support/account.js';
import { JsonClient } from '../support/executor-api/json-client.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { startHostileProvider, type HostileProvider } from '../support/hostile-provider.js';
import { openTestApp, secrets, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const keyring = createKeyring([...secrets]);
const siteOf = (req: Request): Site => ({ origin: `http://${req.headers.host ?? ''}`, mount: '', secure: false });

/** True where the token is taken. */
type IsTaken = (token: string) => Promise<boolean>;

/** Every kind of token that the kit gives out, and every place that takes one. */
describe('T-INV-25: a token in the place of another one', () => {
  let testApp: TestApp;
  let ann: MemoryUser;
  let provider: HostileProvider;
  /** Waits for the link of a mail. */
  let asking: Visitor | undefined;
  const tokens = new Map<string, string>();
  const mailer = memoryMailer();
  const opens = /name="(?:password|uid_field|email|invite_code)"|Confirm address|Press|welcome-page|Undo the change/i;

  /** A link is taken where its page opens. */
  const link =
    (path: (token: string) => string): IsTaken =>
    async (token) => {
      const answer = await new Visitor(testApp).open(path(encodeURIComponent(token)));
      const isOpen = answer.status === 200 && opens.test(answer.text);
      if (!isOpen) assert.ok(answer.status >= 400, String(answer.status));
      return isOpen;
    };
  /** The page of a flow that opens by this cookie alone. */
  const cookie =
    (kind: string, slug: string): IsTaken =>
    async (token) => {
      const visitor = new Visitor(testApp);
      visitor.client.cookies.set(`enrollment.${kind}.${slug}`, token, `/if/flow/${slug}/`);
      const answer = await visitor.open(`/if/flow/${slug}/`);
      return answer.status === 200 && opens.test(answer.text);
    };

  /** By the kind of token that belongs there. */
  const places: Readonly<Record<string, IsTaken>> = {
    'the code of an invitation': async (code) => {
      const visitor = new Visitor(testApp);
      await visitor.open('/if/flow/invite/');
      const answer = await visitor.submit({ invite_code: code });
      assert.ok(answer.status === 303 || answer.status === 422, String(answer.status));
      return answer.status === 303;
    },
    'a flow link': link((token) => `/if/flow/welcome/?flow_token=${token}`),
    'an undo link': link((token) => `/if/flow/undo-address-change/?flow_token=${token}`),
    'a recovery ticket': link((token) => `/if/flow/set-password/-/ticket?ticket=${token}`),
    'a verify-email ticket': link((token) => `/if/flow/confirm/-/ticket?ticket=${token}`),
    'the proof of a mailed ticket': async (token) => {
      const ticket = tokens.get('a mailed verify-email ticket') ?? '';
      return link((proof) => `/if/flow/confirm/-/ticket?ticket=${ticket}&mail=${proof}`)(token);
    },
    'a sealed entry link': async (token) => {
      const visitor = new Visitor(testApp);
      visitor.client.cookies.set('enrollment.entry', token);
      await visitor.open('/if/flow/invite/');
      return visitor.form.controls.some(({ name, value }) => name === 'invite_code' && value !== '');
    },
    'a sealed flow link': cookie('link', 'welcome'),
    'a sealed ticket': cookie('ticket', 'set-password'),
    'a plan token': async (token) => {
      const visitor = new Visitor(testApp);
      visitor.client.cookies.set('enrollment.plan.forgot', token, '/if/flow/forgot/');
      return /name="code"/.test((await visitor.open('/if/flow/forgot/')).text);
    },
    'a bearer token': async (token) => {
      const json = new JsonClient(testApp, { byBearer: true });
      json.token = token;
      const { body } = await json.get('forgot');
      return body.fields?.some(({ field_key }) => field_key === 'code') ?? false;
    },
    'a step signature': async (token) => {
      const visitor = new Visitor(testApp);
      await visitor.open('/if/flow/sign-in/');
      const signature = token === 'its own' ? visitor.signature : token;
      const { action, hidden } = visitor.form;
      const typed = { ...hidden, enrollment_step: signature, uid_field: 'bob', password };
      await visitor.post(action, typed);
      return (await visitor.me()) !== null;
    },
    'a session': async (token) => {
      const visitor = new Visitor(testApp);
      visitor.client.cookies.set('enrollment.sid', token);
      return (await visitor.me()) !== null;
    },
    'a remembered second factor': async (token) => {
      const visitor = new Visitor(testApp);
      visitor.client.cookies.set('enrollment.factor', token);
      return (await visitor.client.get(`/factor-of/${ann.id}`)).text !== 'null';
    },
    'a sign-in at a provider that began here': async (token) => {
      const visitor = new Visitor(testApp);
      visitor.client.cookies.set('enrollment.resume.corp', token);
      return (await visitor.client.get('/resumed')).text !== 'null';
    },
    'the cookie of a sign-in at a provider': async (token) => {
      const { visitor, url, state } = await beginAtProvider();
      if (token !== 'its own') visitor.client.cookies.set(sourceCookieOf(state), token);
      return comesBack(visitor, provider.answer(url));
    },
    'the state of a sign-in at a provider': async (token) => {
      const { visitor, url, state } = await beginAtProvider();
      const query = provider.answer(url);
      if (token !== 'its own') {
        // The browser has a cookie of the same name, from its own sign-in.
        visitor.client.cookies.set(sourceCookieOf(token), visitor.client.cookies.get(sourceCookieOf(state)) ?? '');
        query.set('state', token);
      }
      return comesBack(visitor, query);
    },
    'the secret of a mailed invitation': async (token) => {
      const visitor = new Visitor(testApp);
      const code = encodeURIComponent(tokens.get('the code of a mailed invitation') ?? '');
      const page = await visitor.open(`/if/flow/invite/?invite=${code}&mail=${encodeURIComponent(token)}`);
      return page.text.includes('Decline the invitation');
    },
    'the code of a mailed invitation': async (code) => {
      const visitor = new Visitor(testApp);
      const proof = encodeURIComponent(tokens.get('the secret of a mailed invitation') ?? '');
      await visitor.open(`/if/flow/invite/?invite=${encodeURIComponent(code)}&mail=${proof}`);
      return visitor.page.text.includes('Decline the invitation');
    },
    'an unsubscribe link': async (token) => {
      const visitor = new Visitor(testApp);
      const { status, text } = await visitor.open(`/flows/-/unsubscribe?token=${encodeURIComponent(token)}`);
      if (status !== 200) assert.ok(status >= 400, String(status));
      return status === 200 && /<form/.test(text);
    },
    'the link of a mail': async (token) => {
      asking ??= await askForRecovery('bob');
      const visitor = asking;
      const own = tokenOf(mailer.linkIn(await mailer.next('bob@example.com')));
      await visitor.open(`/if/flow/forgot/mail/?token=${encodeURIComponent(token === 'its own' ? own : token)}`);
      const { text } = await visitor.open('/if/flow/forgot/');
      assert.match(text, /<form/);
      return !/name="code"/.test(text);
    },
  };

  const sourceCookieOf = (state: string): string => `enrollment.source.${tagOfState(state) ?? 'none'}`;
  async function beginAtProvider(): Promise<{ readonly visitor: Visitor; readonly url: URL; readonly state: string }> {
    const visitor = new Visitor(testApp);
    const url = new URL((await visitor.client.get('/source/acme/login')).location);
    return { visitor, url, state: url.searchParams.get('state') ?? '' };
  }
  async function comesBack(visitor: Visitor, query: URLSearchParams): Promise<boolean> {
    const { status } = await visitor.client.get(`/source/acme/callback?${query.toString()}`);
    assert.ok(status === 303 || status === 403, String(status));
    return status === 303;
  }

  const tokenOf = (url: string | null): string => decodeURIComponent(new URL(url ?? '').search.split('=').at(-1) ?? '');
  async function askForRecovery(name: string): Promise<Visitor> {
    const visitor = new Visitor(testApp);
    mailer.clear();
    await visitor.open('/if/flow/forgot/');
    await visitor.follow(await visitor.submit({ uid_field: `${name}@example.com` }));
    return visitor;
  }

  before(async () => {
    const crowd = { points: 100_000, windowSeconds: 60 };
    provider = await startHostileProvider();
    const { issuer, clientId, clientSecret } = provider;
    testApp = await openTestApp({
      mailer,
      connections: memoryConnections(),
      sources: [openIdConnectSource({ slug: 'acme', name: 'Acme', issuer, clientId, clientSecret })],
      executorApi: true,
      // As the pages of a second factor, and the callbacks of sources, read them.
      after(app) {
        const read = (req: Request) => ({ site: siteOf(req), keyring, clock: testApp.clock });
        app.get('/factor-of/:user', (req, res) => void res.json(readRememberedFactor(read(req), req, req.params.user)));
        app.get('/resumed', (req, res) => void res.json(takeResume(read(req), 'corp', req, res).next));
      },
      flows: [
        signup,
        defineFlow({
          slug: 'welcome',
          title: 'welcome-page',
          designation: 'authentication',
          authentication: 'require_token',
          skipsSecondFactor: true,
          providedContext: ['pending_user'],
          stages: [dummyStage({ name: 'page' }), userLogin({ name: 'user-login' })],
        }),
        recoveryFlow({ slug: 'forgot' }),
        setPasswordFlow({ slug: 'set-password' }),
        confirmEmailFlow({ slug: 'confirm' }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        ...accountSettings({ fields: ['email'], leave: false }),
      ],
      rateLimits: {
        codes: { perClient: crowd },
        mails: { perClient: crowd, perAddress: crowd, perAddressAndClient: crowd },
      },
    });
    await testApp.enrollment.ready();
    ann = await member(testApp, 'ann');
    await member(testApp, 'bob');
    const { tickets, invitations, flowLink } = testApp.enrollment;
    const { code, id: invitation } = await invitations.create({ uses: 9 });
    tokens.set('the code of an invitation', code ?? '').set('the id of an invitation', invitation);

    // The former address of an account is told of a change, with a link that undoes it.
    const cid = await member(testApp, 'cid');
    await testApp.users.update?.(cid, { emailVerified: true });
    const changer = new Visitor(testApp);
    await signIn(changer, 'cid');
    tokens.set('a session', changer.client.cookies.get('enrollment.sid') ?? '');
    await changer.open('/if/flow/account-profile/');
    await changer.follow(await changer.submit({ email: 'moved@example.com' }));
    const moved = mailer.codeIn(await mailer.next('moved@example.com')) ?? '';
    tokens.set('the code of a mail', moved);
    await changer.submit({ code: moved });
    tokens.set('an undo link', tokenOf(mailer.linkIn(await mailer.next('cid@example.com'))));

    tokens.set('a flow link', tokenOf((await flowLink({ flow: 'welcome', user: ann.id })).url));
    const recovery = await tickets.create({ user: ann.id }, { purpose: 'recovery' });
    const declared = { purpose: 'verify-email', markEmailAsVerified: true } as const;
    const verify = await tickets.create({ user: ann.id }, declared);
    tokens.set('a recovery ticket', tokenOf(recovery.url)).set('a verify-email ticket', tokenOf(verify.url));
    tokens.set('the id of a ticket', recovery.id);
    const dan = await member(testApp, 'dan');
    await tickets.create({ user: dan.id }, { purpose: 'verify-email', delivery: 'kit' });
    const { searchParams } = new URL(mailer.linkIn(await mailer.next('dan@example.com')) ?? '');
    tokens.set('a mailed verify-email ticket', searchParams.get('ticket') ?? '');
    tokens.set('the proof of a mailed ticket', searchParams.get('mail') ?? '');

    await invitations.send({ email: 'eve@example.com', flow: 'invite' });
    const mailed = await mailer.next('eve@example.com');
    const inMail = new URL(mailer.linkIn(mailed) ?? '').searchParams;
    tokens.set('the code of a mailed invitation', inMail.get('invite') ?? '');
    tokens.set('the secret of a mailed invitation', inMail.get('mail') ?? '');
    tokens.set('an unsubscribe link', tokenOf(mailed.unsubscribeUrl ?? null));

    const visitor = await askForRecovery('ann');
    tokens.set('the link of a mail', tokenOf(mailer.linkIn(await mailer.next('ann@example.com'))));
    tokens.set('a plan token', visitor.client.cookies.get('enrollment.plan.forgot') ?? '');
    tokens.set('a step signature', visitor.signature);
    const native = new JsonClient(testApp, { byBearer: true });
    await native.get('forgot');
    await native.post('forgot', { component: 'ak-stage-identification', uid_field: 'bob' });
    tokens.set('a bearer token', native.token ?? '');
    for (const [kind, path, cookie] of [
      ['a sealed entry link', `/if/flow/invite/?invite=${code ?? ''}`, 'entry'],
      ['a sealed flow link', `/if/flow/welcome/?flow_token=${tokens.get('a flow link') ?? ''}`, 'link.welcome'],
      [
        'a sealed ticket',
        `/if/flow/set-password/-/ticket?ticket=${tokens.get('a recovery ticket') ?? ''}`,
        'ticket.set-password',
      ],
      [
        'a sealed link of a mail',
        `/if/flow/forgot/mail/?token=${tokens.get('the link of a mail') ?? ''}`,
        'mail.forgot',
      ],
    ] as const) {
      const opener = new Visitor(testApp);
      await opener.open(path);
      tokens.set(kind, opener.client.cookies.get(`enrollment.${cookie}`) ?? '');
    }
    // Cookies that only flows with a second factor, and sources of an app, set.
    const body = Buffer.from(JSON.stringify({ next: '/books' })).toString('base64url');
    const signed = (purpose: 'second-factor' | 'resume', subject: string): string =>
      signValue(keyring, { purpose }, subject, body, testApp.clock.now()).text;
    tokens.set('a remembered second factor', signed('second-factor', ann.id));
    tokens.set('a sign-in at a provider that began here', signed('resume', 'corp'));
    // Of a sign-in that waits for the provider's answer.
    const { visitor: away, state } = await beginAtProvider();
    tokens.set('the state of another sign-in at a provider', state);
    tokens.set('the cookie of another sign-in at a provider', away.client.cookies.get(sourceCookieOf(state)) ?? '');
    for (const [kind, token] of tokens) assert.notEqual(token, '', kind);
  });
  after(() => provider.close());
  after(() => {
    // They were typed as codes, and are told by events: they open nothing.
    for (const kind of ['the id of a ticket', 'the id of an invitation'])
      testApp.canaries.delete(tokens.get(kind) ?? '');
    return testApp.close();
  });

  for (const [kind, isTaken] of Object.entries(places)) {
    it(`${kind}: is taken where it belongs`, async () => {
      const isOwn = /^(?:a step signature|the link of a mail|the (?:cookie|state) of a sign-in at a provider)$/.test(
        kind,
      );
      assert.equal(await isTaken(isOwn ? 'its own' : (tokens.get(kind) ?? '')), true);
    });
    it(`${kind}: no other is taken in its place`, async () => {
      // A mailed code is typed like any other.
      const isCode = (one: string): boolean => /^the code of (?:an|a mailed) invitation$/.test(one);
      const isOther = (one: string): boolean => one !== kind && !(isCode(one) && kind === 'the code of an invitation');
      for (const [other, token] of tokens) if (isOther(other)) assert.equal(await isTaken(token), false, other);
    });
  }
});
