import { settingsCheck } from '../base/settings.js';
import { canonicalEmail, canonicalUsername } from '../base/canonical.js';
import { kitPolicy, type Policy, type PolicyQuestion } from '../flow/policy.js';
import type { ReputationSubject } from '../ports/reputation.js';
import { accountOf } from './account-of.js';

interface ReputationSettings {
  /** Default -5. */
  readonly threshold?: number;
  /** Default true: the score of the client counts. */
  readonly client?: boolean;
  /** Default true: the scores of the name that was typed, and of the account's username and address, count. */
  readonly name?: boolean;
}

const check = settingsCheck<ReputationSettings>('reputation', (joi) => ({
  threshold: joi.number().integer(),
  client: joi.boolean(),
  name: joi.boolean(),
}));

/**
 * Passes when the score is at or below the threshold, as in authentik: it switches a stage on, such as a captcha, for
 * clients and names with failed sign-ins. Use it with `negate` to refuse them.
 */
export function reputation(settings: ReputationSettings = {}): Policy {
  check(settings);
  const { threshold = -5, client = true, name = true } = settings;
  return kitPolicy('reputation', [settings], {
    name: 'reputation',
    readsReputation: true,
    async check(question) {
      const { facts, services } = question;
      const names = name ? await namesOf(question) : new Set<string>();
      const subjects: readonly ReputationSubject[] = [
        ...(client ? [{ address: facts.address }] : []),
        ...[...names].map((one) => ({ name: one })),
      ];
      const scores = await Promise.all(subjects.map((subject) => services.reputation.score(subject)));
      return scores.reduce((sum, score) => sum + score, 0) <= threshold;
    },
  });
}

/**
 * The names whose scores count: what was typed and, however it was typed, the names of the account that it finds. A sign-in
 * counts what was typed, so that the other name of the account would have no score.
 */
async function namesOf(question: PolicyQuestion): Promise<ReadonlySet<string>> {
  const { pending_user_identifier: typed } = question.context;
  const account =
    typed === undefined
      ? await accountOf(question)
      : await question.services.profiles.findByTyped(typed, ['username', 'email']);
  const names = [typed, account?.username, account?.email].filter((name) => typeof name === 'string');
  return new Set(names.map(canonicalName));
}

function canonicalName(name: string): string {
  return (name.includes('@') ? canonicalEmail(name) : canonicalUsername(name)) ?? name;
}
