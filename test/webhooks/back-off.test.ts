import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { backOffMs, mostAttempts } from '../../lib/webhooks/back-off.js';

const hours = (attempts: number, random: number): number => backOffMs(attempts, random) / 3_600_000;

describe('the pause after a failed attempt', () => {
  it('is four times as long each time, and a day at most', () => {
    const pauses = Array.from({ length: mostAttempts }, (_, at) => backOffMs(at + 1, 0.5) / 1000);
    assert.deepEqual(pauses, [5, 20, 80, 320, 1280, 5120, 20_480, 81_920, 86_400, 86_400]);
  });

  it('differs by a fifth, so that what failed together is not tried together', () => {
    assert.deepEqual([backOffMs(1, 0), backOffMs(1, 1)], [4000, 6000]);
    assert.equal(hours(40, 1), 24);
  });

  it('goes on for two days in all', () => {
    let sum = 0;
    for (let attempts = 1; attempts < mostAttempts; attempts += 1) sum += hours(attempts, 0.5);
    assert.ok(sum > 48 && sum < 60, String(sum));
  });
});
