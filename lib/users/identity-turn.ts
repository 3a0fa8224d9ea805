import { setTimeout as delay } from 'node:timers/promises';
import type { OneTime } from '../ports/one-time.js';

/** The right to be the one enrollment of an identity that is being written. */
export interface Turn {
  /** The outcome is known: the next one may come. */
  give(): Promise<void>;
  /** It is not: the turn lapses. */
  leave(): void;
}

const turnSeconds = 5;
const pauseMs = 100;
const usualPatienceMs = 7000;

/** Takes the turn `key` for `holder` once nobody else has it, and keeps it while the holder lives; `null` after too long. */
export async function waitForTurn(
  { oneTime, turnPatienceMs = usualPatienceMs }: { readonly oneTime: OneTime; readonly turnPatienceMs?: number },
  key: string,
  holder: string,
): Promise<Turn | null> {
  for (let waited = 0; (await oneTime.hold(key, holder, turnSeconds)) !== holder; waited += pauseMs) {
    if (waited >= turnPatienceMs) return null;
    await delay(pauseMs);
  }
  // A write may take longer than a turn lasts. Where this fails the turn lapses, and the user store alone decides.
  const renewal = setInterval(
    () => {
      oneTime.put(key, holder, turnSeconds).catch(() => undefined);
    },
    (turnSeconds * 1000) / 3,
  );
  renewal.unref();
  return {
    async give() {
      clearInterval(renewal);
      if ((await oneTime.look(key)) === holder) await oneTime.take(key);
    },
    leave() {
      clearInterval(renewal);
    },
  };
}
