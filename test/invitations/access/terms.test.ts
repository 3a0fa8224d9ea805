import assert from 'node:assert/strict';
import Joi from 'joi';
import { describe, it } from 'mocha';
import type { When } from '../../../lib/base/clock.js';
import { isEnrollmentError } from '../../../lib/base/error.js';
import type { InvitationInput } from '../../../lib/ports/invitation-input.js';
import { dataRulesOf } from '../../../lib/options/data-rules.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import { invitationFixture } from '../../support/invitations/invitation-fixture.js';

describe('an invitation for ann.bell@example.com', () => {
  const same = [
    'ann.bell@example.com',
    'Ann.Bell@example.com',
    'ANN.BELL@EXAMPLE.COM',
    'ann.bell@Example.Com',
    ' ann.bell@example.com ',
    '\tann.bell@example.com\n',
    'ann.bell＠example.com',
    'ａｎｎ.bell@example.com',
  ];
  const others = [
    'annbell@example.com',
    'ann..bell@example.com',
    'ann.bell.@example.com',
    '.ann.bell@example.com',
    'ann.bell+x@example.com',
    'ann.bell+@example.com',
    'аnn.bell@example.com',
    'ann.bеll@example.com',
    'ann.bel1@example.com',
    'ann.bell@examp1e.com',
    'ann.bell@exаmple.com',
    'ann.bell@example.co',
    'ann.bell@example.com.evil.example',
    'ann.bell@sub.example.com',
    'ann.bell@example.org',
    'ann.bell@example.com,eve@example.com',
    'eve@example.com;ann.bell@example.com',
    'ann.bell@example.com\u0000',
    'ann.bell\u200b@example.com',
    '"ann.bell"@example.com',
    'ann.bell@[127.0.0.1]',
    'ann.bell',
    '@example.com',
    'ann.bell@',
    '',
  ];
  it(`takes ${same.length} spellings and none of ${others.length} others, at code and write`, async () => {
    const { invitations, ask } = invitationFixture({
      attempts: { consume: async () => ({ over: false }), reward: async () => undefined },
    });
    const { id, code } = await invitations.manager.create({ email: 'Ann.Bell@Example.com', uses: 1000 });
    for (const [list, wanted] of [
      [same, true],
      [others, false],
    ] as const) {
      for (const email of list) {
        const plan = `plan of ${email}`;
        const verdict = await ask(code, { email, enrollmentId: plan });
        assert.equal(verdict.ok, wanted, `code: ${JSON.stringify(email)}`);
        const done = await invitations.redeem({
          enrollmentId: plan,
          flow: 'invite',
          invitation: { id, version: 1 },
          email,
          write: async () => plan,
          idOf: String,
          taken: async () => null,
        });
        assert.equal(
          done.type === 'refused' ? done.cause : done.type,
          wanted ? 'redeemed' : 'other_email',
          JSON.stringify(email),
        );
      }
    }
  });
});

describe('the end of an invitation', () => {
  for (const when of [
    '2026-12-31 23:59:59',
    '2026-12-31T23:59:59',
    '2026-12-31',
    'tomorrow',
    '',
    '31.12.2026',
    '1798761599',
  ])
    it(`is not parsed from ${JSON.stringify(when)} without a zone`, async () => {
      for (const input of [{ expires: when }, { notBefore: when }] as InvitationInput[])
        await assert.rejects(invitationFixture().invitations.manager.create(input), (error: unknown) => {
          assert.ok(isEnrollmentError(error));
          return /with its zone|no instant|not an instant/.test(error.issues.join());
        });
    });

  // Spring: 02:00 becomes 03:00. Autumn: 03:00 becomes 02:00, so 02:30 occurs twice.
  const table: readonly (readonly [when: When, instant: string])[] = [
    [{ local: '2026-03-29 01:59:59', zone: 'Europe/Berlin' }, '2026-03-29T00:59:59Z'],
    [{ local: '2026-03-29 02:30:00', zone: 'Europe/Berlin' }, '2026-03-29T01:30:00Z'],
    [{ local: '2026-03-29 03:00:00', zone: 'Europe/Berlin' }, '2026-03-29T01:00:00Z'],
    [{ local: '2026-03-28', zone: 'Europe/Berlin' }, '2026-03-28T23:00:00Z'],
    [{ local: '2026-03-29', zone: 'Europe/Berlin' }, '2026-03-29T22:00:00Z'],
    [{ local: '2026-10-25 02:30:00', zone: 'Europe/Berlin' }, '2026-10-25T00:30:00Z'],
    [{ local: '2026-10-25', zone: 'Europe/Berlin' }, '2026-10-25T23:00:00Z'],
    [{ local: '2026-11-01', zone: 'America/New_York' }, '2026-11-02T05:00:00Z'],
    [{ local: '2026-04-05 01:45:00', zone: 'Australia/Lord_Howe' }, '2026-04-04T14:45:00Z'],
    [{ local: '2026-12-31 23:59:59', zone: 'Asia/Kathmandu' }, '2026-12-31T18:14:59Z'],
    [{ local: '2026-12-30', zone: 'Pacific/Kiritimati' }, '2026-12-30T10:00:00Z'],
  ];
  for (const [when, instant] of table)
    it(`D50: ${JSON.stringify(when)} is ${instant}`, async () => {
      const { invitations } = invitationFixture();
      const { id } = await invitations.manager.create({ expires: when });
      assert.equal(
        new Date((await invitations.manager.get(id)).expires ?? 0).toISOString(),
        new Date(instant).toISOString(),
      );
    });
});

