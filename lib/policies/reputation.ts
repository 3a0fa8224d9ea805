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
  /** Default true: the score of the name that was typed, or of the account's names, counts. */
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
      const names = name ? await namesOf(question) : [];
      const subjects: readonly ReputationSubject[] = [
        ...(client ? [{ address: facts.address }] : []),
        ...names.map((one) => ({ name: one })),
      ];
      const scores = await Promise.all(subjects.map((subject) => services.reputation.score(subject)));
      return scores.reduce((sum, score) => sum + score, 0) <= threshold;
    },
  });
}

async function namesOf(question: PolicyQuestion): Promise<readonly string[]> {
  const typed = question.context.pending_user_identifier;
  if (typed !== undefined) return [(typed.includes('@') ? canonicalEmail(typed) : canonicalUsername(typed)) ?? typed];
  const account = await accountOf(question);
  return [account?.username, account?.email].flatMap((name) => (typeof name === 'string' ? [name] : []));
}
