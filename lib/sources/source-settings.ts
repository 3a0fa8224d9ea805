import type { SettingNames } from '../base/setting-names.js';
import { isFunction, issue, isText, optional, timeoutIssues } from './setting-checks.js';
import { ruleIssues, ruleNames, type RuleSettings } from './source-rules.js';

/** The name, switch and rules of a source. */
export interface NamedSettings extends RuleSettings {
  /**
   * Letters, digits, dashes and underscores, at most 50. It is stored with every identity: never reuse it for another
   * provider.
   */
  readonly slug: string;
  /** Display name; default the slug. */
  readonly name?: string | undefined;
  /** A URL or path of an image for the button. */
  readonly icon?: string | undefined;
  /** Called at the start, at the callback, and before an account is written; default always true. */
  readonly enabled?: (() => boolean | Promise<boolean>) | undefined;
}

/** The settings of every source that redirects to a provider. */
export interface CommonSettings extends NamedSettings {
  /** Below the mount; default `/source/<slug>/callback`. */
  readonly callbackPath?: string | undefined;
  /** For each response of the provider, in milliseconds; default 5,000, from 100 to 30,000. */
  readonly timeoutMs?: number | undefined;
}

export const namedNames = {
  ...ruleNames,
  slug: true,
  name: true,
  icon: true,
  enabled: true,
} as const satisfies SettingNames<NamedSettings>;
export const commonNames = {
  ...namedNames,
  callbackPath: true,
  timeoutMs: true,
} as const satisfies SettingNames<CommonSettings>;

export function callbackPathOf({ slug, callbackPath }: CommonSettings): string {
  return callbackPath ?? `/source/${slug}/callback`;
}

/** Mistakes, each beginning with the name of the setting. */
export function namedIssues(settings: NamedSettings): readonly string[] {
  const { slug, name, icon, enabled } = settings;
  return [
    ...issue(
      typeof slug === 'string' && /^[-A-Za-z0-9_]{1,50}$/.test(slug),
      '"slug" must be 1 to 50 letters, digits, dashes and underscores',
    ),
    ...issue(optional(name, isText), '"name" must be a text'),
    ...issue(optional(icon, isText), '"icon" must be a URL or a path'),
    ...issue(optional(enabled, isFunction), '"enabled" must be a function'),
    ...ruleIssues(settings),
  ];
}

/** Mistakes, each beginning with the name of the setting. */
export function commonIssues(settings: CommonSettings): readonly string[] {
  const { callbackPath, timeoutMs } = settings;
  const path = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)+$/;
  return [
    ...namedIssues(settings),
    ...issue(
      optional(callbackPath, (value) => typeof value === 'string' && value.length <= 200 && path.test(value)),
      '"callbackPath" must be a plain path below the mount, such as /auth/acme/callback',
    ),
    ...timeoutIssues(timeoutMs),
  ];
}
