import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { memoryUsers } from '../../lib/stores/memory/user-store.js';
import { given, issuesOf } from '../support/options/given.js';

const users = memoryUsers().users;
const limit = { points: 1, windowSeconds: 1 };
const redisForm = '"redis" must be a valid uri with a scheme matching the redis|rediss pattern';
const redisKind = '"redis" must be a redis:// or rediss:// URL or an ioredis client';
const loginKind = '"login" must be sessionLogin(), passportLogin() or an object with current and signIn';
const prefixForm = `"keyPrefix" has 1 to 50 letters, digits, ':', '_' and '-', and no braces`;
const urlForm =
  '"baseUrl" must be an absolute http or https URL without query, fragment or user, e.g. https://app.example/join';
const urlPath = '"baseUrl" has a path with "//", ";" or an encoded slash; write it plainly, e.g. /join';
const fromDefineFlow = 'is missing: a flow is made by defineFlow or by a ready-made flow';

/** Each mistake alone: option, value, and its message. */
const mistakes: readonly (readonly [option: string, value: unknown, ...issues: string[]])[] = [
  ['baseUrl', undefined, '"baseUrl" is required'],
  ['baseUrl', '', '"baseUrl" is not allowed to be empty'],
  ['baseUrl', 7, '"baseUrl" must be a string'],
  ...[
    '/join',
    'app.example',
    'ftp://app.example',
    'javascript:alert(1)',
    'https://app.example/?q=1',
    'https://app.example/#top',
    'https://ann:pw@app.example',
  ].map((value) => ['baseUrl', value, urlForm] as const),
  ...[
    'https://app.example//join',
    'https://app.example/a//join',
    'https://app.example/.//join',
    'https://app.example\\\\join',
    'https://app.example/%2f/join',
    'https://app.example/%5Cjoin',
    'https://app.example/join;Domain=example',
  ].map((value) => ['baseUrl', value, urlPath] as const),
  ['brand', { home: '/\\evil.example' }, '"brand.home" must be a path of the app'],
  ['brand', { home: '/a\tb' }, '"brand.home" must be a path of the app'],
  ['redis', 'localhost:6379', redisForm],
  ['redis', 'http://localhost', redisForm],
  ['redis', 7, redisKind],
  ['redis', null, redisKind],
  ['stores', { plan: {} }, '"stores.plan" is not allowed; did you mean "plans"?'],
  [
    'stores',
    { plans: { load: () => null, create: () => null, replace: () => null } },
    '"stores.plans.drop" is required',
  ],
  ['allowVolatileRedis', 'yes', '"allowVolatileRedis" must be a boolean'],
  ...['{a}', 'a b', 'x'.repeat(51), 'é'].map((value) => ['keyPrefix', value, prefixForm] as const),
  ['users', undefined, '"users" is required by "flows": accounts are written through it'],
  [
    'users',
    { ...users, findById: undefined, create: 'x' },
    '"users.create" must be of type function',
    '"users.findById" is required',
  ],
  ['redemptions', {}, '"redemptions.find" is required'],
  ['login', undefined, '"login" is required by "flows": people are signed in through it'],
  ['login', 'passport', loginKind],
  ['login', {}, loginKind],
  ['login', { current: () => null }, '"login.signIn" is required'],
  ['flows', {}, '"flows" must be an array'],
  ['flows', [7], '"flows[0]" must be of type object'],
  [
    'flows',
    [{ slug: 'x', bindings: [], insertable: new Map() }],
    `"flows[0].guard" ${fromDefineFlow}`,
    `"flows[0].build" ${fromDefineFlow}`,
  ],
  ['registration', 'closed', '"registration" must be one of [invite-only, open]'],
  ['refusals', 'none', '"refusals" must be one of [plain, uniform]'],
  [
    'tickets',
    {
      clients: { shop: { name: 'Shop', resultUrl: 'https://shop.example/?email=x' } },
      resultUrls: ['https://*.example.com', 'http://shop.example'],
    },
    '"tickets.clients.shop.resultUrl" has a parameter that is reserved for the result: success, email, ticket_status',
    '"tickets.resultUrls[0]" has a wildcard: name each host',
    '"tickets.resultUrls[1]" must be an https address, without user and password',
  ],
  ['seed', {}, '"seed" must be an array'],
  ['seed', ['SPRING'], '"seed[0]" must be of type object'],
  ['onEnrolled', 'mail', '"onEnrolled" must be of type function'],
  [
    'brand',
    { name: 7, home: '//evil.example', more: 1 },
    '"brand.name" must be a string',
    '"brand.home" must be a path of the app',
    '"brand.more" is not allowed; there are name, home, logo, logoDark, picture, color, background, radius, layout, links, consent',
  ],
  ['brand', { home: 'https://evil.example' }, '"brand.home" must be a path of the app'],
  ['views', 7, '"views" must be a path, a file: URL, or a list of them'],
  ['views', {}, '"views" must be a path, a file: URL, or a list of them'],
  ['views', [7], '"views" must be a path, a file: URL, or a list of them'],
  [
    'locals',
    async () => ({}),
    '"locals" must not be async: a page does not wait; await the data in a middleware, and read it from the request',
  ],
  [
    'messages',
    { 'form.submit': '  ' },
    '"messages.form.submit" must not be blank: leave it out for the text of the kit',
  ],
  [
    'messages',
    { de: { 'form.submit': '\u200B\t' } },
    '"messages.de.form.submit" must not be blank: leave it out for the text of the kit',
  ],
  [
    'ownMessages',
    { 'club.x': '\u00A0' },
    '"ownMessages.club.x" must not be blank: leave it out for the text of the kit',
  ],
  ['brand', { name: ' ' }, '"brand.name" must not be blank: leave it out for the text of the kit'],
  ['messages', { 'form.submit': 7 }, '"messages.form.submit" must be a string'],
  ...['English', 'en_US', 'e'].map(
    (value) => ['locale', value, '"locale" must be a language tag such as en or pt-BR'] as const,
  ),
  ['defaultLocale', 'German', '"defaultLocale" must be a language tag such as en or pt-BR'],
  ['defaultLocale', () => 'de', '"defaultLocale" must be a string'],
  [
    'locale',
    async () => 'de',
    '"locale" must not be async: a page does not wait; await the data in a middleware, and read it from the request',
  ],
  ['locals', {}, '"locals" must be of type function'],
  ['clientKey', '127.0.0.1', '"clientKey" must be of type function'],
  ['passwords', { hash: () => '' }, '"passwords.verify" is required', '"passwords.outdated" is required'],
  [
    'rateLimits',
    { codes: { perClient: { points: 0, windowSeconds: 1 } } },
    '"rateLimits.codes.perClient.points" must be greater than or equal to 1',
  ],
  [
    'rateLimits',
    { codes: { perPlan: { points: 1.5, windowSeconds: 0 } } },
    '"rateLimits.codes.perPlan.points" must be an integer',
    '"rateLimits.codes.perPlan.windowSeconds" must be greater than or equal to 1',
  ],
  [
    'rateLimits',
    { codes: { overall: { points: 1 }, perCode: limit } },
    '"rateLimits.codes.overall.windowSeconds" is required',
    '"rateLimits.codes.perCode" is not allowed; there are perClient, perPlan, overall',
  ],
  ['clock', {}, '"clock.now" is required'],
  ['logger', { info: () => undefined, warn: () => undefined }, '"logger.error" is required'],
  ['events', [], '"events" must be of type function'],
  ['redirects', true, '"redirects" is not allowed'],
];

