import { isAcceptance } from '../../../lib/base/acceptance-id.js';
import { landFloating } from './redemption-faults.js';
import { turn, type History } from './redemption-history.js';

/** Stops all faults, lets everything finish, and then checks what must be true. */
export async function peacefulTimes(history: History): Promise<void> {
  while (history.floating.length > 0) await landFloating(history);
  await history.finishAll();
  for (const { process } of history.attempts) process.bury();
  history.clock.advance(200_000);

  for (const id of history.records.keys()) {
    const max = history.random.between(1, 5);
    await history.edit(id, {
      revokedAt: null,
      notBefore: null,
      expires: null,
      flow: 'invite',
      ...(history.random.once(2) ? { max } : {}),
    });
    await fillUp(history, id);
  }
  await retryAll(history);
  for (const id of history.records.keys()) await compareCounts(history, id);
}

/** New plans get exactly the seats that are left, and then a refusal that says there are none. */
async function fillUp(history: History, id: string): Promise<void> {
  const { world, users, violations } = history;
  const invitations = history.invitationsOver(world.store, users);
  // Claims settle what blocks them; only a store that may miss an account needs a full reconciliation.
  if (history.surprised || history.random.once(2)) await invitations.manager.reconcile(id);
  const [snapshot] = await world.store.read([id]);
  if (!snapshot) return;
  const expected = await placesLeft(history, id, snapshot.record.max ?? 0);
  if (snapshot.record.max === null) return;
  for (let made = 0; ; made += 1) {
    const plan = `fresh ${id} ${made}`;
    const done = await untilSettled(() =>
      invitations.redeem({
        enrollmentId: plan,
        flow: 'invite',
        invitation: { id, version: 1 },
        email: snapshot.record.onePerPerson ? `fresh.${made}.${id}@example.com` : null,
        write: async (redemption) => {
          users.insert(redemption.row(plan), plan);
          return plan;
        },
        idOf: (user) => user,
        taken: async () => null,
      }),
    );
    await invitations.idle();
    history.check();
    if (done === 'redeemed' && made <= expected) continue;
    if (made !== expected) violations.push(`${made} fresh plans got a seat of ${id}, not ${expected}`);
    if (done !== 'used_up') violations.push(`with every seat of ${id} taken, a plan was told "${done}"`);
    return;
  }
}

/** How many seats a store must still give, by its own count and by the accounts that it will find. */
async function placesLeft(history: History, id: string, max: number): Promise<number> {
  const { world, users } = history;
  const known = new Set<string>();
  const hidden = new Set<string>();
  const { seats } = await world.store.seats(id, { limit: 1000 });
  const onHold = new Set(seats.filter(({ type }) => type === 'held').map(({ plan }) => plan));
  for (const row of users.rowsOf(id)) {
    const [snapshot] = await world.store.read([id], row.enrollment_id);
    (snapshot?.own === null || onHold.has(row.enrollment_id) ? hidden : known).add(
      row.redemption_key.slice(id.length + 1),
    );
  }
  if (hidden.size > 0 && !history.surprised)
    history.violations.push(`the store does not know of ${hidden.size} accounts with ${id}`);
  let taken = known.size;
  let fresh = 0;
  for (let seat = 1; taken < max; seat += 1) {
    if (known.has(String(seat))) continue;
    if (!hidden.has(String(seat))) fresh += 1;
    taken += 1;
  }
  return fresh;
}

async function untilSettled(
  redeem: () => Promise<{ readonly type: string; readonly cause?: string }>,
): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      const done = await redeem();
      return done.cause ?? done.type;
    } catch (error) {
      if (tries === 5) return String(error);
    }
  }
}

/** Every plan with an account gets that account again, whichever invitation it uses. */
async function retryAll(history: History): Promise<void> {
  const { users, random } = history;
  const ids = [...history.records.keys()];
  for (const plan of ids.flatMap((id) => users.rowsOf(id).map((row) => row.enrollment_id))) {
    const attempt = history.start(plan, random.pick(ids), `new name of ${plan}`);
    await history.finishAll();
    await turn();
    if (!attempt.ended) history.violations.push(`a retry of ${plan} never ended`);
    attempt.process.bury();
  }
}

/**
 * Once every account has been looked up, the store knows all of them; after reconciliation it contains nothing else.
 */
async function compareCounts(history: History, id: string): Promise<void> {
  const made = history.users.rowsOf(id).length;
  const counted = async (): Promise<number | undefined> => (await history.world.store.read([id]))[0]?.redeemed;
  const before = await counted();
  if (before !== made)
    history.violations.push(`the store counts ${before} accounts with ${id}, the user store ${made}`);
  await history.invitationsOver(history.world.store, history.users).manager.reconcile(id);
  const [snapshot] = await history.world.store.read([id]);
  if (snapshot?.redeemed !== made)
    history.violations.push(`reconciled, the store counts ${snapshot?.redeemed} accounts, the user store ${made}`);
  if (snapshot?.held !== 0)
    history.violations.push(`${snapshot?.held} seats of ${id} are kept although their holds are over`);
  for (const { enrollment_id: plan, user_id: user } of history.users.rowsOf(id)) {
    const [origin, accepted] = await Promise.all([
      history.world.store.originOf(user),
      history.world.store.acceptancesOf(user),
    ]);
    const isKnown = isAcceptance(plan) ? accepted.some((one) => one.id === id) : origin?.id === id;
    if (!isKnown) history.violations.push(`the account of ${plan} does not tell that it used ${id}`);
    if (isAcceptance(plan) && origin !== null) history.violations.push(`${plan} replaced the origin of its account`);
  }
  if (snapshot?.claimed !== 0) history.violations.push(`${snapshot?.claimed} seats of ${id} are held for nobody`);
}
