import type { Awaitable } from '../base/awaitable.js';
import type { Json } from '../base/json.js';
import { settingsCheck } from '../base/settings.js';
import { kitPolicy, type Policy, type PolicyQuestion } from '../flow/policy.js';

/** An event of the app's own record, in authentik's form. */
export interface MatchedEvent {
  readonly action: string;
  readonly clientIp?: string | null;
  readonly app?: string | null;
  readonly model?: string | null;
  readonly [more: string]: Json | undefined;
}

interface EventMatcherSettings {
  /** The event in question; `null`: there is none, and the policy fails. */
  readonly event: (question: PolicyQuestion) => Awaitable<MatchedEvent | null>;
  readonly action?: string;
  readonly clientIp?: string;
  readonly app?: string;
  readonly model?: string;
  /** A further condition. */
  readonly where?: (event: MatchedEvent) => boolean;
}

const check = settingsCheck<EventMatcherSettings>('eventMatcher', (joi) => ({
  event: joi.function().required(),
  action: joi.string(),
  clientIp: joi.string(),
  app: joi.string(),
  model: joi.string(),
  where: joi.function(),
}));

/** Passes when there is an event and every criterion that is set matches it; without criteria, for every event. */
export function eventMatcher(settings: EventMatcherSettings): Policy {
  check(settings);
  const criteria = (['action', 'clientIp', 'app', 'model'] as const).filter((name) => settings[name] !== undefined);
  return kitPolicy('eventMatcher', [settings], {
    name: 'event-matcher',
    async check(question) {
      const event = await settings.event(question);
      if (event === null) return false;
      return criteria.every((name) => event[name] === settings[name]) && (settings.where?.(event) ?? true);
    },
  });
}
