import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Secret } from '../../../lib/base/secret.js';
import type { GateVerdict } from '../../../lib/ports/invitation-gate.js';
import type { InvitationStore } from '../../../lib/ports/invitation-store.js';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { invitationFixture, type InvitationFixture } from '../../support/invitations/invitation-fixture.js';

const hour = 3_600_000;
const refusal = (verdict: GateVerdict): string => (verdict.ok ? 'accepted' : verdict.message.id);

async function trueCause({ invitations }: InvitationFixture, verdict: GateVerdict): Promise<string | undefined> {
  await invitations.idle();
  return verdict.ok ? 'accepted' : (await invitations.manager.explain(verdict.reference))?.cause;
}

describe('the gate', () => {
  it('accepts an open code and returns the fixed terms of the invitation', async () => {
    const { invitations, ask } = invitationFixture();
    const { id, code } = await invitations.manager.create({
      email: 'Ann@Example.com',
      data: { team: 'red' },
      redirect: '/welcome',
    });
    assert.deepEqual(await ask(code.toLowerCase()), {
      ok: true,
      invitation: { id, version: 1 },
      label: '',
      inviter: null,
      email: 'ann@example.com',
      proved: null,
      data: { team: 'red' },
      redirect: { path: '/welcome' },
    });
  });

  it('spends nothing, however often it is asked', async () => {
    const { invitations, ask, signUp } = invitationFixture();
    const { code } = await invitations.manager.create();
    for (let times = 0; times < 30; times += 1)
      assert.equal(refusal(await ask(code, { enrollmentId: `plan ${times}` })), 'accepted');
    assert.equal((await signUp(code, 'the plan')).type, 'redeemed');
  });

  it('reports a typing error without querying the store or counting it', async () => {
    const asked: string[] = [];
    const inner = createMemoryInvitationStore({ clock: fakeClock() });
    const store: InvitationStore = {
      ...inner,
      read: (ids, plan) => (asked.push('read'), inner.read(ids, plan)),
      refused: async () => void asked.push('refused'),
    };
    const { invitations, ask } = invitationFixture({ store });
    const { code } = await invitations.manager.create();
    const wrong = code.slice(0, -1) + (code.endsWith('A') ? 'B' : 'A');
    for (let times = 0; times < 50; times += 1) {
      assert.deepEqual(await ask(wrong), { ok: false, message: { id: 'invitation.typo' }, reference: '' });
    }
    assert.deepEqual(asked, []);
    assert.equal(refusal(await ask(code)), 'accepted');
  });

  it('names the reasons a visitor needs, and uses one sentence for everything else', async () => {
    const fixture = invitationFixture();
    const { invitations, clock, ask, signUp } = fixture;
    const now = clock.now();
    const codes = {
      used: (await invitations.manager.create()).code,
      short: (await invitations.manager.create({ expires: now + hour })).code,
      revoked: await invitations.manager.create(),
      later: (await invitations.manager.create({ notBefore: now + 10 * hour })).code,
      elsewhere: (await invitations.manager.create({ flow: 'other' })).code,
      ann: (await invitations.manager.create({ email: 'ann@example.com' })).code,
    };
    await signUp(codes.used, 'a plan of somebody else');
    await invitations.manager.revoke(codes.revoked.id);
    clock.advance(hour);
    for (const [code, emitted, cause, email] of [
      [codes.used, 'invitation.used_up', 'used_up', null],
      [codes.short, 'invitation.expired', 'expired', null],
      [codes.revoked.code, 'invitation.unknown', 'revoked', null],
      [codes.later, 'invitation.unknown', 'not_yet', null],
      [codes.elsewhere, 'invitation.unknown', 'other_flow', null],
      [codes.ann, 'invitation.unknown', 'other_email', 'bob@example.com'],
      ['SPRING-2026', 'invitation.unknown', 'unknown', null],
    ] as const) {
      const verdict = await ask(code, { email, address: code, enrollmentId: code });
      assert.deepEqual([refusal(verdict), await trueCause(fixture, verdict)], [emitted, cause]);
    }
  });

  it('F23: input that cannot be a code is reported, and neither looked up nor counted', async () => {
    const asked: string[] = [];
    const inner = createMemoryInvitationStore({ clock: fakeClock() });
    const { invitations, ask } = invitationFixture({
      store: { ...inner, read: (ids, plan) => (asked.push('read'), inner.read(ids, plan)) },
    });
    const { code } = await invitations.manager.create();
    for (let times = 0; times < 50; times += 1) {
      for (const typed of ['x', 'y'.repeat(10_000), 'https://app.example/join/if/flow/invite/', '(:)', '???']) {
        const verdict = await ask(typed);
        assert.deepEqual(verdict, { ok: false, message: { id: 'invitation.unreadable' }, reference: '' });
      }
    }
    assert.deepEqual(asked, []);
    assert.equal(refusal(await ask(`Code: ${code}.`)), 'accepted');
  });

  it('F23: a code and a custom code with a trailing mark are looked up together, as one guess', async () => {
    const { invitations, clock, ask } = invitationFixture();
    const expires = clock.now() + hour;
    await invitations.manager.create({ customCode: 'SPRING!', uses: 3, expires });
    await invitations.manager.create({ customCode: 'SUMMER', uses: 3, expires });
    for (const typed of ['"spring!"', 'Summer!', '(summer),', 'Code: SUMMER'])
      assert.equal(refusal(await ask(typed)), 'accepted', typed);
    assert.equal(refusal(await ask('SPRING')), 'invitation.unknown');
    for (let times = 0; times < 9; times += 1) assert.equal(refusal(await ask('WINTER!')), 'invitation.unknown');
    assert.equal(refusal(await ask('WINTER!')), 'invitation.throttled');
  });

  it('makes all refusals alike when configured to', async () => {
    const { invitations, clock, ask, signUp } = invitationFixture({ refusals: 'uniform' });
    const used = (await invitations.manager.create()).code;
    const short = (await invitations.manager.create({ expires: clock.now() + 1 })).code;
    await signUp(used, 'another plan');
    clock.advance(1);
    for (const code of [used, short, 'SPRING-2026']) {
      const verdict = await ask(code);
      assert.deepEqual(
        { ...verdict, reference: '' },
        { ok: false, message: { id: 'invitation.unknown' }, reference: '' },
      );
    }
  });

  it('is open strictly before the end, at the gate and at the write', async () => {
    const { invitations, clock, ask, signUp } = invitationFixture();
    const { code } = await invitations.manager.create({ uses: 5, expires: clock.now() + hour });
    clock.advance(hour - 1);
    assert.equal(refusal(await ask(code)), 'accepted');
    assert.equal((await signUp(code, 'in time')).type, 'redeemed');
    const verdict = await ask(code, { enrollmentId: 'late' });
    clock.advance(1);
    assert.equal(refusal(await ask(code)), 'invitation.expired');
    if (!verdict.ok) return assert.fail('it was open');
    const refused = await invitations.redeem({
      enrollmentId: 'late',
      flow: 'invite',
      invitation: verdict.invitation,
      email: null,
      write: () => assert.fail('written'),
      idOf: String,
      taken: async () => null,
    });
    assert.equal(refused.type === 'refused' && refused.cause, 'expired');
    assert.equal(
      await invitations.gate
        .revalidate(verdict.invitation, { flow: 'invite', enrollmentId: 'late', email: null })
        .then(refusal),
      'invitation.expired',
    );
  });

  it('accepts only the canonical form of the address that an invitation is bound to', async () => {
    const { invitations, ask } = invitationFixture();
    const { code } = await invitations.manager.create({ email: 'ann.bell@example.com' });
    const same = ['ann.bell@example.com', 'ANN.BELL@EXAMPLE.COM', ' ann.bell@example.com ', 'ann.bell＠example.com'];
    const others = [
      'annbell@example.com',
      'ann.bell+x@example.com',
      'аnn.bell@example.com',
      'ann.bell@example.com.evil.example',
      'ann.bell@examp1e.com',
      'ann.bell@EXAMPLE.org',
      'not an address',
      '',
    ];
    for (const email of same) assert.equal(refusal(await ask(code, { email, address: email })), 'accepted', email);
    for (const email of others)
      assert.equal(
        refusal(await ask(code, { email, address: email, enrollmentId: email })),
        'invitation.unknown',
        email,
      );
  });

  it('accepts the enrollment that has the seat, even if used up, expired or revoked for others', async () => {
    const { invitations, clock, ask, signUp } = invitationFixture();
    const { id, code } = await invitations.manager.create({ expires: clock.now() + hour });
    await signUp(code, 'mine');
    assert.equal(refusal(await ask(code, { enrollmentId: 'mine' })), 'accepted');
    assert.equal(refusal(await ask(code, { enrollmentId: 'another' })), 'invitation.used_up');
    clock.advance(hour);
    assert.equal(refusal(await ask(code, { enrollmentId: 'mine' })), 'accepted');
    await invitations.manager.revoke(id);
    assert.equal(refusal(await ask(code, { enrollmentId: 'mine' })), 'accepted');
  });

  it('finds that enrollment in the user store if the invitation store has lost it', async () => {
    const { invitations, store, table, ask } = invitationFixture();
    const { id, code } = await invitations.manager.create();
    await store.commit({ id, seat: '1', plan: 'another', user: 'u' });
    assert.equal(refusal(await ask(code, { enrollmentId: 'mine' })), 'invitation.used_up');
    table.insert({ redemption_key: `${id}:2`, enrollment_id: 'mine', invitation_id: id, user_id: 'me' });
    assert.equal(refusal(await ask(code, { enrollmentId: 'mine' })), 'accepted');
  });

  it('accepts an enrollment whose write was interrupted, and tells others to wait', async () => {
    const { invitations, store, ask } = invitationFixture();
    const { id, code } = await invitations.manager.create();
    await store.claim({ id, plan: 'mine', leaseSeconds: 60 });
    assert.equal(refusal(await ask(code, { enrollmentId: 'mine' })), 'accepted');
    assert.equal(refusal(await ask(code, { enrollmentId: 'another' })), 'invitation.held');
  });
});

