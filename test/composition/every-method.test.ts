import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import * as kit from '../../lib/index.js';

const { users, redemptions } = kit.memoryUsers();
const enrollment = kit.createEnrollment({
  baseUrl: 'http://localhost:3000/join',
  users,
  redemptions,
  login: kit.sessionLogin(),
  logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  flows: [kit.inviteSignupFlow({ slug: 'invite', fields: ['username'] })],
});
const { invitations, waitlist, deliveries, mails, tickets, flows } = enrollment;
const first = { first: 1 };

/** Each call with a misspelled name; `as object` stands for what JavaScript callers may pass. */
const slips: readonly (readonly [
  title: string,
  call: (slip: object) => unknown,
  slip: object,
  meant: string | null,
])[] = [
  ['invitations.create', (s) => invitations.create(s), { lable: 'x' }, 'label'],
  ['invitations.create, who', (s) => invitations.create({}, s), { bye: 'x' }, 'by'],
  ['invitations.createMany', (s) => invitations.createMany([{}], s), { preveiw: true }, 'preview'],
  ['invitations.extend', (s) => invitations.extend('id', s), { expire: '7d' }, 'expires'],
  ['invitations.revoke', (s) => invitations.revoke('id', s), { bye: 'x' }, 'by'],
  ['invitations.list', (s) => invitations.list(s), { stat: 'open' }, 'state'],
  ['invitations.list, a state', (s) => invitations.list(s), { state: 'opened' }, null],
  ['invitations.seats', (s) => invitations.seats('id', s), { limits: 3 }, 'limit'],
  ['invitations.tree', (s) => invitations.tree(s as { inviter: string }), { invitor: 'x' }, 'inviter'],
  [
    'invitations.revokeDescendants',
    (s) => invitations.revokeDescendants({ inviter: 'x' }, s),
    { preveiw: true },
    'preview',
  ],
  ['invitations.erase', (s) => invitations.erase(s), { mail: 'a@b.example' }, 'email'],
  ['invitations.erase, nobody', (s) => invitations.erase(s), {}, null],
  ['invitations.exportCsv', (s) => invitations.exportCsv(s), { tennant: 'x' }, 'tenant'],
  ['invitations.send', (s) => invitations.send({ email: 'a@b.example' }, s), { onEarly: 'end' }, 'onEarlier'],
  ['invitations.resend', (s) => invitations.resend('id', s), { mod: 'extend' }, 'mode'],
  ['mails.list', (s) => mails.list(s), { state: ['failed'] }, 'states'],
  ['mails.preview', (s) => mails.preview('invitation', s), { local: 'de' }, 'locale'],
  ['mails.test', (s) => mails.test('a@b.example', s), { local: 'de' }, 'locale'],
  ['mails.suppressed', (s) => mails.suppressed({ email: 'a@b.example', ...s }), { tenent: 'a' }, 'tenant'],
  ['mails.suppress', (s) => mails.suppress({ email: 'a@b.example', ...s }), { tenent: 'a' }, 'tenant'],
  ['mails.allow', (s) => mails.allow({ email: 'a@b.example', ...s }), { tenent: 'a' }, 'tenant'],
  ['mails.bounced', (s) => mails.bounced({ id: 'x', ...s }), { respons: '550' }, 'response'],
  ['tickets.create', (s) => tickets.create({ user: 'x' }, { purpose: 'invite', ...s }), { lokale: 'de' }, 'locale'],
  ['waitlist.ask', (s) => waitlist.ask({ email: 'a@b.example', ...s }), { answer: {} }, 'answers'],
  ['waitlist.list', (s) => waitlist.list(s), { stat: 'sent' }, 'state'],
  ['waitlist.list, a state', (s) => waitlist.list(s), { state: 'send' }, null],
  ['waitlist.count', (s) => waitlist.count(s), { tennant: 'x' }, 'tenant'],
  ['waitlist.approve', (s) => waitlist.approve({ ...first, ...s }), { tennant: 'x' }, 'tenant'],
  ['waitlist.approve, terms', (s) => waitlist.approve(first, s), { expire: '7d' }, 'expires'],
  ['waitlist.approve, who', (s) => waitlist.approve(first, {}, s), { bye: 'x' }, 'by'],
  ['waitlist.resend', (s) => waitlist.resend(first, s), { kep: true }, 'keep'],
  ['waitlist.resend, terms', (s) => waitlist.resend(first, { invitation: s }), { lable: 'x' }, 'label'],
  ['waitlist.refuse', (s) => waitlist.refuse(first, s), { bye: 'x' }, 'by'],
  ['waitlist.remove', (s) => waitlist.remove('a@b.example', s), { tennant: 'x' }, 'tenant'],
  ['waitlist.lines', (s) => waitlist.lines(s), { answer: [] }, 'answers'],
  ['flows.import', (s) => flows.import([], { by: 'ann', ...s }), { nte: 'x' }, 'note'],
  ['flows.rollBack', (s) => flows.rollBack(1, { by: 'ann', ...s }), { expct: 1 }, 'expect'],
  ['session', (s) => enrollment.session(s), { idelSeconds: 1 }, 'idleSeconds'],
  ['requireInvite', (s) => enrollment.requireInvite(s, () => undefined), { feild: 'x' }, 'field'],
  ['acceptInvite', (s) => enrollment.acceptInvite(s, () => undefined), { feild: 'x' }, 'field'],
  ['prefillInvite', (s) => enrollment.prefillInvite(s), { feild: 'x' }, 'field'],
];

