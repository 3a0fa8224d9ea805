import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { createMemoryWaitlistStore } from '../../lib/stores/memory/waitlist-store.js';
import type { WaitlistEntry } from '../../lib/ports/waitlist-store.js';
import { inviteSignupFlow, waitlistFlow } from '../../lib/index.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { waitUntil } from '../support/wait-until.js';

/** The mail server is down while the letter of an approved person waits. */
describe('an entry of the waitlist whose invitation changes while its mail waits', () => {
  const sent: string[] = [];
  let isDown = true;
  let tries = 0;
  let app: TestApp;
  let count = 0;
  let email = '';
  /** What the process that should have recorded it misses: the new code of an invitation, or all. */
  let missed: 'new codes' | 'all' | null = null;
  const list = createMemoryWaitlistStore();
  const isLost = (next: WaitlistEntry, { invitation }: WaitlistEntry): boolean =>
    missed === 'new codes' && invitation !== null && next.invitation !== invitation && next.invitation !== null;
  before(async () => {
    app = await openTestApp({
      stores: {
        waitlist: {
          ...list,
          byInvitation: (id) => (missed === 'all' ? Promise.reject(new Error('down')) : list.byInvitation(id)),
          change(next, present) {
            if (!isLost(next, present)) return list.change(next, present);
            missed = null;
            return Promise.reject(new Error('down'));
          },
        },
      },
      mailer: {
        async send({ to }) {
          tries += 1;
          if (isDown) throw Object.assign(new Error('down'), { delivery: 'temporary' });
          sent.push(to);
        },
      },
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] }),
        waitlistFlow({ slug: 'waitlist' }),
      ],
    });
  });
  after(() => app.close());
  beforeEach(() => {
    isDown = true;
    missed = null;
    sent.length = 0;
    count += 1;
    email = `person-${String(count)}@example.com`;
  });

  async function entry(): Promise<{ readonly id: string; readonly state: string; readonly lastError: string | null }> {
    const { entries } = await entriesOf();
    const found = entries.find((one) => one.email === email) ?? assert.fail('no entry');
    return { id: found.invitation ?? '', state: found.state, lastError: found.lastError };
  }
  const entriesOf = async () => ({ entries: await app.enrollment.waitlist.list({}) });

  async function approved(): Promise<string> {
    const before = tries;
    await app.enrollment.waitlist.ask({ email });
    await app.enrollment.waitlist.approve({ emails: [email] });
    await waitUntil(
      () => (tries > before ? true : undefined),
      () => 'its mail was not tried',
    );
    return (await entry()).id;
  }
  /** The server is up; another mail wakes the worker. */
  async function up(): Promise<void> {
    isDown = false;
    app.clock.advance(30_000);
    await app.enrollment.invitations.send({ email: `waker-${String(count)}-${String((wakers += 1))}@example.com` });
  }
  let wakers = 0;
  async function becomes(...expected: readonly [string, string | null]): Promise<void> {
    await waitUntil(
      async () => {
        const { state, lastError } = await entry();
        return state === expected[0] && lastError === expected[1] ? true : undefined;
      },
      () => `it is not ${expected.join(', ')}`,
    );
  }

  it('is sent once the mail of its new code is, by resend with rotate', async () => {
    const { id } = await app.enrollment.invitations.resend(await approved(), { mode: 'rotate' });
    await up();
    await becomes('sent', null);
    assert.equal((await entry()).id, id);
    assert.deepEqual(
      sent.filter((to) => to === email),
      [email],
    );
  });

  it('stays sent where the mail before the newest one comes back', async () => {
    const { invitations, mails } = app.enrollment;
    const id = await approved();
    // Its next attempt is counted from this failure.
    await waitUntil(
      async () => ((await mails.get(`invitation:${id}:1`))?.failure ? true : undefined),
      () => 'its failure was not recorded',
    );
    await up();
    await becomes('sent', null);
    const { mail } = await invitations.resend(id);
    await waitUntil(
      async () => ((await mails.get(mail ?? ''))?.state === 'sent' ? true : undefined),
      () => 'the second one was not sent',
    );
    const bounces = async (which: string | null): Promise<void> => {
      assert.equal(await mails.bounced({ id: which ?? '' }), true);
    };
    await bounces(mail?.replace(/2$/, '1') ?? null);
    await bounces(mail);
    await becomes('failed', 'mail bounced');
    const told = app.events.filter(({ name, facts }) => name === 'waitlist.failed' && facts['invitation'] === id);
    assert.deepEqual(
      told.map(({ facts }) => facts['mail']),
      [mail],
    );
  });

  it('is sent where another process sends the mail of its new code before the entry has that', async () => {
    const before = await approved();
    missed = 'new codes';
    const { id } = await app.enrollment.invitations.resend(before, { mode: 'rotate' });
    await waitUntil(
      () => (missed === null ? true : undefined),
      () => 'the new code was not missed',
    );
    assert.equal((await entry()).id, before);
    await up();
    await becomes('sent', null);
    assert.equal((await entry()).id, id);
  });

  it('that was missed is recorded by reconcile, once, with its event', async () => {
    const before = await approved();
    missed = 'all';
    const { id } = await app.enrollment.invitations.resend(before, { mode: 'rotate' });
    await up();
    await waitUntil(
      () => (sent.includes(email) ? true : undefined),
      () => 'its mail was not sent',
    );
    assert.equal((await entry()).id, before);
    missed = null;
    assert.deepEqual([await app.enrollment.waitlist.reconcile(), await app.enrollment.waitlist.reconcile()], [1, 0]);
    await becomes('sent', null);
    assert.equal((await entry()).id, id);
    const told = app.events.filter(({ name, facts }) => name === 'waitlist.sent' && facts['invitation'] === id);
    assert.deepEqual(
      told.map(({ facts }) => facts['mail']),
      [`invitation:${id}:1`],
    );
    await app.enrollment.mails.bounced({ id: `invitation:${id}:1` });
    await becomes('failed', 'mail bounced');
  });

  it('failed where the new code is mailed to no one; an approval does nothing, and resend invites again', async () => {
    const { id } = await app.enrollment.invitations.reissue(await approved());
    await up();
    await becomes('failed', 'mail withdrawn');
    assert.equal((await entry()).id, id);
    assert.deepEqual(
      sent.filter((to) => to === email),
      [],
    );
    assert.equal((await app.enrollment.waitlist.approve({ emails: [email] })).already, 1);
    await app.enrollment.waitlist.resend({ emails: [email] });
    await becomes('sent', null);
  });

  it('failed once its invitation was revoked, and sent by a resend after that was restored', async () => {
    const id = await approved();
    await app.enrollment.invitations.revoke(id);
    await up();
    await becomes('failed', 'mail withdrawn');
    await app.enrollment.invitations.restore(id);
    await app.enrollment.invitations.resend(id);
    await becomes('sent', null);
  });
});