describe('guessing', () => {
  it('stops after ten wrong codes of one client, whatever is tried next', async () => {
    const { invitations, clock, ask } = invitationFixture();
    const { code } = await invitations.manager.create();
    for (let times = 0; times < 10; times += 1)
      assert.equal(refusal(await ask(`wrong ${times}`, { enrollmentId: `p${times}` })), 'invitation.unknown');
    clock.advance(30_000);
    assert.deepEqual(await ask(code), {
      ok: false,
      message: { id: 'invitation.throttled', values: { minutes: 10 } },
      reference: '',
      retryAfterSeconds: 570,
    });
    assert.equal(refusal(await ask(code, { address: 'somebody else' })), 'accepted');
    clock.advance(570_000);
    assert.equal(refusal(await ask(code)), 'accepted');
  });

  it('is not reset by a right code in between', async () => {
    const { invitations, ask } = invitationFixture();
    const { code } = await invitations.manager.create();
    for (let times = 0; times < 10; times += 1) {
      await ask(`wrong ${times}`, { enrollmentId: `p${times}` });
      if (times < 9) assert.equal(refusal(await ask(code)), 'accepted');
      await invitations.idle();
    }
    assert.equal(refusal(await ask(code)), 'invitation.throttled');
  });

  it('in parallel gets no more answers than the limit, and the right code only within it', async () => {
    const { invitations, ask } = invitationFixture();
    const { code } = await invitations.manager.create();
    const early = await Promise.all(
      Array.from({ length: 1000 }, (_, at) =>
        ask(at === 5 ? code : `wrong ${at}`, { enrollmentId: `p${at}`, address: 'early' }),
      ),
    );
    const late = await Promise.all(
      Array.from({ length: 1000 }, (_, at) =>
        ask(at === 500 ? code : `wrong ${at}`, { enrollmentId: `q${at}`, address: 'late' }),
      ),
    );
    const answered = (all: readonly GateVerdict[]): number =>
      all.filter((verdict) => refusal(verdict) !== 'invitation.throttled').length;
    assert.deepEqual([answered(early), answered(late)], [10, 10]);
    assert.deepEqual([early.some(({ ok }) => ok), late.some(({ ok }) => ok)], [true, false]);
  });

  it('cannot lock a code that belongs to others', async () => {
    const { invitations, ask } = invitationFixture();
    const { code } = await invitations.manager.create({ email: 'ann@example.com' });
    for (let times = 0; times < 200; times += 1)
      await ask(code, { email: 'bob@example.com', address: 'attacker', enrollmentId: `p${times}` });
    assert.equal(
      refusal(await ask(code, { email: 'ann@example.com', address: 'ann', enrollmentId: 'hers' })),
      'accepted',
    );
  });

  it('counts and looks up in the same tick', async () => {
    const turns: string[] = [];
    const { invitations } = invitationFixture({
      store: {
        ...createMemoryInvitationStore({ clock: fakeClock() }),
        read: async (ids) => (turns.push('read'), ids.map(() => null)),
      },
      attempts: { consume: async () => (turns.push('count'), { over: false }), reward: async () => undefined },
    });
    const asked = invitations.gate.validate({
      code: new Secret('SPRING-2026'),
      flow: 'invite',
      enrollmentId: 'p',
      address: 'a',
      email: null,
    });
    assert.deepEqual(turns, ['count', 'read']);
    await asked;
  });

  it('is answered although the counters cannot be restored, which is logged', async () => {
    const fixture = invitationFixture({
      attempts: { consume: async () => ({ over: false }), reward: () => Promise.reject(new Error('away')) },
    });
    const { code } = await fixture.invitations.manager.create();
    assert.equal(refusal(await fixture.ask(code)), 'accepted');
    await fixture.invitations.idle();
    assert.deepEqual(fixture.errors, ['giving an attempt back failed']);
  });

  it('is not answered if it could not be counted', async () => {
    const { invitations, ask } = invitationFixture({
      attempts: { consume: () => Promise.reject(new Error('away')), reward: async () => undefined },
    });
    const { code } = await invitations.manager.create();
    await assert.rejects(ask(code), /away/);
  });

  it('leaves no code in events, logs or references', async () => {
    const fixture = invitationFixture();
    const { code } = await fixture.invitations.manager.create();
    await fixture.ask(code);
    await fixture.ask('SPRING-2026');
    await fixture.signUp(code, 'p');
    await fixture.invitations.idle();
    const emitted = JSON.stringify([fixture.events, await fixture.invitations.manager.list()]);
    for (const secret of [code, code.replaceAll('-', ''), 'SPRING']) assert.ok(!emitted.includes(secret));
  });
});
