import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { authenticatorSetupFlow } from '../../lib/flows.js';
import { defineFlow, identification, signInFlow, userLogin } from '../../lib/index.js';
import { passkeySignIn, validateAuthenticator } from '../../lib/stages.js';
import { password } from '../support/account.js';
import {
  giveName,
  openPasskeyApp,
  openSetup,
  optionsIn,
  passkeyPage,
  passwordlessPage,
  withPasskey,
  type PasskeyApp,
} from '../support/http/passkey-app.js';
import { member, signInPage } from '../support/http/sign-in-app.js';
import { Visitor } from '../support/http/visitor.js';
import { SoftwareAuthenticator, type Tampering } from '../support/software-authenticator.js';

/** The name first, then the passkey: between both a policy may turn an account away. */
const flowsWithName = [
  signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: true }),
  authenticatorSetupFlow({ slug: 'passkey', type: 'webauthn', target: '/settings' }),
  defineFlow({
    slug: 'by-name',
    title: 'Sign in',
    designation: 'authentication',
    target: '/inside',
    stages: [identification({ name: 'who' }), passkeySignIn({ name: 'passkey' }), userLogin({ name: 'login' })],
  }),
];

const refused = /We couldn’t accept this passkey/;

describe('passkeys', () => {
  let opened: PasskeyApp;
  let name: string;
  let userId: string;
  let count = 0;

  before(async () => {
    opened = await openPasskeyApp(
      {},
      {
        rateLimits: {
          secondFactors: {
            perUser: { points: 1000, windowSeconds: 60 },
            perClient: { points: 1000, windowSeconds: 60 },
            perPlan: { points: 1000, windowSeconds: 60 },
          },
        },
      },
    );
  });
  after(() => opened.app.close());
  beforeEach(async () => {
    ({ id: userId } = await member(opened.app, (name = `member-${(count += 1)}`)));
  });

  const rows = (): ReturnType<typeof opened.authenticators.list> => opened.authenticators.list(userId);

  describe('set-up', () => {
    it('asks for the password, stores the public key alone, and gives recovery codes', async () => {
      const visitor = new Visitor(opened.app);
      await giveName(visitor, name);
      const page = await openSetup(visitor);
      const options = optionsIn(page.text);
      assert.deepEqual([options.rp?.id, options.user?.name], ['localhost', name]);
      assert.ok(
        !Buffer.from(options.user?.id ?? '', 'base64url')
          .toString()
          .includes(userId),
      );
      assert.deepEqual(await rows(), [], 'opening the page stores nothing');
      const authenticator = new SoftwareAuthenticator(opened.origin);
      const answer = await visitor.submit({ response: authenticator.create(options) });
      await visitor.follow(answer);
      assert.match(visitor.page.text, /Save your recovery codes/);
      const [row] = await rows();
      assert.deepEqual([row?.type, row?.name, row?.data['credential_id']], ['webauthn', 'Passkey', authenticator.id]);
      assert.equal(
        opened.app.events.filter((event) => event.name === 'authenticator.added').at(-1)?.facts['user'],
        userId,
      );
    });

    it('an empty answer says what is needed, and passes nothing', async () => {
      const visitor = new Visitor(opened.app);
      await giveName(visitor, name);
      const page = await openSetup(visitor);
      assert.match(page.text, /Passkeys need JavaScript/);
      for (const fields of [{}, { response: '' }]) {
        const answer = await visitor.submit(fields);
        assert.equal(answer.status, 422);
        assert.match(answer.text, /Your browser didn’t send a passkey/);
      }
      assert.deepEqual(await rows(), []);
    });

    const other = new SoftwareAuthenticator('http://localhost');
    const tampered: readonly (readonly [string, Tampering])[] = [
      ['another challenge', { challenge: Buffer.alloc(36, 7).toString('base64url') }],
      ['another origin', { origin: 'https://evil.example' }],
      ['the origin of another port', { origin: 'http://localhost:1' }],
      ['another relying party', { rpId: 'evil.example' }],
      ['another type', { type: 'webauthn.get' }],
      ['no user present', { flags: 0x44 }],
      ['an answer that is no object', { change: () => 'text' }],
      ['an answer without its parts', { change: (answer) => ({ ...answer, response: {} }) }],
      ['the id of another credential', { change: (answer) => ({ ...answer, id: other.id, rawId: other.id }) }],
    ];
    for (const [what, tampering] of tampered) {
      it(`refuses ${what}`, async () => {
        const visitor = new Visitor(opened.app);
        await giveName(visitor, name);
        await openSetup(visitor);
        const response = new SoftwareAuthenticator(opened.origin).create(optionsIn(visitor.page.text), tampering);
        const answer = await visitor.submit({ response });
        assert.equal(answer.status, 422);
        assert.match(answer.text, /We couldn’t add this passkey/);
        assert.deepEqual(await rows(), []);
      });
    }

    it('a credential that a user has already is refused for every user', async () => {
      const { authenticator } = await withPasskey(opened, name);
      const mine = await rows();
      const others = await member(opened.app, (name = `member-${(count += 1)}`));
      const thief = new Visitor(opened.app);
      await giveName(thief, name);
      await openSetup(thief);
      const answer = await thief.submit({ response: authenticator.create(optionsIn(thief.page.text)) });
      assert.equal(answer.status, 422);
      assert.deepEqual(await opened.authenticators.list(others.id), []);
      assert.deepEqual(await rows(), mine);
    });

    it('excludes the passkeys of the user, has one user handle, and names them apart', async () => {
      const { visitor, authenticator } = await withPasskey(opened, name);
      await visitor.open('/if/flow/passkey/');
      await visitor.follow(await visitor.submit({ password }));
      assert.match(visitor.page.text, /Confirm it’s you/);
      await visitor.follow(await visitor.submit({ response: authenticator.get(optionsIn(visitor.page.text)) }));
      const options = optionsIn(visitor.page.text);
      assert.deepEqual(
        options.excludeCredentials?.map(({ id }) => id),
        [authenticator.id],
      );
      assert.equal(options.user?.id, authenticator.userHandle);
      const second = new SoftwareAuthenticator(opened.origin);
      assert.equal((await visitor.submit({ response: second.create(options) })).location, '/settings');
      assert.deepEqual(
        (await rows()).filter(({ type }) => type === 'webauthn').map((row) => row.name),
        ['Passkey', 'Passkey 2'],
      );
    });

    it('another user who signs in meanwhile gets no passkey, and neither does the first', async () => {
      const visitor = new Visitor(opened.app);
      await giveName(visitor, name);
      await openSetup(visitor);
      const { form } = visitor;
      const response = new SoftwareAuthenticator(opened.origin).create(optionsIn(visitor.page.text));
      await visitor.client.post('/sign-out', {});
      const first = userId;
      ({ id: userId } = await member(opened.app, (name = `member-${(count += 1)}`)));
      await giveName(visitor, name);
      await visitor.post('/if/flow/passkey/', { ...form.hidden, response });
      assert.deepEqual([await opened.authenticators.list(first), await rows()], [[], []]);
    });
  });

  describe('as a second factor', () => {
    it('signs in, and only after the password', async () => {
      const { authenticator } = await withPasskey(opened, name);
      const visitor = new Visitor(opened.app);
      const page = await giveName(visitor, name);
      assert.equal(await visitor.me(), null);
      const options = optionsIn(page.text);
      assert.deepEqual(
        [options.rpId, options.allowCredentials?.map(({ id }) => id)],
        ['localhost', [authenticator.id]],
      );
      const answer = await visitor.submit({ response: authenticator.get(options) });
      assert.deepEqual([answer.status, answer.location], [303, '/inside']);
      assert.equal(await visitor.me(), name);
      const [row] = (await rows()).filter(({ type }) => type === 'webauthn');
      assert.equal(row?.data['counter'], authenticator.counter);
      assert.equal(row.lastUsedAt, opened.app.clock.now());
    });

    it('each kind is a choice by a button, which works without JavaScript', async () => {
      await withPasskey(opened, name);
      const visitor = new Visitor(opened.app);
      const page = await giveName(visitor, name);
      assert.match(page.text, /Use a code instead/);
      assert.doesNotMatch(page.text, /name="code"/);
      const chosen = await visitor.follow(await visitor.submit({ selected_challenge: 'code' }));
      assert.match(chosen.text, /name="code"/);
      assert.match(chosen.text, /Use a passkey instead/);
      assert.doesNotMatch(chosen.text, /data-passkey=/);
      const back = await visitor.follow(await visitor.submit({ selected_challenge: 'webauthn' }));
      assert.match(back.text, /data-passkey=/);
      const nonsense = await visitor.submit({ selected_challenge: 'none' });
      assert.equal(nonsense.status, 422);
      assert.equal(await visitor.me(), null);
    });

    const tampered: readonly (readonly [string, Tampering])[] = [
      ['another challenge', { challenge: Buffer.alloc(36, 7).toString('base64url') }],
      ['another origin', { origin: 'http://localhost.evil.example' }],
      ['another relying party', { rpId: 'example' }],
      ['another type', { type: 'webauthn.create' }],
      ['no user present', { flags: 0x04 }],
      ['another key', { key: new SoftwareAuthenticator('http://localhost').key }],
      ['the handle of another user', { userHandle: Buffer.alloc(32, 1).toString('base64url') }],
      ['an unknown credential', { id: Buffer.alloc(32, 2).toString('base64url') }],
      ['an id that is too long', { id: 'A'.repeat(2000) }],
      ['a counter that went back', { counter: 1 }],
      ['a counter of zero', { counter: 0 }],
      ['no signature', { change: (one) => ({ ...one, response: { ...one.response, signature: '' } }) }],
      ['no JSON', { change: () => undefined }],
    ];
    it('refuses every answer that was tampered with, in one sentence', async () => {
      const { authenticator } = await withPasskey(opened, name);
      const visitor = new Visitor(opened.app);
      await giveName(visitor, name);
      authenticator.counter = 5;
      assert.equal((await visitor.submit({ response: authenticator.get(optionsIn(visitor.page.text)) })).status, 303);
      const thief = new Visitor(opened.app);
      await giveName(thief, name);
      for (const [what, tampering] of tampered) {
        const response = authenticator.get(optionsIn(thief.page.text), tampering) ?? 'undefined';
        const answer = await thief.submit({ response });
        assert.equal(answer.status, 422, what);
        assert.match(answer.text, refused, what);
        assert.equal(await thief.me(), null, what);
      }
      assert.equal(
        opened.app.events.filter(
          ({ name: event, facts }) => event === 'authenticator.counter_regressed' && facts['user'] === userId,
        ).length,
        2,
      );
      // The honest one still signs in.
      assert.equal((await thief.submit({ response: authenticator.get(optionsIn(thief.page.text)) })).status, 303);
    });

    it('an answer is accepted once: not in its own plan, another plan, or another flow', async () => {
      const { authenticator } = await withPasskey(opened, name);
      const [visitor, other, third] = [new Visitor(opened.app), new Visitor(opened.app), new Visitor(opened.app)];
      await giveName(visitor, name);
      await giveName(other, name);
      authenticator.counter = 0;
      const response = authenticator.get(optionsIn(visitor.page.text), { counter: 9 });
      const { form } = visitor;
      assert.equal((await other.submit({ response })).status, 422, 'another plan');
      await third.open(passwordlessPage);
      assert.equal((await third.submit({ response })).status, 422, 'another flow');
      assert.equal((await visitor.submit({ response })).status, 303);
      await visitor.client.post('/sign-out', {});
      opened.app.clock.advance(121_000);
      await visitor.post(signInPage, { ...form.hidden, response });
      assert.equal(await visitor.me(), null, 'the same form, later');
      assert.deepEqual([await other.me(), await third.me()], [null, null]);
    });

    // Cure53 ATH-01-010: the owner of the credential was not compared with the user.
    it('ATH-01-010: the passkey of another user is refused', async () => {
      const theirs = await withPasskey(opened, name);
      ({ id: userId } = await member(opened.app, (name = `member-${(count += 1)}`)));
      const mine = await withPasskey(opened, name);
      const visitor = new Visitor(opened.app);
      await giveName(visitor, name);
      const options = optionsIn(visitor.page.text);
      const answer = await visitor.submit({ response: theirs.authenticator.get(options) });
      assert.equal(answer.status, 422);
      assert.match(answer.text, refused);
      const { userHandle } = mine.authenticator;
      assert.equal((await visitor.submit({ response: theirs.authenticator.get(options, { userHandle }) })).status, 422);
      assert.equal(await visitor.me(), null);
    });

    it('two clicks at once are answered alike, for a new passkey and for a sign-in', async () => {
      const authenticator = new SoftwareAuthenticator(opened.origin);
      const visitor = new Visitor(opened.app);
      const clicked = async (page: string, response: string): Promise<readonly string[]> => {
        const { hidden } = visitor.form;
        const answers = await Promise.all([0, 1].map(() => visitor.post(page, { ...hidden, response })));
        return answers.map(({ status, location }) => `${String(status)} ${location}`);
      };
      await giveName(visitor, name);
      await openSetup(visitor);
      const added = await clicked(passkeyPage, authenticator.create(optionsIn(visitor.page.text)));
      assert.deepEqual(added, [`303 ${passkeyPage}`, `303 ${passkeyPage}`]);
      assert.equal((await rows()).filter(({ type }) => type === 'webauthn').length, 1);
      const again = new Visitor(opened.app);
      await giveName(again, name);
      const response = authenticator.get(optionsIn(again.page.text));
      const { hidden } = again.form;
      const answers = await Promise.all([0, 1].map(() => again.post(signInPage, { ...hidden, response })));
      assert.deepEqual(
        answers.map(({ location }) => location),
        ['/inside', '/inside'],
      );
      const regressed = opened.app.events.filter((event) => event.name === 'authenticator.counter_regressed');
      assert.ok(!regressed.some(({ facts }) => facts['user'] === userId));
    });

    it('a passkey that was removed while its page was open signs in no more', async () => {
      const { authenticator } = await withPasskey(opened, name);
      const visitor = new Visitor(opened.app);
      await giveName(visitor, name);
      const response = authenticator.get(optionsIn(visitor.page.text));
      for (const { id, type } of await rows()) if (type === 'webauthn') await opened.authenticators.remove(userId, id);
      assert.equal((await visitor.submit({ response })).status, 422);
      assert.equal(await visitor.me(), null);
    });

    it('an authenticator that does not count is accepted as long as it never does', async () => {
      const authenticator = new SoftwareAuthenticator(opened.origin);
      authenticator.counter = 0;
      await withPasskey(opened, name, authenticator);
      for (const [counter, status] of [
        [0, 303],
        [0, 303],
        [7, 303],
        [0, 422],
      ] as const) {
        const visitor = new Visitor(opened.app);
        await giveName(visitor, name);
        const response = authenticator.get(optionsIn(visitor.page.text), { counter });
        assert.equal((await visitor.submit({ response })).status, status);
      }
    });

    it('an answer is too late after an hour', async () => {
      const { authenticator } = await withPasskey(opened, name);
      const visitor = new Visitor(opened.app);
      await giveName(visitor, name);
      const response = authenticator.get(optionsIn(visitor.page.text));
      opened.app.clock.advance(3_601_000);
      await visitor.submit({ response });
      assert.equal(await visitor.me(), null);
    });
  });

  describe('without a name', () => {
    const identify = async (authenticator: SoftwareAuthenticator, tampering: Tampering = {}) => {
      const visitor = new Visitor(opened.app);
      const page = await visitor.open(passwordlessPage);
      const options = optionsIn(page.text);
      assert.equal(options.userVerification, 'required');
      assert.deepEqual(options.allowCredentials ?? [], []);
      return { visitor, answer: await visitor.submit({ response: authenticator.get(options, tampering) }) };
    };

    it('sign in their owner by a link of the sign-in page, and store nothing before', async () => {
      const { authenticator } = await withPasskey(opened, name);
      const visitor = new Visitor(opened.app);
      assert.match((await visitor.open(signInPage)).text, /href="\/if\/flow\/passwordless\/"/);
      const { visitor: owner, answer } = await identify(authenticator);
      assert.deepEqual([answer.status, answer.location], [303, '/inside']);
      assert.equal(await owner.me(), name);
      assert.deepEqual(
        opened.app.events.slice(-2).map((event) => event.name),
        ['plan.finished', 'login.succeeded'],
      );
    });

    it('are both factors, also before a stage that demands an authenticator of another type', async () => {
      const both = defineFlow({
        slug: 'both',
        title: 'Sign in',
        designation: 'authentication',
        target: '/inside',
        stages: [
          passkeySignIn({ name: 'passkey' }),
          validateAuthenticator({ name: 'app', deviceClasses: ['totp'], required: true }),
          userLogin({ name: 'login' }),
        ],
      });
      const own = await openPasskeyApp({}, { flows: [...flowsWithName, both] });
      try {
        await member(own.app, 'ann');
        const { authenticator } = await withPasskey(own, 'ann');
        const visitor = new Visitor(own.app);
        await visitor.open('/if/flow/both/');
        await visitor.submit({ response: authenticator.get(optionsIn(visitor.page.text)) });
        assert.equal(await visitor.me(), 'ann');
      } finally {
        await own.app.close();
      }
    });

    it('are refused in one sentence, whatever the cause', async () => {
      const { authenticator } = await withPasskey(opened, name);
      const stranger = new SoftwareAuthenticator(opened.origin);
      stranger.userHandle = authenticator.userHandle;
      const kept = new SoftwareAuthenticator(opened.origin);
      const away = await member(opened.app, `away-${count}`);
      await withPasskey(opened, `away-${count}`, kept);
      opened.inactive.add(away.id);
      const sentences = new Set<string>();
      for (const [what, one, tampering] of [
        ['unverified', authenticator, { flags: 0x01 }],
        ['unknown', stranger, {}],
        ['no handle', authenticator, { userHandle: null }],
        ['another handle', authenticator, { userHandle: kept.userHandle }],
        ['another key', authenticator, { key: stranger.key }],
        ['deactivated', kept, {}],
      ] as const) {
        const { visitor, answer } = await identify(one, tampering);
        assert.equal(answer.status, 422, what);
        assert.match(answer.text, refused, what);
        assert.equal(await visitor.me(), null, what);
        sentences.add(
          answer.text.replaceAll(/name="enrollment_step" value="[^"]*"|&#34;challenge&#34;:&#34;[^&]*&#34;/g, ''),
        );
      }
      assert.equal(sentences.size, 1, 'the pages are alike');
    });

    it('an empty form, and a signed-in user, sign in nobody', async () => {
      const visitor = new Visitor(opened.app);
      await visitor.open(passwordlessPage);
      assert.equal((await visitor.submit({})).status, 422);
      assert.equal(await visitor.me(), null);
    });

    it('a plan token that somebody else knows signs in nobody else', async () => {
      const { authenticator } = await withPasskey(opened, name);
      const visitor = new Visitor(opened.app);
      const page = await visitor.open(passwordlessPage);
      const thief = new Visitor(opened.app);
      const { form } = visitor;
      await thief.client.get('/');
      const response = authenticator.get(optionsIn(page.text));
      await thief.post(passwordlessPage, { ...form.hidden, response });
      assert.equal(await thief.me(), null, 'the form belongs to a browser');
      assert.equal((await visitor.submit({ response })).status, 303);
    });
  });

  it('behind a page that has asked for a name, only a passkey of that account signs in', async () => {
    const named = await openPasskeyApp({}, { flows: flowsWithName });
    const [own, foreign] = [new SoftwareAuthenticator(named.origin), new SoftwareAuthenticator(named.origin)];
    await member(named.app, 'ann');
    await member(named.app, 'bob');
    await withPasskey(named, 'ann', own);
    await withPasskey(named, 'bob', foreign);
    const visitor = new Visitor(named.app);
    await visitor.open('/if/flow/by-name/');
    await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
    const wrong = await visitor.submit({ response: foreign.get(optionsIn(visitor.page.text)) });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, refused);
    assert.equal(await visitor.me(), null);
    await visitor.submit({ response: own.get(optionsIn(visitor.page.text)) });
    assert.equal(await visitor.me(), 'ann');
    await named.app.close();
  });

  for (const passwordPage of [false, true]) {
    describe(`beside remembered names${passwordPage ? ', with the password on its own page' : ''}`, () => {
      let other: PasskeyApp;
      before(async () => {
        other = await openPasskeyApp({ webauthnStage: true, passwordPage, staySignedInSeconds: 1000 });
      });
      after(() => other.app.close());

      it('sign in from the page for the name, without a second factor, and change nothing else', async () => {
        await member(other.app, name);
        const setup = new Visitor(other.app);
        const authenticator = new SoftwareAuthenticator(other.origin);
        await setup.open(signInPage);
        assert.match(setup.page.text, /autocomplete="username webauthn"/);
        const { form } = setup;
        const first = await setup.submit(passwordPage ? { uid_field: name } : { uid_field: name, password });
        await setup.follow(first);
        if (passwordPage) await setup.submit({ password });
        assert.equal(await setup.me(), name);
        await openSetup(setup);
        await setup.follow(await setup.submit({ response: authenticator.create(optionsIn(setup.page.text)) }));
        await setup.submit({});
        other.app.clock.advance(121_000);

        const visitor = new Visitor(other.app);
        await visitor.open(signInPage);
        const options = optionsIn(visitor.page.text);
        const stranger = new SoftwareAuthenticator(other.origin);
        stranger.userHandle = authenticator.userHandle;
        for (const passkey of [stranger.get(options), authenticator.get(options, { flags: 1 }), '{}', 'x']) {
          const answer = await visitor.submit({ passkey });
          assert.equal(answer.status, 422);
          assert.match(answer.text, refused);
          assert.equal(await visitor.me(), null);
        }
        const passkey = authenticator.get(optionsIn(visitor.page.text));
        const answer = await visitor.submit({ uid_field: 'somebody else', passkey });
        assert.deepEqual([answer.status, answer.location], [303, '/inside']);
        assert.equal(await visitor.me(), name);
        const thief = new Visitor(other.app);
        await thief.open(signInPage);
        assert.equal((await thief.submit({ passkey })).status, 422, 'an answer counts in its own plan');
        await thief.post(signInPage, { ...form.hidden, passkey });
        assert.equal(await thief.me(), null);
      });
    });
  }
});
