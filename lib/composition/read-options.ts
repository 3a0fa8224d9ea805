import { optionChecks } from './option-checks.js';
import { optionIssues, parseOptions } from '../options/config.js';
import type { Flow } from '../flow/flow.js';
import { composedProblems } from '../flow-files/composed-problems.js';
import type { OptionIssue } from '../options/checks.js';
import { issueSentence, placeOfIssue, type FlowIssue } from '../flow/flow-issue.js';
import type { BrandFlows } from '../flow-files/build/brand-flows.js';
import type { DefaultFlowsOption } from '../options/flows.js';
import type { EnrollmentConfig, EnrollmentOptions } from '../options/options.js';
import { withSourceFlows } from '../flows/source-flows.js';
import { problemLine, type Problem } from '../flow-files/problems.js';
import type { FileFlows } from './file-flows.js';
import { withUndoFlow } from '../flows/undo-address-change.js';

/**
 * Turns options and the flows of files into the frozen configuration, with the defaults of every part. Every set of
 * flows that the app uses comes through here.
 * @throws ERR_ENROLLMENT_CONFIG with every mistake in `issues`
 */
export function readOptions<User, Data>(
  given: EnrollmentOptions<User, Data>,
  files: FileFlows,
): EnrollmentConfig<User, Data> {
  return parseOptions(withAllFlows(given, files), optionChecks(given, files), files);
}

/** What the app refuses of its options and the flows of files, as a start would. */
export function refusalsOf<User, Data>(given: EnrollmentOptions<User, Data>, files: FileFlows): Refusals {
  const options = withAllFlows(given, files);
  const found = optionIssues(options, optionChecks(given, files), files);
  const { flows = [] } = options;
  const isPlaced = (issue: OptionIssue): issue is FlowIssue =>
    typeof issue !== 'string' && placeOfIssue(issue, flows) !== null;
  const lines = files.problems.map(problemLine);
  return {
    problems: composedProblems(found.filter(isPlaced), flows),
    issues: found
      .filter((issue) => !isPlaced(issue))
      .map(issueSentence)
      .filter((issue) => !lines.includes(issue)),
  };
}

export interface Refusals {
  /** Of the flows of files, beside those that reading the files found. */
  readonly problems: readonly Problem[];
  /** What has no place in a file. */
  readonly issues: readonly string[];
}

function withAllFlows<User, Data>(
  given: EnrollmentOptions<User, Data>,
  files: FileFlows,
): EnrollmentOptions<User, Data> {
  return withFlows(withFileFlows(given, files));
}

/** The flows of code, then those of files. What brands of files say of default flows gives way to the option. */
function withFileFlows<User, Data>(
  given: EnrollmentOptions<User, Data>,
  { flows: read, defaultFlows: brands, issues, mayLackFlows }: FileFlows,
): EnrollmentOptions<User, Data> {
  if (read.length === 0 && issues.length === 0) return given;
  const { flows = [], defaultFlows, ...rest } = given;
  const lists: readonly unknown[] = [flows];
  if (!lists.every(Array.isArray)) return given;
  const slugs = flows.map((flow: Flow | undefined) => flow?.slug);
  const all = [...flows, ...read.filter(({ slug }) => !slugs.includes(slug))];
  // What leads to flows that are missing because of a mistake is no second one.
  if (mayLackFlows) return { ...rest, flows: all };
  return {
    ...rest,
    flows: all,
    defaultFlows: typeof defaultFlows === 'function' ? defaultFlows : mergedDefaults(brands, defaultFlows),
  };
}

function mergedDefaults(
  brands: BrandFlows,
  given: Exclude<DefaultFlowsOption, (...args: never) => unknown> = {},
): DefaultFlowsOption {
  const hosts = Object.entries({ ...brands.hosts, ...given.hosts }).map(
    ([host, chosen]) => [host, { ...brands.hosts?.[host], ...chosen }] as const,
  );
  return { ...brands, ...given, ...(hosts.length === 0 ? {} : { hosts: Object.fromEntries(hosts) }) };
}

function withFlows<User, Data>(given: EnrollmentOptions<User, Data>): EnrollmentOptions<User, Data> {
  // The schema reports options that are not a record.
  const options: Partial<EnrollmentOptions<User, Data>> | undefined = given;
  const { sources = [], flows = [], users, mailer } = options ?? {};
  const listed: readonly unknown[] = [sources, flows];
  if (!listed.every(Array.isArray)) return given;
  const known = sources.length === 0 ? flows : withSourceFlows(flows, { password: users?.passwordHash !== undefined });
  const all = withUndoFlow(known, { hasMailer: mailer !== undefined });
  return all === flows ? given : { ...given, flows: all };
}
