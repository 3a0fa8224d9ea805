import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { ContractCase } from './contract.js';
import { hourMs, ticketFixture, type TicketFixture, type TicketStoreUnderTest } from './ticket-fixture.js';

const dayMs = 24 * hourMs;

/** A store's own clock runs on. */
function assertNear(at: number, now: number): void {
  assert.ok(Math.abs(at - now) < 5000, `${String(at)} instead of ${String(now)}`);
}

/** The kit's requirements for a store of tickets. */
export function ticketStoreContract(open: () => Promise<TicketStoreUnderTest>): readonly ContractCase[] {
  const one = (title: string, run: (fixture: TicketFixture) => Promise<void>): ContractCase => ({
    title,
    async run() {
      await run(ticketFixture(await open()));
    },
  });

  return [
    one('a ticket is read and listed as it was stored, the newest first', async ({ store, subject, issue }) => {
      const first = await issue({ content: { address: 'ü字🐎@example.com', deep: { list: [1, null, 'x'] } } });
      const second = await issue({ purpose: 'verify-email' });
      assert.deepEqual((await store.read(subject, first.id))?.record, first);
      assert.deepEqual(
        (await store.list(subject)).map(({ record, state }) => [record, state.type]),
        [
          [second, 'open'],
          [first, 'open'],
        ],
      );
      assert.equal(await store.read(`${subject}x`, first.id), null);
      assert.equal(await store.read(subject, second.subject), null);
      assert.deepEqual(await store.list(`${subject}x`), []);
    }),
    one('an id is stored once', async ({ store, subject, issue }) => {
      const first = await issue();
      assert.equal(await store.create({ ...first, content: { other: true } }, false), 'exists');
      assert.deepEqual((await store.read(subject, first.id))?.record, first);
    }),
    one(
      'a newer ticket ends the open ones of its purpose only',
      async ({ issue, take, stateOf, now, store, subject }) => {
        const [older, other, used] = [await issue(), await issue({ purpose: 'recovery' }), await issue()];
        await take(used, 'p');
        await store.commit(subject, used.id, 'p');
        const newer = await issue({}, true);
        const state = await stateOf(older);
        if (state?.type !== 'ended') return assert.fail(state?.type);
        assert.equal(state.cause, 'superseded');
        assertNear(state.at, now());
        for (const [ticket, type] of [
          [other, 'open'],
          [used, 'used'],
          [newer, 'open'],
        ] as const)
          assert.equal((await stateOf(ticket))?.type, type);
      },
    ),
    one('a ticket is claimed by one plan, and used once', async ({ store, subject, issue, claim, take, now }) => {
      const ticket = await issue();
      await take(ticket, 'p');
      assert.deepEqual(await claim(ticket, 'q'), { type: 'refused', cause: 'busy' });
      assert.equal((await claim(ticket, 'p')).type, 'claimed');
      assert.equal(await store.commit(subject, ticket.id, 'p'), true);
      assert.equal(await store.commit(subject, ticket.id, 'p'), false);
      for (const [plan, isOwn] of [
        ['p', true],
        ['q', false],
      ] as const) {
        const answer = await claim(ticket, plan);
        assert.equal(answer.type === 'used' && answer.own, isOwn);
        assertNear(answer.type === 'used' ? answer.at : 0, now());
      }
    }),
    one('a running claim of the same plan with another mark is settled first', async (fixture) => {
      const { store, subject, issue, claim, stateOf } = fixture;
      const ticket = await issue();
      const first = await claim(ticket, 'p', 'one mark');
      if (first.type !== 'claimed') assert.fail(first.type);
      const running = { plan: 'p', token: first.token, mark: 'one mark' };
      assert.deepEqual(await claim(ticket, 'p', 'another mark'), { type: 'settle', ...running });
      assert.equal((await stateOf(ticket))?.type, 'claimed');
      assert.equal(await store.release(subject, ticket.id, first.token), true);
      assert.equal((await claim(ticket, 'p', 'another mark')).type, 'claimed');
      assert.deepEqual(await claim(ticket, 'q'), { type: 'refused', cause: 'busy' });
    }),
    one('of many claims at once one is granted', async ({ issue, claim }) => {
      const ticket = await issue();
      const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => claim(ticket, `plan ${String(at)}`)));
      assert.equal(answers.filter(({ type }) => type === 'claimed').length, 1);
      assert.equal(answers.filter((answer) => answer.type === 'refused' && answer.cause === 'busy').length, 49);
    }),
    one('a released ticket can be claimed again, a token releases once', async ({ store, subject, issue, take }) => {
      const ticket = await issue();
      const token = await take(ticket, 'p');
      assert.equal(await store.release(subject, ticket.id, 'another'), false);
      assert.equal(await store.release(subject, ticket.id, token), true);
      assert.equal(await store.release(subject, ticket.id, token), false);
      const next = await take(ticket, 'q');
      assert.notEqual(next, token);
      const renewed = await take(ticket, 'q');
      assert.equal(await store.release(subject, ticket.id, next), false);
      assert.equal(await store.release(subject, ticket.id, renewed), true);
    }),
    one('a lapsed claim is settled first, by its mark', async ({ store, subject, issue, claim, advance, take }) => {
      const ticket = await issue();
      const first = await claim(ticket, 'p', 'mark of p');
      if (first.type !== 'claimed') assert.fail(first.type);
      const read = async (): Promise<readonly unknown[]> => {
        const snapshots = [await store.read(subject, ticket.id), (await store.list(subject))[0]];
        return snapshots.map((one) => [one?.state.type, one?.lapsed]);
      };
      assert.deepEqual(await read(), Array(2).fill(['claimed', null]));
      advance(61_000);
      const lapsed = { plan: 'p', token: first.token, mark: 'mark of p' };
      assert.deepEqual(await read(), Array(2).fill(['claimed', lapsed]));
      for (const plan of ['p', 'q']) assert.deepEqual(await claim(ticket, plan), { type: 'settle', ...lapsed });
      assert.equal(await store.release(subject, ticket.id, first.token), true);
      assert.deepEqual(await read(), Array(2).fill(['open', null]));
      await take(ticket, 'q');
      advance(61_000);
      assert.equal(await store.commit(subject, ticket.id, 'q'), true);
      assert.deepEqual(await read(), Array(2).fill(['used', null]));
    }),
    one('the lapsed claim of a ticket that ended is shown, and can be committed', async (fixture) => {
      const { store, subject, issue, take, advance, stateOf } = fixture;
      const ticket = await issue();
      const token = await take(ticket, 'p');
      await store.end(subject, 'signed_in');
      advance(61_000);
      const snapshot = await store.read(subject, ticket.id);
      assert.equal(snapshot?.state.type, 'ended');
      assert.deepEqual(snapshot.lapsed, { plan: 'p', token, mark: 'mark of p' });
      assert.equal(await store.commit(subject, ticket.id, 'p'), true);
      assert.equal((await stateOf(ticket))?.type, 'used');
    }),
    one('an expired ticket is refused, but a running claim goes on', async (fixture) => {
      const { issue, claim, take, advance, stateOf } = fixture;
      const [late, running] = [await issue(), await issue()];
      advance(hourMs - 1000);
      await take(running, 'p');
      advance(1000);
      assert.deepEqual(await stateOf(late), { type: 'expired' });
      assert.deepEqual(await claim(late, 'p'), { type: 'refused', cause: 'expired' });
      assert.equal((await claim(running, 'p')).type, 'claimed');
    }),
    one(
      'tickets are ended all, by id or by purpose; used ones stay',
      async ({ store, subject, issue, claim, stateOf }) => {
        const [invite, recovery, other] = [await issue(), await issue({ purpose: 'recovery' }), await issue()];
        assert.deepEqual(await store.end(subject, 'revoked', { ids: [invite.id, 'unknown'] }), [invite.id]);
        assert.deepEqual(await claim(invite, 'p'), { type: 'refused', cause: 'revoked' });
        assert.deepEqual(await store.end(subject, 'signed_in', { purposes: ['recovery'] }), [recovery.id]);
        assert.deepEqual(await store.end(subject, 'password_changed'), [other.id]);
        assert.deepEqual(await store.end(subject, 'deactivated'), []);
        const state = await stateOf(recovery);
        assert.equal(state?.type === 'ended' && state.cause, 'signed_in');
      },
    ),
    one(
      'superseded and expired tickets are ended for good, once',
      async ({ store, subject, issue, advance, stateOf }) => {
        const expired = await issue({ purpose: 'recovery' });
        advance(hourMs + 1000);
        const superseded = await issue();
        const open = await issue({}, true);
        assert.deepEqual(await store.end(subject, 'superseded', { purposes: ['recovery'] }), []);
        const ended = await store.end(subject, 'revoked');
        assert.deepEqual([...ended].sort(), [expired.id, superseded.id, open.id].sort());
        for (const ticket of [expired, superseded, open]) {
          const state = await stateOf(ticket);
          assert.equal(state?.type === 'ended' && state.cause, 'revoked');
        }
        assert.deepEqual(await store.end(subject, 'signed_in'), []);
      },
    ),
    one('the end of a claimed ticket lets its write go on', async ({ store, subject, issue, claim, take }) => {
      const [written, failed] = [await issue(), await issue()];
      await take(written, 'p');
      const token = await take(failed, 'q');
      assert.equal((await store.end(subject, 'revoked')).length, 2);
      assert.equal((await claim(written, 'p')).type, 'claimed');
      assert.equal(await store.commit(subject, written.id, 'p'), true);
      assert.equal((await claim(written, 'p')).type, 'used');
      assert.equal(await store.release(subject, failed.id, token), true);
      assert.deepEqual(await claim(failed, 'q'), { type: 'refused', cause: 'revoked' });
    }),
    one('an open ticket is extended, no other one', async ({ store, subject, issue, take, advance, now }) => {
      const ticket = await issue();
      assert.equal(await store.extend(subject, ticket.id, now() + 2 * hourMs), true);
      advance(hourMs + 1000);
      await take(ticket, 'p');
      await store.commit(subject, ticket.id, 'p');
      assert.equal(await store.extend(subject, ticket.id, now() + hourMs), false);
      const late = await issue();
      advance(hourMs);
      assert.equal(await store.extend(subject, late.id, now() + hourMs), false);
      assert.equal(await store.extend(subject, 'unknown', now() + hourMs), false);
    }),
    one('a subject keeps 50 tickets; a new one never replaces an open or a claimed one', async (fixture) => {
      const { store, subject, issue, take, stateOf, now } = fixture;
      const [open, claimed, ended, used] = [await issue(), await issue(), await issue(), await issue()];
      await take(claimed, 'p');
      await take(used, 'q');
      await store.end(subject, 'revoked', { ids: [claimed.id, ended.id] });
      await store.commit(subject, used.id, 'q');
      for (let at = 0; at < 46; at += 1) await issue({ purpose: 'recovery' });
      assert.equal((await store.list(subject)).length, 50);
      await issue();
      assert.equal(await stateOf(ended), undefined);
      assert.equal((await stateOf(used))?.type, 'used');
      await issue();
      assert.equal(await stateOf(used), undefined);
      const more = { ...open, id: randomId(), createdAt: now() };
      assert.equal(await store.create(more, false), 'full');
      assert.equal(await stateOf(more), undefined);
      assert.equal((await stateOf(open))?.type, 'open');
      assert.equal((await stateOf(claimed))?.type, 'ended');
      assert.equal((await store.list(subject)).length, 50);
      // The one that it supersedes makes room.
      assert.equal(await store.create(more, true), 'created');
    }),
    one('a ticket is kept for 30 days after its end', async ({ store, subject, issue, advance }) => {
      for (let at = 0; at < 3; at += 1) await issue();
      advance(hourMs + 29 * dayMs);
      assert.equal((await store.list(subject)).length, 3);
      advance(dayMs);
      await issue();
      assert.equal((await store.list(subject)).length, 1);
    }),
    one('an erased subject has no tickets', async ({ store, subject, issue, claim }) => {
      const ticket = await issue();
      await store.erase(subject);
      assert.deepEqual(await store.list(subject), []);
      assert.deepEqual(await claim(ticket, 'p'), { type: 'refused', cause: 'unknown' });
      assert.equal(await store.commit(subject, ticket.id, 'p'), false);
    }),
  ];
}
