import { namesRule } from '../base/setting-rules.js';
import { refuseSettings, settingsCheck } from '../base/settings.js';
import type { Awaitable } from '../base/awaitable.js';
import { kitPolicy, type Policy } from '../flow/policy.js';
import { accountOf } from './account-of.js';
import { withContaining } from './containing-groups.js';

interface InGroupSettings {
  /** The groups that contain a group, so that indirect members count. Default: only the profile's own groups count. */
  readonly parents?: (group: string) => Awaitable<readonly string[]>;
  /** What it says where there is no account. Default false. Negated with `true`, it keeps visitors without one out. */
  readonly withoutAccount?: boolean;
}

const check = settingsCheck<InGroupSettings>('inGroup', (joi) => ({
  parents: joi.function(),
  withoutAccount: joi.boolean(),
}));

/**
 * Passes for members of one of the groups: `groups` of the profile of the account that the flow is about, else of the
 * signed-in user. Without one, `withoutAccount` says it.
 */
export function inGroup(groups: string | readonly string[], settings: InGroupSettings = {}): Policy {
  check(settings);
  const wanted: readonly string[] = typeof groups === 'string' ? [groups] : groups;
  checkNames('inGroup', wanted);
  const { parents, withoutAccount = false } = settings;
  return kitPolicy('inGroup', [groups, settings], {
    name: `in-group-${wanted.join('-')}`,
    async check(question) {
      const account = await accountOf(question);
      if (account === null) return withoutAccount;
      if (!account.active) return false;
      const { groups: own = [] } = account;
      const all = parents === undefined ? new Set(own) : await withContaining(own, parents);
      return wanted.some((group) => all.has(group));
    },
  });
}

const issuesOfNames = settingsCheck<{ readonly names: readonly string[] }>('the policy', (joi) => ({
  names: namesRule(joi).min(1).required(),
}));

/** @throws ERR_ENROLLMENT_CONFIG unless there is at least one name and none is empty */
export function checkNames(factory: string, names: readonly string[]): void {
  issuesOfNames({ names });
  if (names.some((name) => name === '')) refuseSettings(factory, {}, ['a name must not be empty']);
}
