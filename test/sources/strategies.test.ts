import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PassportStrategy, StrategyRequest } from '../../lib/sources/drive-strategy.js';
import type { Verify } from '../../lib/sources/passport/settings.js';
import { passportSource } from '../../lib/sources/passport/source.js';
import { failureIn, identityIn, openManager, type SourceFixture } from '../support/sources/source-fixture.js';

/** The methods that Passport sets on a strategy object before it runs. */
interface Actions {
  success(user: unknown): void;
  fail(challenge?: unknown): void;
  redirect(to: string): void;
  pass(): void;
  error(error: unknown): void;
}

type Act = (this: Actions, request: StrategyRequest, verify: Verify) => unknown;

/** A strategy that redirects users to its own provider and ends as configured when they return. */
function open(
  finish: Act,
  begin: Act = sendAway,
  more: { readonly identity?: () => unknown; readonly formPost?: boolean } = {},
): SourceFixture {
  return openManager(
    passportSource({
      slug: 'odd',
      issuer: 'https://id.example',
      timeoutMs: 500,
      strategy: (verify): PassportStrategy => ({
        authenticate(this: Actions, request: StrategyRequest) {
          return (request.query['code'] === undefined ? begin : finish).call(this, request, verify);
        },
      }),
      identity: () => ({ subject: 'ann' }),
      ...(more as object),
    }),
  );
}

const sendAway: Act = function () {
  this.redirect('https://id.example/authorize?state=its-own');
};
const recognize: Act = function (_request, verify) {
  verify('ann', (error: unknown, user: unknown) => (error === null ? this.success(user) : this.error(error)));
};

async function signIn(manager: SourceFixture): ReturnType<SourceFixture['comeBack']> {
  const sent = await manager.start();
  return manager.comeBack(`code=a&state=${sent.searchParams.get('state') ?? ''}`);
}

