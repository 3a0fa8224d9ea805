import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import type { Authenticators } from '../../lib/ports/authenticators.js';
import type { SecondFactorSettings } from '../../lib/flows/second-factor-stages.js';
import { authenticatorSetupFlow } from '../../lib/flows/authenticator-setup.js';
import { signInFlow } from '../../lib/index.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { password } from '../support/account.js';
import { member, signInPage } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const totpPage = '/if/flow/totp/';
const codesPage = '/if/flow/codes/';

/** The key and the codes that a page shows. */
const keyIn = (text: string): string => /secret=([A-Z2-7]+)/.exec(text)?.[1] ?? '';
const codesIn = (text: string): readonly string[] =>
  [...text.matchAll(/>([0-9A-Z]{5}-[0-9A-Z]{5})</g)].map(([, code = '']) => code);

describe('signing in with a second factor', () => {
  let app: TestApp;
  let authenticators: Authenticators;
  let name: string;
  let userId: string;
  let count = 0;

  const codeFor = (secret: string, steps = 0): string =>
    generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) + 30 * steps });

  async function open(notConfiguredAction: SecondFactorSettings['notConfiguredAction'] = 'skip'): Promise<void> {
    authenticators = memoryAuthenticators();
    app = await openTestApp({
      authenticators,
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: { notConfiguredAction } }),
        authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/settings' }),
        authenticatorSetupFlow({ slug: 'codes', type: 'recovery_codes', target: '/settings' }),
        signup,
      ],
      rateLimits: { secondFactors: { perUser: { points: 5, windowSeconds: 900 } } },
    });
  }

  async function giveName(visitor: Visitor): Promise<void> {
    await visitor.open(signInPage);
    await visitor.follow(await visitor.submit({ uid_field: name, password }));
  }

  /** Signs in and sets up an app and recovery codes. */
  async function enrolled(): Promise<{ visitor: Visitor; secret: string; codes: readonly string[] }> {
    const visitor = new Visitor(app);
    await giveName(visitor);
    await visitor.open(totpPage);
    const page = await visitor.follow(await visitor.submit({ password }));
    const secret = keyIn(page.text);
    app.canaries.add(secret);
    const next = await visitor.follow(await visitor.submit({ code: codeFor(secret) }));
    const codes = codesIn(next.text);
    const done = await visitor.submit({});
    assert.equal(done.location, '/settings', done.text);
    app.clock.advance(60_000);
    return { visitor, secret, codes };
  }

  describe('that is asked of those who have one', () => {
    before(() => open());
    after(() => app.close());
    beforeEach(async () => {
      ({ id: userId } = await member(app, (name = `member-${(count += 1)}`)));
    });

    it('a user without an authenticator is signed in by name and password', async () => {
      const visitor = new Visitor(app);
      await visitor.open(signInPage);
      const answer = await visitor.submit({ uid_field: name, password });
      assert.deepEqual([answer.status, answer.location], [303, '/inside']);
      assert.equal(await visitor.me(), name);
    });

    it('set-up asks for the password, shows key and QR code, and stores nothing before a code is right', async () => {
      const visitor = new Visitor(app);
      await giveName(visitor);
      const first = await visitor.open(totpPage);
      assert.match(first.text, /Enter your password to continue/);
      assert.equal((await visitor.submit({ password: 'something else' })).status, 422);
      const page = await visitor.follow(await visitor.submit({ password }));
      const secret = keyIn(page.text);
      assert.equal(secret.length, 32);
      assert.match(page.text, /<svg class="enrollment-qr__code"/);
      assert.equal(keyIn((await visitor.open(totpPage)).text), secret, 'the same key when the page is opened again');
      const wrong = await visitor.submit({ code: '000000' === codeFor(secret) ? '000001' : '000000' });
      assert.equal(wrong.status, 422);
      assert.match(wrong.text, /That code doesn’t match/);
      assert.equal(keyIn(wrong.text), secret);
      assert.deepEqual(await authenticators.list(userId), []);
      const next = await visitor.follow(await visitor.submit({ code: codeFor(secret).replace(/^.../, '$& ') }));
      assert.equal(codesIn(next.text).length, 10);
      const [stored] = await authenticators.list(userId);
      assert.equal(stored?.type, 'totp');
      assert.ok(!JSON.stringify(stored).includes(secret), 'the key is encrypted');
      assert.equal((await visitor.submit({})).location, '/settings');
      const codes = codesIn(next.text);
      const rows = JSON.stringify(await authenticators.list(userId));
      assert.ok(codes.every((code) => !rows.includes(code) && !rows.includes(code.replace('-', ''))));
      assert.equal(app.events.filter((event) => event.name === 'authenticator.added').length, 2);
    });

    it('the password alone signs nobody in, whatever is opened or sent next', async () => {
      await enrolled();
      const visitor = new Visitor(app);
      await visitor.open(signInPage);
      const first = visitor.form;
      const answer = await visitor.submit({ uid_field: name, password });
      assert.notEqual(answer.location, '/inside');
      assert.equal(await visitor.me(), null);
      const page = await visitor.follow(answer);
      assert.match(page.text, /Confirm it’s you/);
      assert.match(page.text, /name="code"[^>]*autocomplete="one-time-code"/);
      // The second of two clicks, the password again, an empty answer, and another step.
      const sent = [
        { ...first.hidden, uid_field: name, password },
        { ...visitor.form.hidden, uid_field: name, password },
        visitor.form.hidden,
        { ...visitor.form.hidden, code: '' },
        { ...visitor.form.hidden, second_factor: userId, pending_user: userId },
      ];
      for (const fields of sent) {
        await visitor.post(signInPage, fields);
        await visitor.open(signInPage);
        assert.equal(await visitor.me(), null, JSON.stringify(fields));
      }
    });

    it('a code of the app signs in, and the same code is not accepted a second time', async () => {
      const { secret } = await enrolled();
      const visitor = new Visitor(app);
      await giveName(visitor);
      const code = codeFor(secret);
      const answer = await visitor.submit({ code });
      assert.deepEqual([answer.status, answer.location], [303, '/inside']);
      assert.equal(await visitor.me(), name);
      const thief = new Visitor(app);
      await giveName(thief);
      const again = await thief.submit({ code });
      assert.equal(again.status, 422);
      assert.match(again.text, /That code isn’t right, or it was already used/);
      assert.equal(await thief.me(), null);
      app.clock.advance(30_000);
      assert.equal((await thief.submit({ code: codeFor(secret) })).location, '/inside');
    });

    it('the code that set the app up does not sign in', async () => {
      const visitor = new Visitor(app);
      await giveName(visitor);
      await visitor.open(totpPage);
      const secret = keyIn((await visitor.follow(await visitor.submit({ password }))).text);
      const code = codeFor(secret);
      await visitor.follow(await visitor.submit({ code }));
      const other = new Visitor(app);
      await giveName(other);
      assert.equal((await other.submit({ code })).status, 422);
    });

    it('a code of the step before or after is accepted, one of two steps away is not', async () => {
      const { secret } = await enrolled();
      const visitor = new Visitor(app);
      await giveName(visitor);
      for (const steps of [-2, 2]) assert.equal((await visitor.submit({ code: codeFor(secret, steps) })).status, 422);
      assert.equal((await visitor.submit({ code: codeFor(secret, -1) })).location, '/inside');
      const other = new Visitor(app);
      await giveName(other);
      assert.equal((await other.submit({ code: codeFor(secret, 1) })).location, '/inside');
    });

    it('two browsers that send the same code at once: one is signed in', async () => {
      const { secret } = await enrolled();
      const visitors = [new Visitor(app), new Visitor(app), new Visitor(app)];
      for (const visitor of visitors) await giveName(visitor);
      const code = codeFor(secret);
      const answers = await Promise.all(visitors.map((visitor) => visitor.submit({ code })));
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [303, 422, 422]);
    });

    it('each recovery code signs in once, in any spelling; new codes end the old ones', async () => {
      const { codes } = await enrolled();
      const [first = '', second = '', third = ''] = codes;
      for (const [typed, expected] of [
        [first, 303],
        [first, 422],
        [` ${second.toLowerCase().replace('-', ' ')} `, 303],
        [second, 422],
      ] as const) {
        const visitor = new Visitor(app);
        await giveName(visitor);
        assert.equal((await visitor.submit({ code: typed })).status, expected, typed);
      }
      const visitor = new Visitor(app);
      await giveName(visitor);
      await visitor.submit({ code: third });
      await visitor.open(codesPage);
      await visitor.follow(await visitor.submit({ password }));
      // A session and a password are not enough to replace a second factor.
      assert.match(visitor.page.text, /Confirm it’s you/);
      const shown = await visitor.follow(await visitor.submit({ code: codes[3] ?? '' }));
      const fresh = codesIn(shown.text);
      assert.equal(fresh.length, 10);
      const refused = await visitor.submit({ set: 'unknown' });
      assert.deepEqual([refused.status, codesIn(refused.text)], [422, fresh]);
      assert.equal((await visitor.submit({})).location, '/settings', 'the page is not refused again');
      const other = new Visitor(app);
      await giveName(other);
      assert.equal((await other.submit({ code: codes[4] ?? '' })).status, 422);
      assert.equal((await other.submit({ code: fresh[0] ?? '' })).status, 303);
      const sets = (await authenticators.list(userId)).filter(({ type }) => type === 'recovery_codes');
      assert.equal(sets.length, 1);
    });

    it('two different recovery codes at once both sign in', async () => {
      const { codes } = await enrolled();
      const visitors = [new Visitor(app), new Visitor(app)];
      for (const visitor of visitors) await giveName(visitor);
      const answers = await Promise.all(visitors.map((one, index) => one.submit({ code: codes[index] ?? '' })));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [303, 303],
      );
    });

    it('codes of another user are wrong, in the same words', async () => {
      const theirs = await enrolled();
      ({ id: userId } = await member(app, (name = `member-${(count += 1)}`)));
      await enrolled();
      const visitor = new Visitor(app);
      await giveName(visitor);
      const answers = [
        await visitor.submit({ code: codeFor(theirs.secret) }),
        await visitor.submit({ code: theirs.codes[0] ?? '' }),
        await visitor.submit({ code: 'no code at all' }),
        await visitor.submit({ code: '1'.repeat(5000) }),
      ];
      for (const { status, text } of answers) {
        assert.equal(status, 422);
        assert.match(text, /That code isn’t right, or it was already used/);
      }
      assert.equal(await visitor.me(), null);
    });

    it('wrong codes are counted for the user, in every browser: 429, a right one too', async () => {
      const { secret } = await enrolled();
      for (let tried = 0; tried < 5; tried += 1) {
        const visitor = new Visitor(app);
        await giveName(visitor);
        assert.equal((await visitor.submit({ code: 'AAAAA-AAAAA' })).status, 422);
      }
      const visitor = new Visitor(app);
      await giveName(visitor);
      const answer = await visitor.submit({ code: codeFor(secret) });
      assert.equal(answer.status, 429);
      assert.ok(Number(answer.headers['retry-after']) > 0);
      app.clock.advance(16 * 60_000);
      await giveName(visitor);
      assert.equal((await visitor.submit({ code: codeFor(secret) })).location, '/inside');
    });

    it('an authenticator that was removed meanwhile signs nobody in', async () => {
      const { secret } = await enrolled();
      const visitor = new Visitor(app);
      await giveName(visitor);
      const code = codeFor(secret);
      for (const { id, type } of await authenticators.list(userId))
        if (type === 'totp') await authenticators.remove(userId, id);
      assert.equal((await visitor.submit({ code })).status, 422);
      assert.equal(await visitor.me(), null);
    });

    it('in a set-up flow, another user who signs in meanwhile cannot finish it', async () => {
      const visitor = new Visitor(app);
      await giveName(visitor);
      await visitor.open(totpPage);
      const secret = keyIn((await visitor.follow(await visitor.submit({ password }))).text);
      const form = visitor.form;
      await visitor.client.post('/sign-out', {});
      const first = { name, userId };
      ({ id: userId } = await member(app, (name = `member-${(count += 1)}`)));
      await giveName(visitor);
      assert.equal(await visitor.me(), name);
      await visitor.post(totpPage, { ...form.hidden, code: codeFor(secret) });
      assert.deepEqual(await authenticators.list(first.userId), []);
      assert.deepEqual(await authenticators.list(userId), []);
    });

    it('set-up is for signed-in users only', async () => {
      const answer = await new Visitor(app).open(totpPage);
      assert.equal(answer.status, 403);
    });

    it('a double click on the last page of the set-up stores one authenticator', async () => {
      const visitor = new Visitor(app);
      await giveName(visitor);
      await visitor.open(totpPage);
      const secret = keyIn((await visitor.follow(await visitor.submit({ password }))).text);
      const form = visitor.form;
      const code = codeFor(secret);
      await Promise.all([1, 2].map(() => visitor.post(totpPage, { ...form.hidden, code })));
      assert.equal((await authenticators.list(userId)).length, 1);
    });
  });

  describe('notConfiguredAction', () => {
    it('deny refuses users without one, and asks the others', async () => {
      await open('deny');
      ({ id: userId } = await member(app, (name = `member-${(count += 1)}`)));
      const visitor = new Visitor(app);
      await visitor.open(signInPage);
      const answer = await visitor.submit({ uid_field: name, password });
      assert.equal(answer.status, 403);
      assert.match(answer.text, /Your account needs a second factor/);
      assert.equal(await visitor.me(), null);
      await app.close();
    });

    it('configure sets one up before signing in, and asks for no second code', async () => {
      await open('configure');
      ({ id: userId } = await member(app, (name = `member-${(count += 1)}`)));
      const visitor = new Visitor(app);
      await giveName(visitor);
      assert.match(visitor.page.text, /Set up an authenticator app/);
      assert.equal(await visitor.me(), null);
      const secret = keyIn(visitor.page.text);
      const next = await visitor.follow(await visitor.submit({ code: codeFor(secret) }));
      assert.equal(codesIn(next.text).length, 10);
      assert.equal((await visitor.submit({})).location, '/inside');
      assert.equal(await visitor.me(), name);
      await app.close();
    });

    it('configure asks for the code of an authenticator that is added while its page is open', async () => {
      await open('configure');
      ({ id: userId } = await member(app, (name = `member-${(count += 1)}`)));
      const [owner, thief] = [new Visitor(app), new Visitor(app)];
      await giveName(thief);
      assert.match(thief.page.text, /Set up an authenticator app/);
      await giveName(owner);
      await owner.submit({ code: codeFor(keyIn(owner.page.text)) });
      await thief.open(signInPage);
      assert.match(thief.page.text, /Confirm it’s you/);
      assert.equal(await thief.me(), null);
      await app.close();
    });
  });

  it('the start ends where the table of authenticators is missing', async () => {
    const missing: Authenticators = {
      ...memoryAuthenticators(),
      list: () =>
        Promise.reject(Object.assign(new Error('no such table: enrollment_authenticators'), { code: '42P01' })),
    };
    app = await openTestApp({ authenticators: missing, flows: [signup] });
    await assert.rejects(() => app.enrollment.ready(), {
      code: 'ERR_ENROLLMENT_USER_STORE',
      message: /the table of authenticators cannot be used: no such table/,
    });
    await app.close();
  });

  it('a flow with these stages does not start without the option', () => {
    return assert.rejects(
      () => openTestApp({ flows: [signInFlow({ slug: 'sign-in', secondFactor: true }), signup] }),
      /flows\.sign-in\.second-factor: authenticator_validate needs the option authenticators/,
    );
  });
});
