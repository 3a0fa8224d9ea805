import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { WaitlistStore } from '../../lib/ports/waitlist-store.js';
import type { InvitationMaker, WaitlistParts } from '../../lib/waitlist/parts.js';
import { createWaitlist, type Waitlist } from '../../lib/waitlist/waitlist.js';
import { openAdminClient, type AdminClient } from '../support/waitlist/admin.js';

const email = 'ann@example.com';
const tenMinutes = 600_000;

/** An administrator's process that dies at its `step`th outside call: right before its effect, or right after. */
function dyingProcess(admin: AdminClient, step: number, when: 'before' | 'after'): { list: Waitlist; died(): boolean } {
  let calls = 0;
  let dead = false;
  const mortal =
    <A extends readonly unknown[], T>(work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      const last = (calls += 1) === step;
      if (last && when === 'before') dead = true;
      if (dead) throw new Error('the process is dead');
      const done = await work(...args);
      if (last) dead = true;
      if (dead) throw new Error('the process is dead');
      return done;
    };
  const { store, invitations, send } = admin.parts;
  const dying: WaitlistParts = {
    ...admin.parts,
    store: {
      ...store,
      read: mortal(store.read),
      list: mortal(store.list),
      change: mortal(store.change),
    } satisfies WaitlistStore,
    invitations: {
      check: () => undefined,
      create: mortal(invitations.create),
      revoke: mortal(invitations.revoke),
      restore: mortal(invitations.restore),
      snapshot: mortal(invitations.snapshot),
    } satisfies InvitationMaker,
    send: mortal(async (letter) => send?.(letter)),
    hasAccount: mortal(admin.parts.hasAccount),
  };
  return { list: createWaitlist(dying), died: () => dead };
}

describe('a process that dies during an approval', () => {
  const histories: { step: number; when: 'before' | 'after'; outcome: string }[] = [];

  for (let step = 1; step <= 12; step += 1) {
    for (const when of ['before', 'after'] as const) {
      it(`${when} call number ${step}: never two emails without a report, and no entry is lost`, async () => {
        const admin = openAdminClient();
        await admin.waitlist.ask({ email });
        const { list, died } = dyingProcess(admin, step, when);
        await list.approve({ first: 1 }).catch(() => undefined);

        // Immediately, while the dead process might still be running: nothing is done a second time.
        const early = admin.letters.length;
        const soon = await admin.waitlist.approve({ emails: [email] });
        if (early === 1) assert.deepEqual([soon.sent, soon.already], [0, 1]);
        admin.clock.advance(tenMinutes);
        const [row] = (await admin.waitlist.approve({ emails: [email] })).rows;
        assert.ok(admin.letters.length <= 1, `${admin.letters.length} letters`);
        histories.push({ step, when, outcome: died() ? (row?.error ?? row?.state ?? '') : 'lived' });

        if (row?.error !== undefined) {
          // The report says that it is unknown whether the email was sent.
          assert.equal(row.outcome, 'already');
          assert.match(row.error, /its result is unknown/);
          assert.equal((await admin.waitlist.resend({ emails: [email] })).sent, 1);
        }
        const [entry] = await admin.waitlist.list();
        assert.equal(entry?.state, 'sent');
        const letter = admin.letters.at(-1) ?? assert.fail('nobody was written to');
        assert.equal(entry.invitation, letter.invitation);
        assert.equal(admin.made.get(letter.invitation)?.revoked, false, 'the last letter has a code that works');
        // One more invitation may exist that was created and never recorded; its code was never sent.
        const strays = admin.open(email).filter(({ code }) => code !== letter.code);
        assert.ok(strays.length <= 1);
        assert.ok(strays.every(({ code }) => !admin.letters.some((sent) => sent.code === code)));
      });
    }
  }

  it('was tested at every call of an approval, and each outcome occurred', () => {
    const outcomes = new Set(histories.map(({ outcome }) => outcome));
    assert.ok(outcomes.has('lived') && outcomes.has('sent'), [...outcomes].join());
    assert.ok([...outcomes].some((outcome) => outcome.includes('its result is unknown')));
  });
});

describe('a store that is lost while an invitation is created', () => {
  it('revokes the invitation and says so', async () => {
    const admin = openAdminClient();
    await admin.waitlist.ask({ email });
    let changes = 0;
    const blind = createWaitlist({
      ...admin.parts,
      store: {
        ...admin.store,
        change: async (next, present) => {
          if ((changes += 1) === 2) throw new Error('Redis is away');
          return admin.store.change(next, present);
        },
      },
    });
    const { rows } = await blind.approve({ first: 1 });
    assert.deepEqual([rows[0]?.outcome, rows[0]?.error], ['failed', 'Redis is away']);
    assert.deepEqual(admin.open(email), []);
    admin.clock.advance(tenMinutes);
    assert.equal((await admin.waitlist.approve({ emails: [email] })).sent, 1);
  });

  it('reports an email as sent even if that could not be recorded', async () => {
    const admin = openAdminClient();
    await admin.waitlist.ask({ email });
    let changes = 0;
    const blind = createWaitlist({
      ...admin.parts,
      store: {
        ...admin.store,
        change: async (next, present) => {
          if ((changes += 1) === 3) throw new Error('Redis is away');
          return admin.store.change(next, present);
        },
      },
    });
    const { rows } = await blind.approve({ first: 1 });
    assert.equal(rows[0]?.outcome, 'sent');
    assert.match(rows[0].error ?? '', /is sent, but this was not noted: Redis is away/);
    assert.equal(admin.letters.length, 1);
  });

  it('an entry removed while the invitation is created gets no email', async () => {
    const admin = openAdminClient();
    await admin.waitlist.ask({ email });
    const { invitations } = admin.parts;
    const slow = createWaitlist({
      ...admin.parts,
      invitations: {
        ...invitations,
        create: async (order) => {
          await admin.waitlist.remove(email);
          return invitations.create(order);
        },
      },
    });
    assert.equal((await slow.approve({ first: 1 })).unknown, 1);
    assert.deepEqual(admin.letters, []);
    assert.deepEqual(admin.open(email), []);
  });
});
