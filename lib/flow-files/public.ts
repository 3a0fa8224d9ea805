import { readFileSync, realpathSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { configError } from '../base/config-error.js';
import { EnrollmentError } from '../base/error.js';
import type { JsonObject } from '../base/json.js';
import { rule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { flowIssues } from '../flow/check-flow.js';
import type { Flow } from '../flow/flow.js';
import type { Policy } from '../flow/policy.js';
import type { Prompt } from '../flow/prompt.js';
import type { Stage } from '../flow/stage.js';
import { lookupsRule } from '../expressions/lookups-rule.js';
import type { PythonLookups } from '../expressions/lookups.js';
import type { BrandFlows } from './build/brand-flows.js';
import type { CodeParts } from './build/building.js';
import { byPlace, composedProblems } from './composed-problems.js';
import { pythonExpressions } from './build/python-expressions.js';
import { recordsOfFlows } from './export/records-of-flow.js';
import { writeYaml } from './export/write-yaml.js';
import { flowFilesBelow } from './folder.js';
import { fileLimits } from './limits.js';
import { importFlows, type FlowFile, type Imported } from './import-flows.js';
import { isPolicy, isPrompt, isStage } from './models/factories.js';
import { problemLine, type Problem } from './problems.js';
import { nothingApplied, type Applied } from './records/apply.js';
import type { Change } from './records/changes.js';

export type { FlowFile } from './import-flows.js';

export interface FlowFileSettings {
  /** Policies of the app's own code, by the name that files have for them: `express_enrollment.policy`. */
  readonly policies?: Readonly<Record<string, Policy>>;
  /** The same for stages: `express_enrollment.stage`. */
  readonly stages?: Readonly<Record<string, Stage>>;
  /** The same for prompts: `express_enrollment.prompt`, and the file prompts of authentik's files. */
  readonly prompts?: Readonly<Record<string, Prompt>>;
  /** What expressions in Python may ask the app; see docs/python-expressions.md. Default nothing. */
  readonly lookups?: PythonLookups;
  /** Values for `!Context`, over those of the files. Default none. */
  readonly context?: JsonObject;
  /** The environment variables that `!Env` may read. Default none. */
  readonly environment?: readonly string[];
  /** The folder whose files `!File` may read. Default: none. */
  readonly folder?: string;
  /**
   * What happens to entries of models that authentik has and the kit has not: `refuse`, the default, or `skip`, which
   * leaves them out and reports them.
   */
  readonly foreignModels?: 'refuse' | 'skip';
}

/** What files make, and what is to be known about it. */
export interface FlowFileReport {
  /** In the order of the files. */
  readonly flows: readonly Flow[];
  /** The default flows of the brands in the files, for the option of that name. */
  readonly defaultFlows: BrandFlows;
  /** What the files change: without earlier flows, all of it is `created`. */
  readonly changes: readonly Change[];
  /** What was left out, and what is different from authentik. */
  readonly problems: readonly Problem[];
}

const checkSettings = settingsCheck<FlowFileSettings>('the flow files', (joi) => {
  const parts = (isPart: (value: unknown) => boolean, what: string) =>
    joi.object().pattern(joi.string(), rule(joi, isPart, `must be ${what}`));
  return {
    policies: parts(isPolicy, 'a policy'),
    stages: parts(isStage, 'a stage'),
    prompts: parts(isPrompt, 'a prompt'),
    lookups: lookupsRule(joi),
    context: joi.object(),
    environment: joi.array().items(joi.string().required()).unique(),
    folder: joi.string(),
    foreignModels: joi.valid('refuse', 'skip'),
  };
});

/**
 * Makes flows of flow files: authentik's blueprints, as YAML or JSON. All files are applied in order, or none.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings
 * @throws ERR_ENROLLMENT_FLOW_FILE for what is wrong with the files: `issues` has each with file, line and column
 */
export function importFlowFiles(files: readonly FlowFile[], settings: FlowFileSettings = {}): FlowFileReport {
  const { ok, flows, defaultFlows, changes, problems } = applyFlowFiles(files, settings);
  if (ok) return { flows, defaultFlows, changes, problems };
  // What depends on the app is left to it.
  const composed = composedProblems(flowIssues(flows, { registration: 'open' }), flows, 'noticed');
  const refused = [...problems, ...composed].filter(({ severity }) => severity === 'refused');
  throw flowFileError(refused.sort(byPlace(files.map(({ file }) => file))).map(problemLine));
}

/** The same over the records of before, without a throw for mistakes of the files: `ok` is false then. */
export function applyFlowFiles(
  files: readonly FlowFile[],
  settings: FlowFileSettings,
  before: Applied = nothingApplied,
): Imported {
  checkSettings(settings);
  return importFlows(files, before, {
    code: codeOf(settings),
    expressions: pythonExpressions(settings.lookups ?? {}),
    context: settings.context ?? {},
    foreign: settings.foreignModels ?? 'refuse',
    environment: (name) => (settings.environment?.includes(name) === true ? process.env[name] : undefined),
    file: (path) => (settings.folder === undefined ? undefined : textInFolder(settings.folder, path)),
  });
}

/**
 * The flow files of a folder and below it, by their names: `.yaml`, `.yml` and `.json`. Those whose label
 * `blueprints.goauthentik.io/instantiate` is false are left out by an import, which reports them. What begins with a dot,
 * such as a lock of an editor, is no flow file.
 * @throws ERR_ENROLLMENT_FLOW_FILE for files that cannot be read or are too large, with their names
 */
export function readFlowFolder(folder: string): readonly FlowFile[] {
  return flowFilesIn(folder, '');
}

/** `shownAs`: what the names of the files begin with. @throws ERR_ENROLLMENT_FLOW_FILE as `readFlowFolder` */
export function flowFilesIn(folder: string, shownAs: string): readonly FlowFile[] {
  const { files, issues } = flowFilesBelow(folder, shownAs);
  if (issues.length > 0) throw flowFileError(issues);
  return files;
}

/**
 * Writes flows as one YAML file that makes the same flows again. Parts of the app's own code are written by the name that
 * `settings` has for them. The initial text of a password is left out, with a comment that says so.
 * @throws ERR_ENROLLMENT_FLOW_FILE for parts of code without a name
 */
export function exportFlows(flows: readonly Flow[], settings: FlowFileSettings = {}): string {
  checkSettings(settings);
  const { records, problems, shared } = recordsOfFlows(flows, codeOf(settings));
  if (problems.length > 0) throw exportError(problems);
  const [first] = flows;
  if (first === undefined) throw configError(['exportFlows: there is no flow to write']);
  return writeYaml(flows.length === 1 ? first.name : 'Flows', records, shared);
}

function codeOf({ policies = {}, stages = {}, prompts = {} }: FlowFileSettings): CodeParts {
  return {
    policies: new Map(Object.entries(policies)),
    stages: new Map(Object.entries(stages)),
    prompts: new Map(Object.entries(prompts)),
  };
}

/** The error for what no file can hold. */
function exportError(issues: readonly string[]): EnrollmentError {
  const list = issues.map((issue) => `  - ${issue}`).join('\n');
  return new EnrollmentError('ERR_ENROLLMENT_FLOW_FILE', `the flows cannot be written into a file:\n${list}`, {
    issues,
  });
}

/** The error for mistakes of flow files, each with file, line and column. */
export function flowFileError(issues: readonly string[]): EnrollmentError {
  const list = issues.map((issue) => `  - ${issue}`).join('\n');
  return new EnrollmentError(
    'ERR_ENROLLMENT_FLOW_FILE',
    `the flow files have mistakes, and nothing was imported:\n${list}`,
    {
      issues,
    },
  );
}

/** `undefined`: there is no such file, it is too large, or a link or `..` leads out of the folder. */
function textInFolder(folder: string, path: string): string | undefined {
  try {
    const root = realpathSync(folder);
    const file = realpathSync(resolve(root, path));
    const inside = relative(root, file);
    const isOutside = inside.startsWith(`..${sep}`) || inside === '..' || resolve(inside) === inside;
    // A pipe would never end.
    const stats = statSync(file);
    return isOutside || !stats.isFile() || stats.size > fileLimits.bytes ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
