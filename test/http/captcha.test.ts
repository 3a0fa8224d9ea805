import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import {
  defineFlow,
  deny,
  identification,
  inviteCode,
  inviteCodePrompt,
  inviteSignupFlow,
  memoryUsers,
  promptStage,
  signInFlow,
  userLogin,
  username,
  userWrite,
  waitlistFlow,
  type Flow,
} from '../../lib/index.js';
import { ifManyWrongCodes } from '../../lib/policies.js';
import { altcha, captchaStage, hCaptcha, reCaptcha, turnstile } from '../../lib/stages.js';
import type { Captcha } from '../../lib/ports.js';
import { answerTo, easy } from '../support/captcha/solve.js';
import { password } from '../support/account.js';
import { member, signInPage } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { form } from '../support/html-form.js';
import { RawClient } from '../support/raw-client.js';
import { waitUntil } from '../support/wait-until.js';

const captcha = altcha(easy);
const overall = (points: number) => ({ rateLimits: { codes: { overall: { points, windowSeconds: 600 } } } });

function club(...stages: Parameters<typeof defineFlow>[0]['stages']): Flow {
  return defineFlow({
    slug: 'invite',
    title: 'Club',
    designation: 'enrollment',
    stages: [
      ...stages,
      promptStage({
        name: 'about',
        prompts: [inviteCodePrompt(), username({ key: 'username', label: 'Username' })],
        validation: [inviteCode()],
      }),
      userWrite({ name: 'write' }),
      userLogin({ name: 'login' }),
    ],
  });
}