describe('options', () => {
  it('are accepted when only the required ones are given', () => assert.deepEqual(issuesOf(given()), []));

  describe('each mistake has its own message, with its path', () => {
    for (const [option, value, ...issues] of mistakes) {
      it(`${issues.includes(urlPath) ? 'F21: ' : ''}${option}: ${typeof value === 'string' ? value.slice(0, 30) : JSON.stringify(value)}`, () =>
        assert.deepEqual(issuesOf({ ...given(), [option]: value }), issues));
    }
  });

  it('that are not options at all are reported', () => {
    for (const value of [undefined, null, 7, 'options', []])
      assert.match(issuesOf(value)[0] ?? '', /^"options" (is required|must be of type object)$/);
  });

  it('may be undefined one by one, as from an unset environment variable', () => {
    const { baseUrl, users: store, login, flows, ...rest } = given();
    const optional = [
      'secret',
      'redis',
      'allowVolatileRedis',
      'keyPrefix',
      'redemptions',
      'registration',
      'refusals',
      'seed',
      'onEnrolled',
      'brand',
      'views',
      'messages',
      'locale',
      'defaultLocale',
      'locals',
      'clientKey',
      'passwords',
      'rateLimits',
      'clock',
      'logger',
      'events',
    ];
    assert.deepEqual(
      issuesOf({
        baseUrl,
        users: store,
        login,
        flows,
        ...rest,
        ...Object.fromEntries(optional.map((name) => [name, undefined])),
      }),
      [],
    );
  });

  it('may be instances of a class', () => {
    class Users {
      toProfile(): void {}
      create(): void {}
      findById(): void {}
      findByLogin(): void {}
    }
    class Login {
      current(): void {}
      signIn(): void {}
    }
    class Client {
      status = 'ready';
      call(): void {}
    }
    assert.deepEqual(
      issuesOf({ ...given(), users: new Users(), login: new Login(), redis: new Client(), logger: console }),
      [],
    );
  });

  it('may all be set', () => {
    const all = {
      ...given(),
      secret: ['Wz7ePx0rTqkL4mVbN2cYhDfJ8sGaU5iQ'],
      redis: 'rediss://:pass@redis.example:6380/1',
      allowVolatileRedis: true,
      keyPrefix: 'books:',
      redemptions: memoryUsers().redemptions,
      registration: 'open',
      refusals: 'uniform',
      seed: [{}],
      onEnrolled: () => undefined,
      brand: { name: 'Club', home: '/', logo: '/logo.svg' },
      views: new URL('file:///views/'),
      messages: { 'form.submit': 'Go' },
      locale: 'pt-BR',
      defaultLocale: 'pt-BR',
      locals: () => ({}),
      clientKey: () => 'x',
      passwords: { hash: () => '', verify: () => true, outdated: () => false },
      rateLimits: { codes: { perClient: limit, perPlan: limit, overall: limit } },
      clock: { now: () => 1 },
      events: () => undefined,
      production: true,
    };
    assert.deepEqual(issuesOf(all), []);
  });
});
