import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { backOffMs, mostAttempts } from '../../lib/webhooks/delivery-attempt.js';

const hours = (attempts: number, random: number): number => backOffMs(attempts, random) / 3_600_000;

describe('the delay after a failed attempt', () => {
  it('grows fourfold each time, to a day at most', () => {
    const pauses = Array.from({ length: mostAttempts }, (_, at) => backOffMs(at + 1, 0.5) / 1000);
    assert.deepEqual(pauses, [5, 20, 80, 320, 1280, 5120, 20_480, 81_920, 86_400, 86_400]);
  });

  it('varies by a fifth, so that simultaneous failures are not retried together', () => {
    assert.deepEqual([backOffMs(1, 0), backOffMs(1, 1)], [4000, 6000]);
    assert.equal(hours(40, 1), 24);
  });

  it('adds up to two days', () => {
    let sum = 0;
    for (let attempts = 1; attempts < mostAttempts; attempts += 1) sum += hours(attempts, 0.5);
    assert.ok(sum > 48 && sum < 60, String(sum));
  });
});
