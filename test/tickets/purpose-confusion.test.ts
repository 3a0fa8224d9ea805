import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { confirmEmailFlow, recoveryFlow, setPasswordFlow } from '../../lib/flows.js';
import { defineFlow, signInFlow, userLogin } from '../../lib/index.js';
import { dummyStage } from '../../lib/stages.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

/** Every kind of token that travels in a link, and every place that takes one. */
describe('T-INV-25: a token in the place of another one', () => {
  let testApp: TestApp;
  const tokens = new Map<string, string>();
  const mailer = memoryMailer();
  const places: Readonly<Record<string, (token: string) => string>> = {
    invite: (token) => `/if/flow/invite/?invite=${token}`,
    'flow link': (token) => `/if/flow/welcome/?flow_token=${token}`,
    'mail link': (token) => `/if/flow/forgot/mail/?token=${token}`,
    recovery: (token) => `/if/flow/set-password/-/ticket?ticket=${token}`,
    'verify-email': (token) => `/if/flow/confirm/-/ticket?ticket=${token}`,
  };
  const opens = /name="(?:password|uid_field|email|invite_code)"|Confirm address|Press|welcome-page/i;

  before(async () => {
    testApp = await openTestApp({
      mailer,
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
        signInFlow({ slug: 'sign-in' }),
      ],
    });
    await testApp.enrollment.ready();
    const ann = await member(testApp, 'ann');
    const { tickets, invitations, flowLink } = testApp.enrollment;
    const last = (url: string | null): string => new URL(url ?? '').search.split('=').at(-1) ?? '';
    tokens.set('invite', (await invitations.create({ uses: 9 })).code ?? '');
    tokens.set('flow link', last((await flowLink({ flow: 'welcome', user: ann.id })).url));
    const recovery = await tickets.create({ user: ann.id }, { purpose: 'recovery' });
    const verify = await tickets.create({ user: ann.id }, { purpose: 'verify-email', markEmailAsVerified: true });
    tokens.set('recovery', last(recovery.url));
    tokens.set('verify-email', last(verify.url));
    tokens.set('the id of a ticket', recovery.id);
    const visitor = new Visitor(testApp);
    await visitor.open('/if/flow/forgot/');
    await visitor.follow(await visitor.submit({ uid_field: 'ann@example.com' }));
    tokens.set('mail link', last(mailer.linkIn(await mailer.next('ann@example.com'))));
    tokens.set('a plan token', visitor.client.cookies.get('enrollment.plan.forgot') ?? '');
    tokens.set('a step signature', visitor.signature);
  });
  after(() => {
    // It was typed as a code, and is told by the events of tickets: it opens nothing.
    testApp.canaries.delete(tokens.get('the id of a ticket') ?? '');
    return testApp.close();
  });

  for (const place of Object.keys(places))
    it(`${place}: is taken where it belongs, and no other is`, async () => {
      const at = places[place];
      assert.ok(at);
      for (const [kind, token] of tokens) {
        const visitor = new Visitor(testApp);
        const answer = await visitor.open(at(encodeURIComponent(token)));
        const isOpen = answer.status === 200 && opens.test(answer.text);
        if (kind === place) {
          // The link of a mail is for the browser that asked for it.
          if (place !== 'mail link') assert.equal(isOpen, true, `${kind}\n${answer.text}`);
          continue;
        }
        if (place === 'invite') {
          // The page of the code shows; no other token is a code.
          const refused = await visitor.submit({ invite_code: token });
          assert.equal(refused.status, 422, kind);
          continue;
        }
        assert.equal(isOpen, false, `${kind} at ${place}\n${answer.text}`);
        assert.ok(answer.status >= 400, `${kind} at ${place}: ${answer.status}`);
      }
    });
});