onBothStores('at its boundaries an invitation', (open) => {
  it('is valid from its first instant until just before its last, at the code and at the write', async () => {
    const { invitations, ask, clock, table } = open();
    const [start, end] = [clock.now() + 100_000, clock.now() + 200_000];
    const { id, code } = await invitations.manager.create({ uses: 100, notBefore: start, expires: end });
    // Redis's own clock runs on while the fake one stands still, so the last second is not tested there.
    for (const [at, valid] of [
      [start - 1000, false],
      [start, true],
      [end - 1000, true],
      [end, false],
      [end + 1000, false],
    ] as const) {
      clock.set(at);
      const plan = `at ${at - start}`;
      assert.equal((await ask(code, { enrollmentId: plan, address: plan })).ok, valid, plan);
      const done = await invitations.redeem({
        enrollmentId: plan,
        flow: 'invite',
        invitation: { id, version: 1 },
        email: null,
        write: async (redemption) => (table.insert(redemption.row(plan)), plan),
        idOf: String,
        taken: async () => null,
      });
      assert.equal(done.type === 'redeemed', valid, plan);
    }
  });
});

describe('in memory, to the millisecond', () => {
  it('ends at its end', async () => {
    const { invitations, ask, clock } = invitationFixture();
    const end = clock.now() + 1000;
    const { code } = await invitations.manager.create({ expires: end });
    for (const [at, valid] of [
      [end - 1, true],
      [end, false],
      [end + 1, false],
    ] as const) {
      clock.set(at);
      assert.equal((await ask(code)).ok, valid);
    }
  });
});

describe('the data of an invitation', () => {
  const schema = Joi.object({
    plan: Joi.object({
      name: Joi.string().valid('basic', 'pro').required(),
      seats: Joi.number().integer().min(1),
    }).required(),
    groups: Joi.array().items(Joi.string()),
  });
  const open = () => invitationFixture({ dataRules: dataRulesOf(schema) });

  it('is validated by the app’s schema when created, edited, seeded and created in bulk', async () => {
    const { manager } = open().invitations;
    const good = { plan: { name: 'basic', seats: 3 }, groups: ['a'] };
    const { id } = await manager.create({ data: good });
    assert.deepEqual((await manager.get(id)).data, good);
    const wrong = { plan: { name: 'gold', seats: '3' }, extra: true };
    const customCode = { customCode: 'SPRING-2026', uses: 1, expires: '2027-01-01T00:00:00Z' };
    for (const attempt of [
      () => manager.create({ data: wrong }),
      () => manager.edit(id, { data: wrong }),
      () => manager.seed([{ ...customCode, data: wrong }]),
    ])
      await assert.rejects(attempt(), (error: unknown) => {
        assert.ok(isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_INVITATION');
        const text = error.issues.join();
        return ['plan.name', 'plan.seats', 'extra'].every((path) => text.includes(path));
      });
    const [row] = await manager.createMany([{ data: wrong }]);
    assert.equal(row?.type, 'invalid');
    await assert.rejects(
      manager.create({ data: { plan: { name: 'pro', seats: '3' } } }),
      /seats/,
      'nothing is converted',
    );
    assert.equal((await manager.edit(id, { label: 'kept' })).label, 'kept', 'what is not changed is not checked');
  });
});
