import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { confirmEmailFlow } from '../../lib/flows.js';
import { defineFlow, isEnrollmentError, type MemoryUser } from '../../lib/index.js';
import type { TicketSettings } from '../../lib/ports.js';
import { dummyStage } from '../../lib/stages.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { startRedis } from '../support/redis-server.js';

const day = 24 * 60 * 60 * 1000;
const setPassword = defineFlow({
  slug: 'set-password',
  title: 'Set your password',
  designation: 'recovery',
  tickets: ['invite', 'recovery'],
  stages: [dummyStage({ name: 'page' })],
});

describe('enrollment.tickets', () => {
  let testApp: TestApp;
  let ann: MemoryUser;
  let count = 0;
  before(async () => {
    testApp = await openTestApp({
      mount: '/join',
      flows: [setPassword, signup],
      tickets: {
        clients: { shop: { name: 'Shop', resultUrl: 'https://shop.example/welcome' } },
        resultUrls: ['https://app.example', 'https://exact.example/in?tenant=1'],
        connections: ['con_1'],
      },
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    ann = await member(testApp, `ann-${(count += 1)}`);
  });

  const create = (more: Partial<TicketSettings> = {}) =>
    testApp.enrollment.tickets.create({ user: ann.id }, { purpose: 'invite', ...more });
  const issuesOf = (more: object): Promise<readonly string[]> =>
    create(more).then(
      () => [],
      (error: unknown) =>
        isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_TICKET' ? error.issues : [String(error)],
    );

  it('returns a link of 192 random bits at baseUrl, valid 7 days for an invitation and 5 otherwise', async () => {
    const now = testApp.clock.now();
    const invite = await create();
    assert.match(
      invite.url,
      /^http:\/\/127\.0\.0\.1:\d+\/join\/if\/flow\/set-password\/-\/ticket\?ticket=[\w-]{22}\.[\w-]{32}$/,
    );
    assert.equal(invite.expiresAt, now + 7 * day);
    assert.equal(invite.mail, null);
    assert.equal((await create({ purpose: 'recovery' })).expiresAt, now + 5 * day);
    assert.equal((await create({ ttlSeconds: 0, purpose: 'recovery' })).expiresAt, now + 5 * day);
    assert.equal((await create({ ttlSeconds: 60 })).expiresAt, now + 60_000);
    const byEmail = await testApp.enrollment.tickets.create(
      { email: ann.email?.toUpperCase() ?? '', connection: 'con_1' },
      { purpose: 'invite' },
    );
    assert.equal((await testApp.enrollment.tickets.get(byEmail.id))?.user, ann.id);
  });

  it('ends earlier tickets of the same purpose, or extends them', async () => {
    const { tickets } = testApp.enrollment;
    const first = await create({ ttlSeconds: 60 });
    const recovery = await create({ purpose: 'recovery' });
    const second = await create({ ttlSeconds: 600, onEarlier: 'extend' });
    assert.deepEqual(
      await Promise.all([first, recovery, second].map(async ({ id }) => (await tickets.get(id))?.state)),
      ['open', 'open', 'open'],
    );
    assert.equal((await tickets.get(first.id))?.expiresAt, second.expiresAt);
    testApp.clock.advance(1);
    const third = await create();
    assert.equal((await tickets.get(first.id))?.state, 'superseded');
    assert.deepEqual((await tickets.list({ user: ann.id })).map(({ id, state }) => [id, state]).at(0), [
      third.id,
      'open',
    ]);
    assert.equal(await tickets.revoke(third.id), true);
    assert.equal(await tickets.revoke(third.id), false);
    assert.equal((await tickets.get(third.id))?.state, 'revoked');
    assert.deepEqual(await tickets.revokeAll({ user: ann.id }, ['invite']), []);
    assert.deepEqual(await tickets.revokeAll({ user: ann.id }), [recovery.id]);
    const { id } = await create({ ttlSeconds: 60 });
    testApp.clock.advance(60_000);
    assert.equal((await tickets.get(id))?.state, 'expired');
    for (const none of ['', 'x', `${id}x`, id.slice(0, -1)]) assert.equal(await tickets.get(none), null);
  });

  it('extended, is valid 30 days at most from its creation', async () => {
    const { tickets } = testApp.enrollment;
    const now = testApp.clock.now();
    const first = await create();
    testApp.clock.advance(6 * day);
    await create({ ttlSeconds: 30 * 86_400, onEarlier: 'extend' });
    assert.equal((await tickets.get(first.id))?.expiresAt, now + 30 * day);
  });

  it('refuses a 51st open ticket of an account, and removes none that is open', async () => {
    const { tickets } = testApp.enrollment;
    const revoked = await create();
    await tickets.revoke(revoked.id);
    const open = [];
    for (let at = 0; at < 50; at += 1) open.push((await create({ onEarlier: 'extend' })).id);
    assert.equal(await tickets.get(revoked.id), null);
    await assert.rejects(
      create({ onEarlier: 'extend' }),
      (error: unknown) =>
        isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_TICKET_LIMIT' && error.status === 409,
    );
    const states = async () => (await tickets.list({ user: ann.id })).map(({ id, state }) => [id, state].join());
    assert.deepEqual((await states()).sort(), open.map((id) => `${id},open`).sort());
    const last = await create();
    assert.equal((await states()).filter((state) => state.endsWith('open')).join(), `${last.id},open`);
  });

  it('says of a ticket that its account has changed, also before somebody opens it', async () => {
    const { tickets } = testApp.enrollment;
    const update = (change: object) => testApp.users.update?.(ann, change);
    const [invite, verify] = [await create(), await create({ purpose: 'recovery' })];
    const states = async () => [
      ...(await Promise.all([invite, verify].map(async ({ id }) => (await tickets.get(id))?.state))),
      ...(await tickets.list({ user: ann.id })).map(({ state }) => state),
    ];
    assert.deepEqual(await states(), Array(4).fill('open'));
    await update({ passwordHash: 'another hash', passwordChangedAt: 1 });
    assert.deepEqual(await states(), Array(4).fill('password_changed'));
    await update({ email: `other-${ann.email ?? ''}` });
    assert.deepEqual(await states(), Array(4).fill('address_changed'));
    await testApp.users.remove?.(ann);
    assert.deepEqual(await Promise.all([invite, verify].map(async ({ id }) => (await tickets.get(id))?.state)), [
      'deactivated',
      'deactivated',
    ]);
  });

  it('revoked or signed in, leaves no superseded or expired ticket of its purpose that could be renewed', async () => {
    const { tickets } = testApp.enrollment;
    const [expired, superseded, last, recovery] = [
      await create({ ttlSeconds: 60 }),
      (testApp.clock.advance(60_000), await create()),
      await create(),
      await create({ purpose: 'recovery' }),
    ];
    const states = () =>
      Promise.all([expired, superseded, last, recovery].map(async ({ id }) => (await tickets.get(id))?.state));
    assert.equal(await tickets.revoke(superseded.id), true);
    assert.deepEqual(await states(), ['revoked', 'revoked', 'open', 'open']);
    const late = await create({ ttlSeconds: 60 });
    testApp.clock.advance(60_000);
    assert.equal(await tickets.revoke(late.id), true);
    assert.equal((await tickets.get(last.id))?.state, 'revoked');
    assert.deepEqual(await tickets.revokeAll({ user: ann.id }), [recovery.id]);
  });

  it('keeps neither the secret nor an address', async () => {
    const { url, id } = await create({ includeEmailInRedirect: true });
    const [, secret = ''] = /\.([\w-]{32})$/.exec(url) ?? [];
    const known = JSON.stringify([
      await testApp.enrollment.tickets.get(id),
      await testApp.enrollment.tickets.list({ user: ann.id }),
    ]);
    for (const hidden of [secret, ann.email ?? '', '@']) assert.ok(!known.includes(hidden));
  });

  it('reports every mistake at once, and leads only where the option allows', async () => {
    const many = await issuesOf({ purpose: 'invit', ttlSeconds: -1, markEmail: true });
    assert.equal(many.length, 3, many.join('\n'));
    assert.match(many.join(' '), /did you mean "invite"[^]*did you mean "markEmailAsVerified"|markEmail/);
    for (const resultUrl of [
      'https://evil.example/',
      'https://app.example.evil.example/',
      'https://app.example@evil.example/',
      'https://user:pass@app.example/',
      'http://app.example/',
      '//app.example/',
      'javascript:alert(1)',
      'https://exact.example/in',
      'https://exact.example/in?tenant=2',
      'https://app.example\\@evil.example',
      'https://app.example/\r\nSet-Cookie: x=1',
      'https://shop.example/other',
      '/.//evil.example',
    ])
      assert.match((await issuesOf({ resultUrl })).join(), /"resultUrl" is neither/, resultUrl);
    for (const resultUrl of [
      'https://app.example/in?x=1#top',
      'https://exact.example/in?tenant=1',
      'https://shop.example/welcome',
      '/welcome',
    ])
      assert.deepEqual(await issuesOf({ resultUrl }), [], resultUrl);
    assert.match((await issuesOf({ resultUrl: '/in?success=true' })).join(), /parameter of its own/);
    assert.match((await issuesOf({ client: 'shp' })).join(), /did you mean "shop"/);
    assert.match((await issuesOf({ client: 'shop', resultUrl: '/in' })).join(), /exclude each other/);
    assert.match((await issuesOf({ purpose: 'verify-email' })).join(), /confirmEmailFlow/);
    assert.match((await issuesOf({ purpose: 'invite', newEmail: 'x@example.com' })).join(), /change-email/);
    assert.match((await issuesOf({ ttlSeconds: 30 * 86_400 + 1 })).join(), /ttlSeconds/);
    assert.match((await issuesOf({ flow: 'set-passwort' })).join(), /did you mean "set-password"/);
    assert.match((await issuesOf({ app: 'A\u202eB' })).join(), /"app" must be a name/);
  });

  it('names only an active account as its inviter, and no app that looks like a link', async () => {
    const boss = await member(testApp, `boss-${count}`);
    assert.equal((await create({ inviter: boss.id })).mail, null);
    assert.match((await issuesOf({ inviter: 'unknown' })).join(), /"inviter" is the id of no active account/);
    for (const app of ['evil.example', 'https://evil.example', 'ann@evil.example'])
      assert.match((await issuesOf({ app })).join(), /"app" looks like a link/, app);
    assert.deepEqual(await issuesOf({ app: 'Shop A/S' }), []);
  });

  it('knows only accounts that exist', async () => {
    const { tickets } = testApp.enrollment;
    const coded = (code: string, status: number) => (error: unknown) =>
      isEnrollmentError(error) && error.code === code && error.status === status;
    await assert.rejects(
      tickets.create({ user: 'none' }, { purpose: 'invite' }),
      coded('ERR_ENROLLMENT_UNKNOWN_USER', 404),
    );
    await assert.rejects(tickets.list({ email: 'none@example.com' }), coded('ERR_ENROLLMENT_UNKNOWN_USER', 404));
    for (const who of [
      { user: ann.id, email: 'a@example.com' },
      { email: 'a@example.com', connection: 'x' },
    ])
      await assert.rejects(tickets.create(who, { purpose: 'invite' }), coded('ERR_ENROLLMENT_TICKET', 400));
  });
});

describe('a ticket that proves an address', () => {
  const flows = [confirmEmailFlow({ slug: 'confirm' }), setPassword, signup];
  const outcomes = async (options: TestAppOptions): Promise<readonly string[]> => {
    const testApp = await openTestApp({ flows, ...options });
    try {
      const { id } = await member(testApp, 'ann');
      const found: string[] = [];
      for (const purpose of ['verify-email', 'change-email', 'invite'] as const)
        for (const delivery of [undefined, 'own', 'kit'] as const)
          for (const markEmailAsVerified of [undefined, true, false]) {
            const newEmail = purpose === 'change-email' ? 'new@example.com' : undefined;
            const answer = await testApp.enrollment.tickets
              .create({ user: id }, { purpose, delivery, markEmailAsVerified, newEmail })
              .then(
                () => 'created',
                (error: unknown) => {
                  assert.ok(isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_TICKET', String(error));
                  return error.issues.join('; ').replace(/^"(\w+)" (is|cannot).*$/, '$1');
                },
              );
            found.push(`${purpose} ${String(delivery)} ${String(markEmailAsVerified)}: ${answer}`);
          }
      return found;
    } finally {
      await testApp.close();
    }
  };
  const table = (byKit: string): readonly string[] => [
    ...['verify-email', 'change-email'].flatMap((purpose) => [
      ...['undefined', 'own'].flatMap((delivery) => [
        `${purpose} ${delivery} undefined: markEmailAsVerified`,
        `${purpose} ${delivery} true: created`,
        `${purpose} ${delivery} false: markEmailAsVerified`,
      ]),
      `${purpose} kit undefined: ${byKit}`,
      `${purpose} kit true: ${byKit}`,
      `${purpose} kit false: markEmailAsVerified`,
    ]),
    ...['undefined', 'own', 'kit'].flatMap((delivery) =>
      ['undefined', 'true', 'false'].map((mark) => `invite ${delivery} ${mark}: created`),
    ),
  ];

  it('is created where the kit mails its link, or the caller declares to; otherwise it is refused', async () => {
    assert.deepEqual(await outcomes({ mailer: memoryMailer() }), table('created'));
  });

  it('is refused with delivery by the kit where the kit sends no mail', async () => {
    const redis = await startRedis();
    try {
      // In development the mail is logged.
      const options = { production: true, redis: redis.url, origin: 'https://club.example' };
      assert.deepEqual(await outcomes(options), table('delivery'));
    } finally {
      await redis.stop();
    }
  });
});