describe('a captcha', () => {
  let app: TestApp;
  afterEach(() => app.close());
  const open = async (flows: readonly Flow[], more: TestAppOptions = {}): Promise<void> => {
    app = await openTestApp({ flows, ...more });
  };

  describe('on a page of its own', () => {
    it('lets a solved form pass once, and nothing else', async () => {
      await open([club(captchaStage({ name: 'check', captcha, alternative: '/contact' }))]);
      const visitor = new Visitor(app);
      const page = await visitor.open();
      assert.match(page.text, /One quick check/);
      assert.match(page.text, /<noscript><p[^>]*>This page checks [^<]* needs JavaScript\./);
      assert.match(page.text, /<a class="enrollment-link" href="\/contact">Continue another way<\/a>/);
      const policy = String(page.headers['content-security-policy']);
      assert.match(policy, /script-src \S+\/if\/assets\/;/);
      assert.doesNotMatch(policy, /unsafe|frame-src/);
      assert.match(page.text, /<script type="module" src="\/if\/assets\/captcha\.[0-9a-f]+\.js">/);
      for (const fields of [{}, { token: '' }, { token: 'x' }, { token: 'x'.repeat(9000) }, { captcha_token: 'x' }]) {
        const answer = await visitor.submit(fields);
        assert.equal(answer.status, 422);
        assert.match(answer.text, /Wait until the check is complete|We couldn’t confirm/);
      }
      const token = await answerTo(visitor.page.text);
      const { hidden } = visitor.form;
      const passed = await visitor.submit({ token });
      assert.equal(passed.status, 303);
      assert.match((await visitor.follow(passed)).text, /name="username"/);
      const again = await visitor.post('/if/flow/invite/', { ...hidden, token });
      assert.match((await visitor.follow(again)).text, /name="username"/, 'the second of two clicks');
      const other = new Visitor(app);
      await other.open();
      assert.equal((await other.submit({ token })).status, 422, 'the answer of another plan');
    });

    it('answers the second of two clicks at once like the first', async () => {
      await open([club(captchaStage({ name: 'check', captcha }))]);
      const visitor = new Visitor(app);
      await visitor.open();
      const token = await answerTo(visitor.page.text);
      const answers = await Promise.all([visitor.submit({ token }), visitor.submit({ token })]);
      assert.deepEqual(
        answers.map(({ status }) => status),
        [303, 303],
      );
    });

    it('tells policies the score, and never the answer', async () => {
      await open([club(captchaStage({ name: 'check', captcha }))]);
      const visitor = new Visitor(app);
      await visitor.open();
      const token = await answerTo(visitor.page.text);
      app.canaries.add(token);
      await visitor.submit({ token });
      assert.ok(!(await visitor.open()).text.includes(token));
    });

    it('is asked for only while many codes are wrong, by a policy', async () => {
      await open(
        [club({ stage: captchaStage({ name: 'check', captcha }), policies: [ifManyWrongCodes({ points: 2 })] })],
        overall(1000),
      );
      const guesser = new Visitor(app);
      assert.match((await guesser.open()).text, /name="username"/);
      for (const invite_code of ['AAAA', 'BBBB', 'CCCC']) await guesser.submit({ invite_code, username: 'guest' });
      await waitUntil(
        async () => (/One quick check/.test((await new Visitor(app).open()).text) ? true : undefined),
        () => 'no captcha is asked for',
      );
      app.clock.advance(601_000);
      assert.match((await new Visitor(app).open()).text, /name="username"/, 'no longer after the window');
    });
  });

  describe('at sign-in', () => {
    const openSignIn = async (given: Captcha = captcha): Promise<void> => {
      await open([signInFlow({ slug: 'sign-in', target: '/inside', captcha: given })]);
      await member(app, 'ann');
    };

    it('T23: is checked before any account is looked up, for known and unknown people alike', async () => {
      let lookups = 0;
      const { users } = memoryUsers();
      await open([signInFlow({ slug: 'sign-in', target: '/inside', captcha })], {
        users: {
          ...users,
          findByLogin: (...asked) => {
            lookups += 1;
            return users.findByLogin(...asked);
          },
        },
      });
      await member(app, 'ann');
      const visitor = new Visitor(app);
      await visitor.open(signInPage);
      const texts: string[] = [];
      for (const uid_field of ['ann', 'nobody-here']) {
        for (const captcha_token of ['', 'wrong']) {
          const answer = await visitor.submit({ uid_field, password, captcha_token });
          assert.equal(answer.status, 422);
          texts.push(/<li[^>]*>(?:<a[^>]*>)?([^<]*)/.exec(answer.text)?.[1] ?? '');
        }
      }
      assert.equal(lookups, 0);
      assert.deepEqual(texts.slice(0, 2), texts.slice(2));
      const answer = await visitor.submit({
        uid_field: 'nobody-here',
        password,
        captcha_token: await answerTo(visitor.page.text),
      });
      assert.ok(lookups > 0);
      assert.match(answer.text, /id="field-password-error"/);
      const right = await visitor.submit({ uid_field: 'ann', password, captcha_token: await answerTo(answer.text) });
      assert.equal(right.location, '/inside');
    });

    it('costs a new answer for each try', async () => {
      await openSignIn();
      const visitor = new Visitor(app);
      await visitor.open(signInPage);
      const captcha_token = await answerTo(visitor.page.text);
      const first = await visitor.submit({ uid_field: 'ann', password: 'guess number one', captcha_token });
      assert.doesNotMatch(first.text, /The check expired/);
      assert.ok(!first.text.includes(captcha_token), 'the used answer is not sent back');
      const second = await visitor.submit({ uid_field: 'ann', password, captcha_token });
      assert.equal(second.status, 422);
      assert.match(second.text, /The check expired\. We’ve started a new one/);
      assert.match(second.text, /value="ann"/, 'what was typed is kept');
      const third = await visitor.submit({ uid_field: 'ann', password, captcha_token: await answerTo(second.text) });
      assert.equal(third.location, '/inside');
      assert.equal(await visitor.me(), 'ann');
    });

    it('does not use up the answer of a form with a blank field', async () => {
      await openSignIn();
      const visitor = new Visitor(app);
      await visitor.open(signInPage);
      const captcha_token = await answerTo(visitor.page.text);
      const blank = await visitor.submit({ uid_field: 'ann', password: '', captcha_token });
      assert.match(blank.text, /Enter your password/);
      assert.equal((await visitor.submit({ uid_field: 'ann', password, captcha_token })).location, '/inside');
    });

    it('is a 503 while the provider is away, and what was typed is kept', async () => {
      const given = turnstile({
        siteKey: 'k',
        secretKey: 'canary-secret-key',
        fetch: () => Promise.reject(new Error('connect ECONNREFUSED')),
      });
      await openSignIn(given);
      app.canaries.add('canary-secret-key');
      // Not a visitor: its checks want pages that load nothing from elsewhere.
      const client = new RawClient(app.url);
      const page = await client.get(signInPage);
      const policy = String(page.headers['content-security-policy']);
      assert.match(policy, /script-src [^;]*https:\/\/challenges\.cloudflare\.com/);
      assert.match(policy, /frame-src https:\/\/challenges\.cloudflare\.com/);
      assert.match(
        page.text,
        /<div class="cf-turnstile" data-sitekey="k" data-action="sign_in" data-cdata="[\w-]{22}"/,
      );
      assert.match(
        page.text,
        /<script src="https:\/\/challenges\.cloudflare\.com\/turnstile\/v0\/api\.js" async defer>/,
      );
      const { action, hidden } = form(page.text);
      const fields = { ...hidden, uid_field: 'ann', password, 'cf-turnstile-response': 'abc' };
      const answer = await client.post(action, fields);
      assert.equal(answer.status, 503);
      assert.equal(answer.headers['retry-after'], '5');
      assert.match(answer.text, /value="ann"/);
      assert.equal((await client.get('/me')).text, 'null');
    });
  });

  describe('on the page of an invitation code', () => {
    it('is checked before the code: wrong answers look up nothing and count as no wrong code', async () => {
      await open([inviteSignupFlow({ slug: 'invite', fields: ['username'], captcha })], {
        rateLimits: { codes: { perClient: { points: 3, windowSeconds: 600 } } },
      });
      const { code } = await app.enrollment.invitations.create();
      const visitor = new Visitor(app);
      await visitor.open();
      for (let count = 0; count < 6; count += 1) {
        const answer = await visitor.submit({ invite_code: 'AAAA-AAAA-AAAA', captcha_token: 'x' });
        assert.equal(answer.status, 422);
        assert.match(answer.text, /We couldn’t confirm/);
      }
      const answer = await visitor.submit({ invite_code: code, captcha_token: await answerTo(visitor.page.text) });
      assert.match((await visitor.follow(answer)).text, /name="username"/);
    });

    it('is asked for only while the wrong codes of all clients are many', async () => {
      await open(
        [inviteSignupFlow({ slug: 'invite', fields: ['username'], captcha: { captcha, when: 'many_wrong_codes' } })],
        overall(2),
      );
      const { code } = await app.enrollment.invitations.create();
      const early = new Visitor(app);
      assert.doesNotMatch((await early.open()).text, /data-captcha/);
      const guesser = new Visitor(app);
      await guesser.open();
      for (const invite_code of ['AAAA', 'BBBB', 'CCCC']) await guesser.submit({ invite_code });
      await waitUntil(
        async () => (/data-captcha/.test((await new Visitor(app).open()).text) ? true : undefined),
        () => 'no captcha is asked for',
      );
      const asked = await early.submit({ invite_code: code });
      assert.equal(asked.status, 422, 'a page from before has to solve it too');
      assert.match(asked.text, new RegExp(`value="${code}"`));
      const captcha_token = await answerTo(asked.text);
      const passed = await early.follow(await early.submit({ invite_code: code, captcha_token }));
      assert.match(passed.text, /name="username"/);
    });
  });

  it('is on the waitlist’s page too', async () => {
    await open([waitlistFlow({ slug: 'wait', captcha })]);
    const visitor = new Visitor({ ...app, page: '/if/flow/wait/' });
    await visitor.open();
    assert.equal((await visitor.submit({ email: 'ann@example.com' })).status, 422);
    assert.equal((await app.enrollment.waitlist.list()).length, 0);
    const captcha_token = await answerTo(visitor.page.text);
    assert.equal((await visitor.submit({ email: 'ann@example.com', captcha_token })).status, 303);
    assert.equal((await app.enrollment.waitlist.list()).length, 1);
  });

  it('that needs scripts of the kit stops the start without them', async () => {
    await open([club()]);
    const keys = { siteKey: 'k', secretKey: 's' };
    const issues = (given: Captcha): Promise<unknown> =>
      openTestApp({
        scripts: false,
        flows: [
          defineFlow({
            slug: 'a',
            title: 'A',
            designation: 'authentication',
            stages: [
              captchaStage({ name: 'check', captcha: given }),
              identification({ name: 'who', password: true, captcha: given }),
              userLogin({ name: 'login' }),
            ],
          }),
        ],
      }).then((made) => made.close());
    for (const given of [captcha, reCaptcha({ ...keys, version: 'v3' })])
      await assert.rejects(() => issues(given), {
        message:
          /flows\.a\.check: captcha needs the scripts of the kit: leave out scripts: false[^]*flows\.a\.who: identification/,
      });
    await issues(hCaptcha(keys));
  });

  it('of your own may load scripts of its origins only, and no inline code', async () => {
    await open([club(deny({ name: 'stop' }))]);
    const own = (scriptSrc: string): Captcha => ({
      type: 'own',
      field: null,
      needsScripts: false,
      contentSecurityPolicy: { scriptSrc: [scriptSrc] },
      challenge: () => ({ js_url: null, site_key: null, interactive: false }),
      verify: () => Promise.resolve({ type: 'failed', cause: 'wrong' }),
    });
    for (const source of ["'unsafe-inline'", 'http://captcha.example', '*', 'https://x; object-src *'])
      assert.throws(() => captchaStage({ name: 'check', captcha: own(source) }), {
        code: 'ERR_ENROLLMENT_CONFIG',
        message: /captcha stage 'check'.*must be an https origin or path/,
      });
    assert.doesNotThrow(() => captchaStage({ name: 'check', captcha: own('https://captcha.example/api.js') }));
    assert.throws(() => captchaStage({ name: 'check', captcha: altcha as never }), {
      message: /captcha stage 'check': "captcha" is a function: call it, as in altcha\(\)/,
    });
  });
});
