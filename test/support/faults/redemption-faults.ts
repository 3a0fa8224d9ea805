import type { History } from './redemption-history.js';
import type { Call } from './redemption-process.js';

/** How many different plans try. Some want the same name. */
const plans = 6;
const longLease = 61_000;

/** Every third one is an account that was there before, and accepts. */
const planOf = (number: number): string => (number % 3 === 2 ? `acceptance:plan ${number}` : `plan ${number}`);

/** Applies to a history every fault that an app may meet, in an order that follows from the seed. */
export async function faultyTimes(history: History): Promise<void> {
  const { random, world } = history;
  await history.issue(random.once(8) ? null : random.between(1, 4));
  if (random.once(5)) await history.issue(random.between(1, 2));
  const names = Array.from({ length: plans }, () => `name ${random.between(1, plans + 3)}`);
  let goBack = await world.save();

  for (let step = random.between(25, 90); step > 0; step -= 1) {
    const what = random.between(1, 100);
    if (what <= 16) {
      const plan = random.between(0, plans - 1);
      history.start(planOf(plan), random.pick([...history.records.keys()]), names[plan] ?? '');
    } else if (what <= 22) {
      const plan = planOf(random.between(0, plans - 1));
      await history.holds.ask(plan, random.pick([...history.records.keys()]));
    } else if (what <= 23) {
      const plan = planOf(random.between(0, plans - 1));
      await history.holds.releaseReservation(plan, random.pick([...history.records.keys()]));
    } else if (what <= 84) await oneCall(history);
    else if (what <= 87) history.clock.advance(random.between(1000, 30_000));
    else if (what <= 89) history.clock.advance(longLease);
    else if (what <= 91) await history.renew();
    else if (what <= 95) await oneEdit(history);
    else if (what <= 97) goBack = await world.save();
    else if (what === 98) {
      history.surprised = true;
      history.holds.forget();
      await goBack();
    } else await landFloating(history);
  }
}

async function oneCall(history: History): Promise<void> {
  const { random } = history;
  const waiting = history.attempts.filter(({ process }) => process.calls.length > 0);
  if (waiting.length === 0) return;
  const attempt = random.pick(waiting);
  const { process } = attempt;
  const [call] = process.calls.splice(random.between(0, process.calls.length - 1), 1);
  if (call === undefined) return;

  const fate = random.between(1, 100);
  if (fate <= 78) return history.applySignIn(attempt, call, 'answer');
  if (fate <= 84) return history.applySignIn(attempt, call, 'lose reply');
  if (fate <= 89) return history.applySignIn(attempt, call, 'refuse');
  if (fate <= 92 && call.name === 'write') {
    // The app stopped waiting; the database did not.
    history.floating.push(call);
    return history.applySignIn(attempt, call, 'refuse');
  }
  const reached = random.once(2);
  process.die();
  if (reached) await land(history, call);
  else if (call.name === 'write' && random.once(2)) history.floating.push(call);
}

export async function landFloating(history: History): Promise<void> {
  const call = history.floating.shift();
  if (call === undefined) return;
  history.surprised = true;
  await land(history, call);
}

async function land(history: History, call: Call): Promise<void> {
  await call.act().catch(() => undefined);
  history.check();
}

async function oneEdit(history: History): Promise<void> {
  const { random, clock } = history;
  const id = random.pick([...history.records.keys()]);
  switch (random.between(1, 6)) {
    case 1:
      return history.edit(id, { max: random.between(1, 4) });
    case 2:
      return history.edit(id, { max: random.once(4) ? null : random.between(1, 4) });
    case 3:
      return history.edit(id, { expires: random.once(2) ? clock.now() - 1 : null });
    case 4:
      return history.edit(id, { revokedAt: random.once(2) ? clock.now() - 1 : null });
    case 5:
      return history.edit(id, { flow: random.once(2) ? 'other' : 'invite' });
    default:
      return history.edit(id, { notBefore: random.once(2) ? clock.now() + 30_000 : null });
  }
}
