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
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  flows: [kit.inviteSignupFlow({ slug: 'invite', fields: ['username'] })],
});
const { invitations, waitlist } = enrollment;
const first = { first: 1 };

/** Each call with a slip in a name; `as object` stands for what JavaScript callers may pass. */
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
  ['invitations.places', (s) => invitations.places('id', s), { limits: 3 }, 'limit'],
  ['invitations.tree', (s) => invitations.tree(s as { inviter: string }), { invitor: 'x' }, 'inviter'],
  ['invitations.revokeTree', (s) => invitations.revokeTree({ inviter: 'x' }, s), { preveiw: true }, 'preview'],
  ['invitations.erase', (s) => invitations.erase(s), { mail: 'a@b.example' }, 'email'],
  ['invitations.erase, nobody', (s) => invitations.erase(s), {}, null],
  ['invitations.exportCsv', (s) => invitations.exportCsv(s), { tennant: 'x' }, 'tenant'],
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
  ['session', (s) => enrollment.session(s), { idelSeconds: 1 }, 'idleSeconds'],
  ['requireInvite', (s) => enrollment.requireInvite(s, () => undefined), { feild: 'x' }, 'field'],
  ['prefillInvite', (s) => enrollment.prefillInvite(s), { feild: 'x' }, 'field'],
];

describe('every method of the enrollment', () => {
  after(() => enrollment.close());

  for (const [title, call, slip, meant] of slips) {
    it(`F11: ${title} takes no setting that it does not know`, async () => {
      await assert.rejects(
        // What throws at once and what rejects are the same here.
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

  it('F11: invitations.edit hints at the name that was meant', async () => {
    const { id } = await invitations.create();
    const slip: object = { expire: '7d' };
    await assert.rejects(invitations.edit(id, slip), /did you mean "expires"\?/);
  });

  it('F11: a ready-made flow or a source without its parentheses is told to be called', () => {
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