/** Stands for what JavaScript callers may pass. */
const wrong = (value: unknown): never => value as never;
const mailed = { email: 'a@b.example' };
const shop = invitations.forTenant('shop');

/** Each method with an argument of a wrong type, or without it, and what the error must name. */
const wrongKinds: readonly (readonly [title: string, call: () => unknown, named: string])[] = [
  ['invitations.create', () => invitations.create(wrong('7d')), 'type object'],
  ['flows.import', () => flows.import(wrong('flows.yaml'), { by: 'ann' }), '"files"'],
  ['flows.import, a file', () => flows.import([wrong('flows.yaml')], { by: 'ann' }), '"files[0]"'],
  ['flows.import, without who', () => flows.import([], {}), '"by"'],
  ['flows.import, settings', () => flows.import([], wrong('ann')), 'type object'],
  ['flows.import, a name', () => flows.import([], { by: 'ann\u0000' }), '"by"'],
  ['flows.rollBack', () => flows.rollBack(wrong('1'), { by: 'ann' }), '"version"'],
  ['flows.rollBack, who', () => flows.rollBack(1, wrong({ by: 7 })), '"by"'],
  ['flows.version', () => flows.version(wrong('1')), '"version"'],
  ['invitations.create, who', () => invitations.create({}, wrong({ by: 7 })), '"by"'],
  ['invitations.create, who, as a string', () => invitations.create({}, wrong('ann')), 'type object'],
  ['invitations.createMany', () => invitations.createMany(wrong({ label: 'x' })), '"rows"'],
  ['invitations.createMany, a preview', () => invitations.createMany([{}], wrong({ preview: 'yes' })), '"preview"'],
  ['invitations.createMany, progress', () => invitations.createMany([{}], wrong({ onProgress: true })), '"onProgress"'],
  ['invitations.send', () => invitations.send(wrong('a@b.example')), 'type object'],
  ['invitations.send, an earlier one', () => invitations.send(mailed, wrong({ onEarlier: 'stop' })), '"onEarlier"'],
  ['invitations.sendMany', () => invitations.sendMany(wrong(mailed)), '"rows"'],
  ['invitations.sendMany, a preview', () => invitations.sendMany([mailed], wrong({ preview: 'yes' })), '"preview"'],
  ['invitations.resend', () => invitations.resend(wrong(undefined)), '"id"'],
  ['invitations.resend, how', () => invitations.resend('id', wrong({ mode: 'again' })), '"mode"'],
  ['invitations.reissue', () => invitations.reissue(wrong(7)), '"id"'],
  ['invitations.reissue, who', () => invitations.reissue('id', wrong({ by: 7 })), '"by"'],
  ['invitations.firstAdministrator', () => invitations.firstAdministrator(wrong('ann')), 'type object'],
  ['invitations.get', () => invitations.get(wrong(undefined)), '"id"'],
  ['invitations.edit', () => invitations.edit(wrong(7), {}), '"id"'],
  ['invitations.edit, the change', () => invitations.edit('id', wrong('7d')), 'type object'],
  ['invitations.extend', () => invitations.extend(wrong(null), { uses: 2 }), '"id"'],
  ['invitations.extend, the change', () => invitations.extend('id', wrong('7d')), 'type object'],
  ['invitations.revoke', () => invitations.revoke(wrong({ id: 'x' })), '"id"'],
  ['invitations.restore', () => invitations.restore(wrong(undefined)), '"id"'],
  ['invitations.ledger', () => invitations.ledger(wrong(undefined)), '"id"'],
  ['invitations.seats', () => invitations.seats(wrong(undefined)), '"id"'],
  ['invitations.seats, a limit', () => invitations.seats('id', wrong({ limit: '10' })), '"limit"'],
  ['invitations.releaseReservation', () => invitations.releaseReservation(wrong(undefined), 'plan'), '"id"'],
  ['invitations.releaseReservation, the plan', () => invitations.releaseReservation('id', wrong(undefined)), '"plan"'],
  ['invitations.explain', () => invitations.explain(wrong(12345678)), '"referenceOrCodeOrEmail"'],
  ['invitations.tree', () => invitations.tree(wrong('id')), 'type object'],
  ['invitations.tree, nothing', () => invitations.tree(wrong(undefined)), 'type object'],
  ['invitations.inviterChain', () => invitations.inviterChain(wrong(7)), '"user"'],
  [
    'invitations.revokeDescendants, a preview',
    () => invitations.revokeDescendants({ inviter: 'x' }, wrong({ preview: 0 })),
    '"preview"',
  ],
  ['invitations.allowance', () => invitations.allowance(wrong(undefined)), '"inviter"'],
  ['invitations.erase', () => invitations.erase(wrong('ann')), 'type object'],
  ['invitations.erase, a user', () => invitations.erase(wrong({ user: 7 })), '"user"'],
  ['invitations.list', () => invitations.list(wrong('open')), 'type object'],
  ['invitations.list, a limit', () => invitations.list(wrong({ limit: '10' })), '"limit"'],
  ['invitations.list, a tenant', () => invitations.list(wrong({ tenant: 7 })), '"tenant"'],
  ['invitations.exportCsv', () => invitations.exportCsv(wrong(null)), 'type object'],
  ['invitations.exportCsv, a search', () => invitations.exportCsv(wrong({ search: 7 })), '"search"'],
  ['invitations.seed', () => invitations.seed(wrong({ customCode: 'SPRING-2026' })), '"list"'],
  ['invitations.seed, of words', () => invitations.seed(wrong(['SPRING-2026'])), '"list"'],
  ['invitations.reconcile', () => invitations.reconcile(wrong(undefined)), '"id"'],
  ['invitations.orphanedSeats', () => invitations.orphanedSeats(wrong(undefined)), '"id"'],
  ['invitations.forTenant, allowance', () => shop.allowance(wrong(undefined)), '"inviter"'],
  ['deliveries.failed', () => deliveries.failed(wrong('10')), '"limit"'],
  ['deliveries.failed, none', () => deliveries.failed(0), '"limit"'],
  ['deliveries.failed, an object', () => deliveries.failed(wrong({ limit: 10 })), '"limit"'],
  ['deliveries.retry', () => deliveries.retry(wrong(undefined)), '"id"'],
  ['mails.list', () => mails.list(wrong('failed')), 'type object'],
  ['mails.list, a limit', () => mails.list(wrong({ limit: '10' })), '"limit"'],
  ['mails.get', () => mails.get(wrong(undefined)), '"id"'],
  ['mails.resend', () => mails.resend(wrong({ id: 'x' })), '"id"'],
  ['mails.preview', () => mails.preview(wrong(undefined)), '"kind"'],
  ['mails.preview, a language', () => mails.preview('invitation', wrong({ locale: 7 })), '"locale"'],
  ['mails.preview, settings', () => mails.preview('invitation', wrong(null)), 'type object'],
  ['mails.test', () => mails.test(wrong(undefined)), '"to"'],
  ['mails.test, a language', () => mails.test('a@b.example', wrong({ locale: 7 })), '"locale"'],
  ['mails.test, settings', () => mails.test('a@b.example', wrong(null)), 'type object'],
  ['mails.suppress', () => mails.suppress(wrong({ email: 'ann' })), '"email"'],
  ['mails.allow', () => mails.allow(wrong(undefined)), 'required'],
  ['mails.bounced', () => mails.bounced(wrong(undefined)), 'required'],
  ['mails.bounced, by nothing', () => mails.bounced(wrong({})), 'id, messageId'],
  ['mails.bounced, a response', () => mails.bounced(wrong({ id: 'x', response: 550 })), '"response"'],
  ['tickets.create', () => tickets.create(wrong('ann'), { purpose: 'recovery' }), 'type object'],
  ['tickets.create, settings', () => tickets.create({ user: 'ann' }, wrong('recovery')), 'type object'],
  ['tickets.get', () => tickets.get(wrong(undefined)), '"id"'],
  ['tickets.list', () => tickets.list(wrong('ann')), 'type object'],
  ['tickets.revoke', () => tickets.revoke(wrong({ id: 'x' })), '"id"'],
  ['tickets.revokeAll', () => tickets.revokeAll(wrong('ann')), 'type object'],
  ['tickets.revokeAll, purposes', () => tickets.revokeAll({ user: 'ann' }, wrong('recovery')), '"purposes"'],
  ['waitlist.ask', () => waitlist.ask(wrong('a@b.example')), 'type object'],
  ['waitlist.list', () => waitlist.list(wrong('sent')), 'type object'],
  ['waitlist.list, a limit', () => waitlist.list(wrong({ limit: '10' })), '"limit"'],
  ['waitlist.count', () => waitlist.count(wrong('shop')), 'type object'],
  ['waitlist.approve', () => waitlist.approve(wrong(['a@b.example'])), 'type object'],
  ['waitlist.approve, terms', () => waitlist.approve(first, wrong(null)), 'type object'],
  ['waitlist.approve, who', () => waitlist.approve(first, {}, wrong({ by: 7 })), '"by"'],
  ['waitlist.resend, how', () => waitlist.resend(first, wrong(null)), 'type object'],
  ['waitlist.resend, kept', () => waitlist.resend(first, wrong({ keep: 'yes' })), '"keep"'],
  ['waitlist.refuse, who', () => waitlist.refuse(first, wrong('ann')), 'type object'],
  ['waitlist.remove', () => waitlist.remove(wrong(undefined)), '"email"'],
  ['waitlist.remove, a tenant', () => waitlist.remove('a@b.example', wrong({ tenant: 7 })), '"tenant"'],
  ['waitlist.lines', () => waitlist.lines(wrong('sent')), 'type object'],
];

