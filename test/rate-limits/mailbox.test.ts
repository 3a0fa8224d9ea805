import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultRateLimits } from '../../lib/options/rate-limits.js';
import type { RateLimits } from '../../lib/ports/rate-limits.js';
import { createMailSends } from '../../lib/rate-limits/mail.js';
import { createMemoryRateLimiter } from '../../lib/stores/memory/rate-limiter.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';

/** How many of `times` mails that one client asks for are sent. */
type Ask = (client: string, times?: number, isKnown?: boolean) => Promise<number>;

function oneMailbox(given: Partial<RateLimits['mails']> = {}) {
  const clock = fakeClock();
  const limits: string[] = [];
  const sends = createMailSends({
    ...defaultRateLimits.mails,
    ...given,
    rateLimiter: createMemoryRateLimiter({ clock }),
    events: (event) => void limits.push(event.type === 'mail.throttled' ? event.limit : event.type),
  });
  const ask: Ask = async (client, times = 1, isKnown = false) => {
    let sent = 0;
    for (let at = 0; at < times; at += 1)
      if (!(await sends.consumeAddress({ digest: 'ann', client, isKnown })).over) sent += 1;
    return sent;
  };
  const strangers = async (count: number, times: number): Promise<number> => {
    let sent = 0;
    for (let at = 0; at < count; at += 1) sent += await ask(`stranger ${String(at)}`, times);
    return sent;
  };
  return { clock, limits, ask, strangers };
}

describe('the mails of an hour to one address', () => {
  /** Strangers who ask twenty times each; what they get; what the owner gets at a new client, and at a known one. */
  const cases = [
    [0, 0, 3, 3],
    [1, 3, 2, 3],
    [2, 5, 1, 3],
    [3, 6, 1, 3],
    [5, 8, 1, 3],
    [6, 9, 0, 3],
    [100, 9, 0, 3],
  ] as const;
  for (const [count, theirs, atNew, atKnown] of cases)
    it(`${String(count)} strangers get ${String(theirs)}, the owner ${String(atNew)} at a new client and ${String(atKnown)} at a known one`, async () => {
      const { ask, strangers } = oneMailbox();
      assert.equal(await strangers(count, 20), theirs);
      assert.equal(await ask('owner, new', 20), atNew);
      assert.equal(await ask('owner, known', 20, true), atKnown);
    });

  it('are one for each of nine strangers who ask once', async () => {
    const { ask, strangers } = oneMailbox();
    assert.equal(await strangers(8, 1), 8);
    assert.equal(await ask('owner, new', 2), 1);
    assert.equal(await ask('another'), 0);
  });

  it('are never more than nine, also of a hundred clients that ask three times at once', async () => {
    const { ask, limits } = oneMailbox();
    const clients = Array.from({ length: 300 }, (_, at) => ask(`stranger ${String(at % 100)}`));
    assert.equal((await Promise.all(clients)).filter((sent) => sent === 1).length, 9);
    assert.deepEqual(new Set(limits), new Set(['repeats', 'address']));
  });

  it('are shared anew in the next hour: what a client was refused is not one of its mails', async () => {
    const { ask, strangers, clock } = oneMailbox();
    await strangers(6, 20);
    clock.advance(59 * 60_000);
    assert.equal(await ask('owner, new', 20), 0);
    clock.advance(60_000);
    assert.equal(await strangers(3, 20), 6);
    assert.equal(await ask('owner, new', 20), 1);
  });

  it('are one for each client where fewer than three are allowed', async () => {
    const { ask } = oneMailbox({ perAddress: { points: 2, windowSeconds: 3600 } });
    assert.deepEqual([await ask('a', 5), await ask('b', 5), await ask('c', 5)], [1, 1, 0]);
  });
});
