import { setTimeout as wait } from 'node:timers/promises';
import { settingsCheck } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';

interface DummySettings {
  /** Default false. */
  readonly result?: boolean;
  /** How long it waits before it answers; default 0. */
  readonly waitSeconds?: number;
}

const check = settingsCheck<DummySettings>('dummyPolicy', (joi) => ({
  result: joi.boolean(),
  waitSeconds: joi.number().min(0).max(300),
}));

/** Always has the same result. For tests and for trying a flow. */
export function dummyPolicy(settings: DummySettings = {}): Policy {
  check(settings);
  const { result = false, waitSeconds = 0 } = settings;
  return kitPolicy('dummyPolicy', [settings], {
    name: 'dummy',
    async check({ signal }) {
      if (waitSeconds > 0) await wait(waitSeconds * 1000, undefined, { signal });
      return result;
    },
  });
}