describe('every method of the enrollment', () => {
  after(() => enrollment.close());

  for (const [title, call, named] of wrongKinds) {
    it(`F11: ${title} accepts no argument of a wrong kind`, async () => {
      await assert.rejects(
        async () => call(),
        (error) => {
          assert.ok(isEnrollmentError(error), String(error));
          assert.ok(
            error.issues.some((issue) => issue.includes(named)),
            error.message,
          );
          return true;
        },
      );
    });
  }

  it('F11: every method of the administrators’ parts is listed or takes no argument', () => {
    const tried = [...slips, ...wrongKinds].map(([title]) => title.split(',')[0]);
    const methods = Object.entries({ invitations, waitlist, deliveries, mails, tickets }).flatMap(([name, manager]) =>
      Object.keys(manager).map((method) => `${name}.${method}`),
    );
    const without = ['waitlist.reconcile', 'deliveries.counts', 'mails.countSuppressed'];
    assert.deepEqual(
      methods.filter((method) => !tried.includes(method) && !without.includes(method)),
      [],
    );
  });

  it('F11: an unknown flow gets a hint at the intended one', () => {
    assert.throws(() => enrollment.flowUrl('invit'), /did you mean "invite"\?/);
    assert.throws(() => enrollment.flow('invit'), /did you mean "invite"\?/);
  });

  it('F11: invitations.forTenant accepts only a tenant', () => {
    for (const tenant of [undefined, '', 7, { tenant: 'shop' }])
      assert.throws(
        () => invitations.forTenant(wrong(tenant)),
        (error) => isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_TENANT',
      );
  });

  for (const [title, call, slip, meant] of slips) {
    it(`F11: ${title} accepts no unknown setting`, async () => {
      await assert.rejects(
        // Synchronous throws and rejections are treated alike here.
        async () => call(slip),
        (error) => {
          assert.ok(isEnrollmentError(error), String(error));
          assert.ok(error.issues.length > 0, error.message);
          if (meant !== null)
            assert.ok(
              error.issues.some((issue) => issue.includes(`did you mean "${meant}"?`)),
              error.message,
            );
          return true;
        },
      );
    });
  }

  it('F11: invitations.edit hints at the intended name', async () => {
    const { id } = await invitations.create();
    const slip: object = { expire: '7d' };
    await assert.rejects(invitations.edit(id, slip), /did you mean "expires"\?/);
  });

  it('F11: reports a ready-made flow or source that was passed without being called', () => {
    const baseUrl = 'http://localhost:3000/join';
    assert.throws(
      () => kit.createEnrollment({ baseUrl, flows: [kit.inviteSignupFlow as never], sources: [] }),
      /"flows\[0\]" .*not a function: call it/,
    );
    assert.throws(
      () => kit.createEnrollment({ baseUrl, flows: [], sources: [kit.openIdConnectSource as never] }),
      /"sources\[0\]" .*not a function: call it/,
    );
  });
});
