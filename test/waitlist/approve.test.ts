import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { memoryMailer } from '../../lib/testing/index.js';
import type { Selection } from '../../lib/waitlist/select.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { askAll, openGuardApp, openAdminClient } from '../support/waitlist/admin.js';

describe('approving', () => {
  it('creates one invitation per person, bound to the address, and sends it', async () => {
    const admin = openAdminClient();
    await admin.waitlist.ask({ email: 'ann@example.com', answers: { name: 'Ann' }, tenant: 'acme', locale: 'de' });
    const report = await admin.waitlist.approve({ first: 10 }, { label: 'spring' }, { by: 'root' });
    const [entry] = await admin.waitlist.list();
    assert.deepEqual(report, {
      rows: [
        {
          selected: entry?.id,
          id: entry?.id,
          email: 'ann@example.com',
          outcome: 'sent',
          state: 'sent',
          invitation: 'i1',
        },
      ],
      approved: 0,
      sent: 1,
      failed: 0,
      refused: 0,
      already: 0,
      unknown: 0,
    });
    assert.deepEqual(admin.made.get('i1')?.order, {
      label: 'spring',
      email: 'ann@example.com',
      uses: 1,
      tenant: 'acme',
    });
    assert.deepEqual(admin.letters, [
      {
        email: 'ann@example.com',
        code: 'CODE-i1',
        url: 'https://app.example/?invite=CODE-i1',
        invitation: 'i1',
        expires: 1_900_000_000_000,
        answers: { name: 'Ann' },
        locale: 'de',
        tenant: 'acme',
      },
    ]);
    assert.equal(entry?.state, 'sent');
    assert.deepEqual(
      [entry.by, entry.decidedAt, entry.sentAt, entry.attempts, entry.busyUntil],
      ['root', admin.clock.now(), admin.clock.now(), 1, null],
    );
    assert.deepEqual(
      admin.events.map(({ name }) => name),
      ['waitlist.asked', 'waitlist.approved', 'waitlist.sent'],
    );
    assert.doesNotMatch(JSON.stringify(admin.events), /CODE|example\.com/);
  });

  it('without a sender returns the codes to its caller, once', async () => {
    const admin = openAdminClient({ send: null });
    await askAll(admin, 2);
    const { rows, approved } = await admin.waitlist.approve({ first: 2 });
    assert.equal(approved, 2);
    assert.deepEqual(
      rows.map(({ code, url, state }) => [code, url, state]),
      [1, 2].map((n) => [`CODE-i${n}`, `https://app.example/?invite=CODE-i${n}`, 'approved']),
    );
    const again = await admin.waitlist.approve({ ids: rows.map(({ id }) => id ?? '') });
    assert.equal(again.already, 2);
    assert.doesNotMatch(JSON.stringify(again), /CODE/);
  });

  it('a second time does nothing more', async () => {
    const admin = openAdminClient();
    const emails = await askAll(admin, 3);
    await admin.waitlist.approve({ emails });
    const again = await admin.waitlist.approve({ emails });
    assert.deepEqual([again.already, again.sent], [3, 0]);
    assert.equal(admin.made.size, 3);
    assert.equal(admin.letters.length, 3);
  });

  it('starts with the oldest, and only those of the tenant', async () => {
    const admin = openAdminClient();
    await admin.waitlist.ask({ email: 'zoe@example.com', tenant: 'acme' });
    await askAll(admin, 4);
    await admin.waitlist.ask({ email: 'amy@example.com', tenant: 'acme' });
    const two = await admin.waitlist.approve({ first: 2 });
    assert.deepEqual(
      two.rows.map(({ email }) => email),
      ['zoe@example.com', 'person0@example.com'],
    );
    const acme = await admin.waitlist.approve({ first: 5, tenant: 'acme' });
    assert.deepEqual(
      acme.rows.map(({ email }) => email),
      ['amy@example.com'],
    );
  });

  it('reports each row in the order of the selection; a failure does not stop the others', async () => {
    const admin = openAdminClient({
      send: async ({ email, code, url }) => {
        if (email.startsWith('person1'))
          throw new Error(`550 no such\n mailbox, letter with ${code} and ${String(url)}`);
      },
    });
    await askAll(admin, 3);
    const { rows } = await admin.waitlist.approve({
      emails: [
        'person2@example.com',
        'nobody@example.com',
        'person1@example.com',
        'not an address',
        'PERSON0@example.com',
      ],
    });
    assert.deepEqual(
      rows.map(({ selected, outcome, state }) => [selected, outcome, state]),
      [
        ['person2@example.com', 'sent', 'sent'],
        ['nobody@example.com', 'unknown', null],
        ['person1@example.com', 'failed', 'failed'],
        ['not an address', 'unknown', null],
        ['PERSON0@example.com', 'sent', 'sent'],
      ],
    );
    const [failed] = await admin.waitlist.list({ state: 'failed' });
    assert.equal(failed?.lastError, 'Error');
    assert.equal(rows[2]?.error, '550 no such mailbox, letter with … and https://app.example/?invite=…');
    assert.deepEqual(
      admin.events.filter(({ name }) => name === 'waitlist.failed').map(({ facts }) => facts['error']),
      [failed.lastError],
    );
  });

  it('an email that takes too long has failed', async () => {
    const admin = openAdminClient({ send: () => new Promise(() => undefined), sendSeconds: 0.02 });
    await askAll(admin, 1);
    const { rows } = await admin.waitlist.approve({ first: 1 });
    assert.equal(rows[0]?.outcome, 'failed');
    assert.match(rows[0].error ?? '', /not sent within/);
    assert.equal((await admin.waitlist.list())[0]?.lastError, 'SendTimeout');
  });

  it('an invitation that cannot be created leaves the entry waiting', async () => {
    const admin = openAdminClient();
    await askAll(admin, 2);
    const broken = openAdminClient({
      store: admin.store,
      invitations: {
        ...admin.parts.invitations,
        create: async (order) => {
          if (order.email.startsWith('person0')) throw new Error('Redis is away');
          return admin.parts.invitations.create(order);
        },
      },
    });
    const { rows } = await broken.waitlist.approve({ first: 2 });
    assert.deepEqual(
      rows.map(({ outcome, state, error }) => [outcome, state, error]),
      [
        ['failed', 'waiting', 'Redis is away'],
        ['sent', 'sent', undefined],
      ],
    );
    const [entry] = await admin.waitlist.list({ state: 'waiting' });
    assert.deepEqual([entry?.decidedAt, entry?.by, entry?.busyUntil], [null, null, null]);
    assert.equal((await admin.waitlist.approve({ first: 2 })).sent, 1);
  });

  it('a person with an account gets no invitation', async () => {
    const admin = openAdminClient();
    await askAll(admin, 1);
    admin.members.add('person0@example.com');
    const { rows } = await admin.waitlist.approve({ first: 1 });
    assert.deepEqual([rows[0]?.outcome, rows[0]?.state], ['already', 'joined']);
    assert.equal(admin.made.size, 0);
  });

  it('a refused entry can be approved by email, and is not among the first', async () => {
    const admin = openAdminClient();
    const [email = ''] = await askAll(admin, 1);
    await admin.waitlist.refuse({ emails: [email] });
    assert.deepEqual((await admin.waitlist.approve({ first: 5 })).rows, []);
    assert.equal((await admin.waitlist.approve({ emails: [email] })).sent, 1);
  });

  it('an entry selected twice is approved once', async () => {
    const admin = openAdminClient();
    await askAll(admin, 1);
    const report = await admin.waitlist.approve({ emails: ['person0@example.com', 'PERSON0@EXAMPLE.COM'] });
    assert.deepEqual([report.sent, report.already], [1, 1]);
    assert.equal(admin.made.size, 1);
  });

  it('takes times that count from now, as `create` and the seeds do', async () => {
    const day = 24 * 3600 * 1000;
    const seed = [{ customCode: 'SPRING-2030', uses: 9, expires: '9d', label: 'spring' }];
    for (const mailer of [undefined, memoryMailer()]) {
      const app = openGuardApp({ seed, ...(mailer === undefined ? {} : { mailer }) });
      await app.ready();
      const ends: number[] = [];
      for (const [at, expires] of ['36h', '7d', '2w'].entries()) {
        await app.waitlist.ask({ email: `p${String(at)}@example.com` });
        const [row] = (await app.waitlist.approve({ first: 1 }, { expires })).rows;
        const { invitation = null } = row ?? {};
        ends.push((await app.invitations.get(invitation ?? ''))?.expires ?? 0);
      }
      await app.waitlist.resend({ emails: ['p0@example.com'] }, { invitation: { expires: '1d' } });
      const resent = await app.invitations.list({ search: 'p0@example.com', state: 'open' });
      const seeded = await app.invitations.list({ search: 'spring' });
      const days = [...ends, ...[...resent.items, ...seeded.items].map(({ expires }) => expires ?? 0)];
      assert.deepEqual(
        days.map((end) => Math.round((end - Date.now()) / (day / 2)) / 2),
        [1.5, 7, 14, 1, 9],
        JSON.stringify(mailer === undefined),
      );
      for (const expires of ['soon', '0d', '-1d'])
        await assert.rejects(app.waitlist.approve({ first: 1 }, { expires }), /"expires"/);
      await app.close();
    }
  });

  it('invalid terms and invalid selections are reported at once, and change nothing', async () => {
    const fixture = openGuardApp({});
    await fixture.ready();
    await fixture.waitlist.ask({ email: 'ann@example.com' });
    const code = (wanted: string) => (error: unknown) => isEnrollmentError(error) && error.code === wanted;
    await assert.rejects(fixture.waitlist.approve({ first: 1 }, { redirect: 'x' }), code('ERR_ENROLLMENT_INVITATION'));
    await assert.rejects(
      fixture.waitlist.approve({ first: 1 }, { customCode: 'SPRING-2026', expires: null } as object),
      code('ERR_ENROLLMENT_INVITATION'),
    );
    for (const none of [
      { first: 0 },
      { first: 1.5 },
      { first: 1e9 },
      { ids: 'all' },
      { emails: [7] },
      { ids: new Array(10_001).fill('x') },
      { first: 1, tenant: undefined },
      { ids: [], tenant: '' },
      { emails: [], tenant: null },
    ] as unknown as Selection[])
      await assert.rejects(fixture.waitlist.approve(none), code('ERR_ENROLLMENT_WAITLIST'));
    assert.equal((await fixture.waitlist.count()).waiting, 1);
    await fixture.close();
  });
});