describe('a strategy', () => {
  it('F31: finds posted fields in the body, such as Apple’s user', async () => {
    const seen: StrategyRequest[] = [];
    const manager = open(
      function (request, verify) {
        seen.push(request);
        recognize.call(this, request, verify);
      },
      sendAway,
      { formPost: true },
    );
    const user = JSON.stringify({ name: { firstName: 'Ann' } });
    const state = (await manager.start()).searchParams.get('state') ?? '';
    const held = await manager.source.keep(String(new URLSearchParams({ code: 'a', state, user })));
    if (held.type === 'failed') assert.fail(held.reason);
    identityIn(await manager.comeBack(held.parameters));
    assert.deepEqual(seen[0]?.body, { code: 'a', state: 'its-own', user });
    assert.deepEqual(seen[0].query, seen[0].body);
  });

  it('sees its own state and session, and not the app’s', async () => {
    const seen: StrategyRequest[] = [];
    const manager = open(
      function (request, verify) {
        seen.push(request);
        recognize.call(this, request, verify);
      },
      function (request, verify) {
        seen.push(request);
        request.session['odd'] = { verifier: 'of-this-sign-in', at: new Date(0) };
        sendAway.call(this, request, verify);
      },
    );
    assert.equal(identityIn(await signIn(manager)).subject, 'ann');
    const [first, second] = seen;
    assert.deepEqual(first?.query, {});
    assert.equal(first.url, '/join/source/odd/callback');
    assert.deepEqual(second?.query, { code: 'a', state: 'its-own' });
    assert.equal(second.url, '/join/source/odd/callback?code=a&state=its-own');
    assert.deepEqual(second.session, { odd: { verifier: 'of-this-sign-in', at: '1970-01-01T00:00:00.000Z' } });
    assert.deepEqual(Reflect.get(second, 'headers'), { host: '127.0.0.1:9' });
  });

  it('is not modified when it is run', async () => {
    const strategy: PassportStrategy = Object.freeze({
      authenticate(this: Actions) {
        this.redirect('https://id.example/');
      },
    });
    const manager = openManager(
      passportSource({ slug: 'odd', issuer: 'https://id.example', strategy: () => strategy, identity: () => null }),
    );
    assert.equal((await manager.start()).origin, 'https://id.example');
    assert.deepEqual(Object.keys(strategy), ['authenticate']);
  });

  const ends: Readonly<Record<string, readonly [act: Act, reason: string, detail: string | null]>> = {
    'fails with words': [
      function () {
        this.fail({ message: 'Bad\nday' });
      },
      'strategy.failed',
      'Bad?day',
    ],
    'fails without words': [
      function () {
        this.fail(403);
      },
      'strategy.failed',
      null,
    ],
    passes: [
      function () {
        this.pass();
      },
      'strategy.undecided',
      'pass',
    ],
    'sends away once more': [sendAway, 'strategy.undecided', 'redirect'],
    'reports an error': [
      function () {
        this.error(Object.assign(new Error('canary'), { code: 'ECODE' }));
      },
      'strategy.error',
      'Error: ECODE',
    ],
    'reports an error that is none': [
      function () {
        this.error('canary');
      },
      'strategy.error',
      'string',
    ],
    throws: [
      () => {
        throw new RangeError('canary');
      },
      'strategy.error',
      'RangeError',
    ],
    rejects: [() => Promise.reject(new RangeError('canary')), 'strategy.error', 'RangeError'],
    'never decides': [() => undefined, 'provider.slow', 'strategy'],
    'brings a user of its own': [
      function () {
        this.success({ id: 'admin' });
      },
      'strategy.undecided',
      'verify was not asked',
    ],
    'asks verify without a callback': [
      (_request, verify) => {
        verify('ann');
      },
      'source.setup',
      'verify was called without a callback',
    ],
  };
  for (const [what, [act, reason, detail]] of Object.entries(ends)) {
    it(`that ${what} in the callback`, async () => {
      const failure = failureIn(await signIn(open(act)));
      assert.deepEqual([failure.reason, failure.detail], [reason, detail]);
    });
    if (what === 'sends away once more') continue;
    it(`that ${what} at the start`, async () => {
      const failure = failureIn(await open(recognize, act).source.begin({ resume: {} }));
      const undecided = reason === 'strategy.undecided' && what !== 'passes';
      assert.deepEqual(
        [failure.reason, failure.detail],
        undecided ? ['strategy.undecided', 'success'] : [reason, detail],
      );
    });
  }

  it('decides once: its first result counts', async () => {
    const manager = open(function (request, verify) {
      recognize.call(this, request, verify);
      setTimeout(() => this.error(new Error('late')), 50);
    });
    assert.equal(identityIn(await signIn(manager)).subject, 'ann');
    const other = open(function (request, verify) {
      this.fail('no');
      recognize.call(this, request, verify);
    });
    assert.equal(failureIn(await signIn(other)).reason, 'strategy.failed');
  });

  it('redirects only to https addresses', async () => {
    for (const to of ['http://id.example/', 'javascript:alert(1)', '/elsewhere', 'https://u:p@id.example/']) {
      const manager = open(recognize, function () {
        this.redirect(to);
      });
      assert.equal(failureIn(await manager.source.begin({ resume: {} })).reason, 'provider.insecure', to);
    }
  });

  it('keeps no more than its limit between start and end', async () => {
    const manager = open(recognize, function (request, verify) {
      request.session['odd'] = 'x'.repeat(10_000);
      sendAway.call(this, request, verify);
    });
    assert.equal(failureIn(await manager.source.begin({ resume: {} })).reason, 'source.setup');
  });

  it('that cannot be created says so, and is created at the next attempt', async () => {
    const tries: unknown[] = [undefined, {}, { authenticate: 1 }, { authenticate: sendAway }];
    const manager = openManager(
      passportSource({
        slug: 'odd',
        issuer: 'https://id.example',
        strategy: () => tries.shift() as PassportStrategy,
        identity: () => null,
      }),
    );
    for (let times = 0; times < 3; times += 1)
      assert.equal(failureIn(await manager.source.begin({ resume: {} })).reason, 'source.setup');
    await manager.start();
    await manager.start();
  });

  it('identifies no one when the app returns an invalid identity', async () => {
    const wrong: readonly unknown[] = [
      undefined,
      'ann',
      {},
      { subject: 42 },
      { subject: '' },
      { subject: 'x'.repeat(256) },
      { subject: 'ann', issuer: 1 },
      { subject: 'ann', claims: { big: 1n } },
      { subject: 'ann', claims: ['a'] },
    ];
    for (const identity of wrong)
      assert.equal(
        failureIn(await signIn(open(recognize, sendAway, { identity: () => identity }))).reason,
        'identity.malformed',
      );
  });

  it('of which the app makes an identity: only true is verified, and only valid addresses count', async () => {
    const verified = async (said: object): Promise<boolean> =>
      identityIn(await signIn(open(recognize, sendAway, { identity: () => ({ subject: 'ann', ...said }) })))
        .emailVerified;
    assert.equal(await verified({ email: 'ann@example.com', emailVerified: true }), true);
    for (const said of [
      { email: 'ann@example.com', emailVerified: 'true' },
      { email: 'ann@example.com' },
      { emailVerified: true },
      { email: 'ann', emailVerified: true },
    ])
      assert.equal(await verified(said), false);
  });
});
