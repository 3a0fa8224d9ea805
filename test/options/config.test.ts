import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../lib/base/clock.js';
import { parseOptions } from '../../lib/options/config.js';
import { defaultRateLimits } from '../../lib/options/rate-limits.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { given, issuesOf, request, type Given } from '../support/options/given.js';

describe('the configuration', () => {
  it('has a working default for everything that was left out', () => {
    const { users, flows, secrets, logger: log, locals, events, login, ...rest } = parseOptions(given());
    assert.equal(secrets.length, 1);
    assert.deepEqual(
      [
        typeof log.info,
        locals(request),
        events({ type: 'store.away', reference: 'r', code: null }),
        typeof login,
        flows.length,
        typeof users?.create,
      ],
      ['function', {}, undefined, 'function', 1, 'function'],
    );
    assert.deepEqual(rest, {
      signupUrl: null,
      site: { origin: 'https://app.example', mount: '/join', secure: true },
      ephemeralSecret: true,
      executorApi: null,
      redis: null,
      allowVolatileRedis: false,
      authenticators: null,
      keyPrefix: 'enrollment:',
      redemptions: null,
      registration: 'invite-only',
      scripts: true,
      refusals: 'plain',
      seed: [],
      onEnrolled: null,
      onInvitationAccepted: null,
      ownMessages: {},
      brand: { name: 'app.example', home: '/' },
      views: null,
      render: null,
      messages: {},
      locale: null,
      lookUpAddress: null,
      mailer: null,
      defaultLocale: null,
      languages: null,
      classes: {},
      clientKey: null,
      passwords: null,
      rateLimits: defaultRateLimits,
      sources: [],
      stores: {},
      connections: null,
      csp: null,
      defaultFlows: {},
      findUser: null,
      flowFiles: null,
      emailInvitations: {
        onEarlier: 'end',
        outstanding: { perInviter: 100, perRecipient: null, perTenant: null },
        freshLinks: true,
        tellDeclined: true,
        unsubscribe: true,
      },
      inviters: {},
      invitationData: null,
      tenant: null,
      tickets: { clients: new Map(), resultUrls: [], connections: [] },
      sendInvitation: null,
      webhooks: [],
      clock: systemClock,
      production: false,
    });
  });

  it('reads origin, mount and security from the one URL', () => {
    for (const [baseUrl, origin, mount, secure] of [
      ['https://app.example', 'https://app.example', '', true],
      ['https://APP.example:443/join/', 'https://app.example', '/join', true],
      ['http://localhost:3000/a/b//', 'http://localhost:3000', '/a/b', false],
    ] as const)
      assert.deepEqual(parseOptions(given({ baseUrl })).site, { origin, mount, secure });
  });

  it('is immutable, even through the options', () => {
    const flows = [...(given().flows ?? [])];
    const seed = [{ customCode: 'SPRING-2030' }];
    const secret = ['Wz7ePx0rTqkL4mVbN2cYhDfJ8sGaU5iQ'];
    const config = parseOptions(given({ flows, seed, secret }));
    for (const part of [
      config,
      config.site,
      config.brand,
      config.flows,
      config.seed,
      config.secrets,
      config.rateLimits,
    ])
      assert.ok(Object.isFrozen(part));
    flows.push(inviteSignupFlow({ slug: 'other', fields: ['username'] }));
    seed.push({ customCode: 'SPRING-2031' });
    secret[0] = 'another';
    assert.deepEqual(
      [config.flows.length, config.seed.length, config.secrets],
      [1, 1, ['Wz7ePx0rTqkL4mVbN2cYhDfJ8sGaU5iQ']],
    );
  });
});

describe('all mistakes are reported at once', () => {
  const odd = { customCode: 'ODD' };
  const more = {
    reads: ['seed' as const],
    find: ({ seed = [] }: Given) => seed.map((_one, index) => `seed[${index}]: is odd`),
  };

  it('of options, production, flows and further checks, each on its own message line', () => {
    const flow = inviteSignupFlow({
      slug: 'in vite',
      fields: ['username', 'password'],
      target: 'https://evil.example',
    });
    const options = {
      ...given({ flows: [flow, flow], seed: [odd, odd] }),
      baseUrl: 'http://app.example',
      production: true,
      locale: 'x',
      rateLimits: { codes: { perClient: {} } },
      login: 7,
      odd: 1,
    };
    const expected = [
      '"login" must be sessionLogin(), passportLogin() or an object with current and signIn',
      '"locale" must be a language tag such as en or pt-BR',
      '"rateLimits.codes.perClient.points" is required',
      '"rateLimits.codes.perClient.windowSeconds" is required',
      '"odd" is not allowed',
      '"secret" is required in production',
      '"redis" is required in production: in memory, plans and invitations are lost with the process',
      '"baseUrl" must be https in production',
      "flows: the slug 'in vite' is used twice",
      ...[1, 2].flatMap(() => [
        "flows.in vite: a slug has 1 to 50 letters, digits, '-' and '_'",
        "flows.in vite.target: 'https://evil.example' is not a path of the app",
      ]),
      'seed[0]: is odd',
      'seed[1]: is odd',
    ];
    assert.deepEqual(issuesOf(options, [more]), expected);
    assert.throws(
      () => parseOptions(options as unknown as Given, [more]),
      (error: Error) => {
        assert.equal(
          error.message,
          `the configuration has ${expected.length} mistakes:\n${expected.map((issue) => `  - ${issue}`).join('\n')}`,
        );
        return true;
      },
    );
  });

  it('a further check is skipped only if its inputs are malformed', () => {
    const other = { reads: ['baseUrl' as const, 'messages' as const], find: () => ['other: is odd'] };
    assert.deepEqual(issuesOf({ ...given(), seed: 7 }, [more, other]), ['"seed" must be an array', 'other: is odd']);
    assert.deepEqual(issuesOf({ ...given({ seed: [odd] }), messages: 7 }, [more, other]), [
      '"messages" must be of type object',
      'seed[0]: is odd',
    ]);
    assert.deepEqual(issuesOf({ ...given(), flows: [7], production: true }, [more, other]).length, 4);
  });

  it('a single one is reported in the singular', () => {
    assert.throws(
      () => parseOptions({ ...given(), locale: 'x' }),
      /^EnrollmentError: the configuration has a mistake:\n {2}- "locale"/,
    );
  });
});