describe('two concurrent approvals', () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  for (const stores of ['memory', 'Redis']) {
    it(`create fifty invitations for the first fifty, not a hundred; over ${stores}`, async () => {
      const letters: string[] = [];
      const send = async ({ email }: { readonly email: string }): Promise<void> => void letters.push(email);
      const first = openGuardApp({ send, ...(stores === 'Redis' ? { redis: redis.url } : {}) });
      // Another process over the same Redis; with the memory store there can only be one.
      const second = stores === 'Redis' ? openGuardApp({ send, redis: redis.url }) : first;
      await Promise.all([first.ready(), second.ready()]);
      for (let at = 0; at < 60; at += 1) await first.waitlist.ask({ email: `p${at}@example.com` });
      const reports = await Promise.all([
        first.waitlist.approve({ first: 50 }),
        second.waitlist.approve({ first: 50 }),
        first.waitlist.approve({ first: 50 }),
      ]);
      const sent = reports.flatMap(({ rows }) => rows.filter(({ outcome }) => outcome === 'sent'));
      assert.equal(sent.length, 50);
      assert.equal(new Set(sent.map(({ invitation }) => invitation)).size, 50);
      assert.equal(new Set(letters).size, 50);
      assert.equal(letters.length, 50);
      assert.deepEqual(await first.waitlist.count(), {
        waiting: 10,
        approved: 0,
        sent: 50,
        failed: 0,
        refused: 0,
        joined: 0,
      });
      await Promise.all([first.close(), second.close()]);
    });
  }
});
