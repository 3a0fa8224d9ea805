import { configError } from '../base/config-error.js';
import { randomToken } from '../base/ids.js';
import { prototypeIssues, sentenceOf } from '../base/schema-issues.js';
import { placedSentence } from '../flow/flow-issue.js';
import { crossChecks, type Check, type OptionIssue } from './checks.js';
import { resolveOptions } from './option-rules.js';
import { optionRules, optionsSchema, type EnrollmentConfig, type EnrollmentOptions, type Site } from './options.js';

/**
 * Turns options into the frozen configuration; `checks` add what other parts know about their own options.
 * @throws ERR_ENROLLMENT_CONFIG with every mistake in `issues`, in the flows too; no message holds the value of an option
 *   that may be a secret
 */
export function parseOptions<User, Data>(
  options: EnrollmentOptions<User, Data>,
  checks: readonly Check<User, Data>[] = [],
  known: KnownFlows = allKnown,
): EnrollmentConfig<User, Data> {
  const issues = optionIssues(options, checks, known).map((issue) =>
    typeof issue === 'string' ? issue : placedSentence(issue, options.flows ?? []),
  );
  if (issues.length > 0) throw configError(issues);

  const url = new URL(options.baseUrl);
  const { baseUrl, secret, ...resolved } = resolveOptions(options, optionRules, url);
  return Object.freeze({ ...resolved, ...siteOf(url, secret === null ? [] : [secret].flat()) });
}

/** Every mistake of the options. */
export function optionIssues<User, Data>(
  options: EnrollmentOptions<User, Data>,
  checks: readonly Check<User, Data>[] = [],
  { mayLackFlows }: KnownFlows = allKnown,
): readonly OptionIssue[] {
  const details = optionsSchema.validate(options, { abortEarly: false, convert: false }).error?.details ?? [];
  // A further check reads an option only when its form is valid.
  const mayRead = (option: string): boolean => !details.some(({ path }) => path.length === 0 || path[0] === option);
  return [
    ...prototypeIssues(options),
    ...details.map((detail) => sentenceOf(detail, optionsSchema)),
    ...[...crossChecks<User, Data>(), ...checks]
      .filter(({ reads }) => reads.every(mayRead))
      .flatMap((check) => check.find(options))
      .filter((issue) => !mayLackFlows || typeof issue === 'string' || issue.settledBy !== 'other flows'),
  ];
}

interface KnownFlows {
  /** True where a mistake that is reported elsewhere hides which flows there are: what leads to them is no second one. */
  readonly mayLackFlows: boolean;
}

const allKnown: KnownFlows = { mayLackFlows: false };

function siteOf({ origin, pathname, protocol }: URL, secrets: readonly string[]): Site {
  return {
    site: Object.freeze({ origin, mount: pathname.replace(/\/+$/, ''), secure: protocol === 'https:' }),
    secrets: Object.freeze(secrets.length > 0 ? secrets : [randomToken(32)]),
    ephemeralSecret: secrets.length === 0,
  };
}
