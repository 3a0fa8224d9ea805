import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createKeyring } from '../../lib/base/keyring.js';
import { isEnrollmentError } from '../../lib/base/error.js';
import type { WaitlistAsk } from '../../lib/waitlist/ask.js';
import { openAdminClient } from '../support/waitlist/admin.js';

describe('asking for an invitation', () => {
  const same = [
    'ann@example.com',
    'Ann@example.com',
    'ANN@EXAMPLE.COM',
    'ann@Example.Com',
    '  ann@example.com  ',
    'ann@example.com\t',
    '\u00a0ann@example.com',
    'ａｎｎ@example.com',
    'ann@ｅｘａｍｐｌｅ.com',
    'ann＠example.com',
    'ann@example。com',
    'ann@EXAMPLE\u3002COM',
  ];
  for (const email of same) {
    it(`${JSON.stringify(email)} is the entry of ann@example.com`, async () => {
      const admin = openAdminClient();
      const first = await admin.waitlist.ask({ email: 'ann@example.com' });
      assert.deepEqual(await admin.waitlist.ask({ email }), { id: first.id, added: false });
      assert.equal((await admin.waitlist.list()).length, 1);
    });
  }

  const others = [
    'a.nn@example.com',
    'ann+club@example.com',
    'ann@mail.example.com',
    'ann@example.org',
    'anne@example.com',
    'änn@example.com',
    'ann@exämple.com',
    'bann@example.com',
    'ann_@example.com',
    "ann'@example.com",
  ];
  for (const email of others) {
    it(`${JSON.stringify(email)} is another one`, async () => {
      const admin = openAdminClient();
      await admin.waitlist.ask({ email: 'ann@example.com' });
      assert.equal((await admin.waitlist.ask({ email })).added, true);
    });
  }

  const none: readonly unknown[] = [
    '',
    'ann',
    'ann@',
    '@example.com',
    'ann@@example.com',
    'аnn@example.com',
    'ann\u200b@example.com',
    'ann@example.com\r\nBcc: all@example.com',
    'ann@127.0.0.1',
    'ann@exa mple.com',
    `${'a'.repeat(65)}@example.com`,
    'a@'.concat('b'.repeat(5_000_000)),
    null,
    7,
    { toString: () => 'ann@example.com' },
  ];
  for (const email of none) {
    it(`${JSON.stringify(email)?.slice(0, 40)} is not an address`, async () => {
      const admin = openAdminClient();
      await assert.rejects(
        admin.waitlist.ask({ email } as WaitlistAsk),
        (error) => isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_WAITLIST' && error.status === 400,
      );
      assert.deepEqual(await admin.waitlist.list(), []);
    });
  }

  it('keeps the first request, and a later one by anyone changes nothing', async () => {
    const admin = openAdminClient();
    await admin.waitlist.ask({ email: 'ann@example.com', answers: { name: 'Ann' }, locale: 'de' });
    admin.clock.advance(1000);
    await admin.waitlist.ask({ email: 'ANN@example.com', answers: { name: 'Mallory' }, locale: 'fr' });
    const [entry] = await admin.waitlist.list();
    assert.deepEqual(entry?.answers, { name: 'Ann' });
    assert.equal(entry.locale, 'de');
    assert.equal(entry.askedAt, admin.clock.now() - 1000);
  });

  it('emits one event without the address', async () => {
    const admin = openAdminClient();
    await admin.waitlist.ask({ email: 'ann@example.com' });
    await admin.waitlist.ask({ email: 'ann@example.com' });
    assert.deepEqual(
      admin.events.map(({ name }) => name),
      ['waitlist.asked'],
    );
    assert.doesNotMatch(JSON.stringify(admin.events), /example\.com/);
  });

  it('waits again once the invitation has ended: at the same place, with the same answers, and one event', async () => {
    const admin = openAdminClient();
    const ask = (name: string) => admin.waitlist.ask({ email: 'ann@example.com', answers: { name } });
    await ask('Ann');
    await admin.waitlist.ask({ email: 'bob@example.com' });
    await admin.waitlist.approve({ first: 1 });
    await ask('Mallory');
    assert.equal((await admin.waitlist.list({ state: 'sent' })).length, 1, 'the invitation can be used');
    const [, invited] = [admin.events.splice(0), admin.made.get('i1')];
    if (invited !== undefined) invited.revoked = true;
    await Promise.all([ask('Mallory'), ask('Eve')]);
    const [entry] = await admin.waitlist.list();
    assert.deepEqual(
      [entry?.state, entry?.place, entry?.answers, entry?.invitation, entry?.earlier, entry?.decidedAt, entry?.sentAt],
      ['waiting', 1, { name: 'Ann' }, null, ['i1'], null, null],
    );
    assert.deepEqual(admin.events, [
      { name: 'waitlist.asked_again', facts: { id: entry?.id, tenant: null, invitation: 'i1' } },
    ]);
    assert.equal((await admin.store.byInvitation('i1'))?.id, entry?.id);
    await admin.waitlist.approve({ first: 1 });
    assert.deepEqual(admin.letters.at(-1)?.answers, { name: 'Ann' });
  });

  it('stays refused or joined, and as it is while its invitation is being sent', async () => {
    const admin = openAdminClient();
    for (const name of ['refused', 'joined', 'sending']) await admin.waitlist.ask({ email: `${name}@example.com` });
    await admin.waitlist.refuse({ emails: ['refused@example.com'] });
    await admin.waitlist.approve({ emails: ['joined@example.com', 'sending@example.com'] });
    for (const one of admin.made.values()) one.revoked = true;
    admin.members.add('joined@example.com');
    const joined = admin.made.get('i1');
    if (joined !== undefined) joined.redeemed = 1;
    await admin.waitlist.reconcile();
    const [sending] = await admin.waitlist.list({ state: 'sent' });
    if (sending === undefined) assert.fail();
    await admin.store.change({ ...sending, busyUntil: admin.clock.now() + 1000 }, sending);
    const before = await admin.waitlist.list();
    for (const { email } of before) await admin.waitlist.ask({ email });
    assert.deepEqual(await admin.waitlist.list(), before);
  });

  it('is one entry per tenant', async () => {
    const admin = openAdminClient();
    const [none, acme, other] = [
      await admin.waitlist.ask({ email: 'ann@example.com' }),
      await admin.waitlist.ask({ email: 'ann@example.com', tenant: 'acme' }),
      await admin.waitlist.ask({ email: 'ann@example.com', tenant: 'other' }),
    ];
    assert.equal(new Set([none.id, acme.id, other.id]).size, 3);
    assert.deepEqual(
      (await admin.waitlist.list({ tenant: 'acme' })).map(({ id }) => id),
      [acme.id],
    );
  });

  it('finds an entry that was added under the previous secret', async () => {
    const before = openAdminClient({ keyring: createKeyring(['the old one']) });
    const { id } = await before.waitlist.ask({ email: 'ann@example.com' });
    const now = openAdminClient({ keyring: createKeyring(['the new one', 'the old one']), store: before.store });
    assert.deepEqual(await now.waitlist.ask({ email: 'ann@example.com' }), { id, added: false });
    assert.equal((await now.waitlist.approve({ emails: ['ANN@example.com'] })).sent, 1);
  });

  it('accepts up to 4 kB of answers, and nothing that reaches a prototype', async () => {
    const admin = openAdminClient();
    const answers = { text: 'x'.repeat(4096 - '{"text":""}'.length) };
    await admin.waitlist.ask({ email: 'ann@example.com', answers });
    await assert.rejects(admin.waitlist.ask({ email: 'bob@example.com', answers: { text: `${answers.text}x` } }));
    await assert.rejects(admin.waitlist.ask({ email: 'bob@example.com', answers: [] } as unknown as WaitlistAsk));
    await admin.waitlist.ask({
      email: 'eve@example.com',
      answers: JSON.parse('{"__proto__":{"admin":true},"a":{"constructor":{"b":1},"c":2}}'),
    });
    assert.deepEqual((await admin.waitlist.list()).at(-1)?.answers, { a: { c: 2 } });
    assert.equal(Reflect.get({}, 'admin'), undefined);
  });

  it('lists every mistake, and never the address', async () => {
    const admin = openAdminClient();
    const wrong = { email: 'no canary', tenant: '', locale: 'x'.repeat(36), answers: { a: 'x'.repeat(5000) } };
    await assert.rejects(admin.waitlist.ask(wrong), (error) => {
      assert.ok(isEnrollmentError(error));
      return error.issues.length === 4 && !error.message.includes('canary');
    });
  });

  it('F6: rejects an answer and a tenant that a database would change', async () => {
    const admin = openAdminClient();
    const broken = [{ answers: { team: 'v\ud800' } }, { answers: { ['k\0']: 1 } }, { tenant: 'acme\n' }];
    for (const more of broken) await assert.rejects(admin.waitlist.ask({ email: 'ann@example.com', ...more }));
    assert.deepEqual(await admin.waitlist.list(), []);
  });
});
