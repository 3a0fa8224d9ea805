import { configError } from '../base/config-error.js';
import { didYouMean } from '../base/did-you-mean.js';
import type { EnrollmentError } from '../base/error.js';
import { drawFlow, type DiagramSettings } from '../flow-diagram/diagram.js';
import type { Designation, Flow } from '../flow/flow.js';
import { problemLine, type Problem } from '../flow-files/problems.js';
import { exportFlows, flowFileError, type FlowFile } from '../flow-files/public.js';
import type { FlowVersionEntry, FlowVersionFiles, RunningPlans } from '../flow-files/stored/version-entry.js';
import type { Change } from '../flow-files/records/changes.js';
import { fileSettingsOf, type FlowFilesOption } from '../options/flows.js';
import type { Pages } from '../pages/pages.js';
import { flowsOfFiles, type FileFlows } from './file-flows.js';
import type { Refusals } from './read-options.js';
import { checkFiles, checkImport, checkNumber, checkRollBack } from './stored-flows/change-settings.js';
import type { StoredFlowsAdministration } from './stored-flows/administration.js';

/** An app's flows, for its developers and administrators. */
export interface EnrollmentFlows {
  /** True where `flowFiles.stored` is set: `import` and `rollBack` write versions. */
  readonly stored: boolean;
  /** The flows in their order. */
  list(): readonly FlowEntry[];
  /**
   * Checks flow files together with everything else of the app, as a start with them would; left out: the files of
   * the option `flowFiles`, as they are on the disk now. Changes nothing.
   */
  check(files?: readonly FlowFile[]): FlowCheck;
  /**
   * Writes flows as one YAML file, which makes the same flows again.
   * @throws TypeError for a flow that does not exist
   * @throws ERR_ENROLLMENT_FLOW_FILE for parts of code without a name in `flowFiles`
   */
  export(slugs: string | readonly string[]): string;
  /**
   * Writes a new version of the stored flows: the files of the newest version, where a given file of the same name
   * replaces one, and the others are added. All of it is checked as at a start, together with everything else of the app,
   * before anything is written. With `dryRun`: only reports what would change. Needs `flowFiles.stored`, except for a dry
   * run, which is over the folder then.
   * @throws ERR_ENROLLMENT_FLOW_FILE for mistakes of the files: `issues` has all of them, with file, line and column
   * @throws ERR_ENROLLMENT_FLOW_CONFLICT (409) where the newest version is not `expect`, or another one was written
   * @throws ERR_ENROLLMENT_CONFIG for settings that are none, and without `flowFiles.stored`
   */
  import(files: readonly FlowFile[], settings: FlowImportSettings): Promise<FlowImport>;
  /**
   * Writes a new version with the files of an earlier one; 0: with none.
   * @throws ERR_ENROLLMENT_CONFIG for a version that is not kept, and what `import` throws
   */
  rollBack(version: number, settings: FlowRollBackSettings): Promise<FlowImport>;
  /** The versions that the store keeps, the newest first. */
  versions(): Promise<readonly FlowVersionEntry[]>;
  /** One version with its files; `null`: it is not kept. */
  version(version: number): Promise<FlowVersionFiles | null>;
  /** The version that this process uses, after it has asked the store for the newest one. */
  current(): Promise<CurrentFlows>;
  /**
   * Draws a flow as a Mermaid flowchart or an SVG image, with the step of a visitor marked where `step` names it.
   * @throws TypeError for a flow or a step that does not exist
   */
  diagram(slug: string, settings?: DiagramSettings): string;
}

export interface FlowCheck {
  /** True where an app would start with the files. */
  readonly ok: boolean;
  /** The slugs of the flows that the files make. */
  readonly flows: readonly string[];
  /** What is to be known about the files, with file, line and column; `refused` are the mistakes. */
  readonly problems: readonly Problem[];
  /** What the app refuses that is not about one place of a file. */
  readonly issues: readonly string[];
}

export interface FlowImportSettings extends FlowRollBackSettings {
  /** True: the new version has the given files alone. Default false. */
  readonly replaceAll?: boolean;
}

export interface FlowRollBackSettings {
  /** Who does it, up to 200 characters. Required, except for a dry run. */
  readonly by?: string;
  /** Why, up to 1,000 characters. Default none. */
  readonly note?: string;
  /** True: only report what would change. Default false. */
  readonly dryRun?: boolean;
  /** The version that must be the newest one, 0 for none. Default: any. */
  readonly expect?: number;
  /**
   * `'restart'`: no plan goes on with an earlier version, in any process, once it has taken in this one: for changes that
   * take rights away. Default: `flowFiles.runningPlans`.
   */
  readonly runningPlans?: RunningPlans;
}

/** The stored flows of this process. */
export interface CurrentFlows {
  /** The version that is used; 0: none. */
  readonly version: number;
  /** The newest version. */
  readonly newest: number;
  /** Why the newest version is not used; `null`: it is. */
  readonly problem: string | null;
  /** Who made the version that is used, and when; `null`: none is. */
  readonly entry: FlowVersionEntry | null;
}

export interface FlowImport {
  /** The slugs of the flows that the files and those of before make. */
  readonly flows: readonly string[];
  /** Record by record. */
  readonly changes: readonly Change[];
  /** What was left out, and what is different from authentik. */
  readonly problems: readonly Problem[];
  /** The newest version of the stored flows afterwards; 0: there is none. */
  readonly version: number;
  /** False for a dry run, and where the newest version has the same files already. */
  readonly stored: boolean;
}

interface FlowEntry {
  readonly slug: string;
  /** For administrators. */
  readonly name: string;
  /** In the default language. */
  readonly title: string;
  readonly designation: Designation;
  readonly authentication: Flow['authentication'];
  /** The keys of its steps, in order. */
  readonly steps: readonly string[];
  /** A hash of keys, kinds and orders: running plans of another build start again. */
  readonly build: string;
}

interface Parts {
  flows(): readonly Flow[];
  pages(): Pick<Pages, 'text'>;
  readonly settings: FlowFilesOption;
  /** The flow files of the app, as they are now. */
  files(): FileFlows;
  /** What a start with these flows of files would refuse, beside what reading the files found. */
  refusals(files: FileFlows): Refusals;
  /** `null`: the app stores no flows. */
  readonly stored: StoredFlowsAdministration | null;
}

export function composeFlows(parts: Parts): EnrollmentFlows {
  const { flows, pages, settings: option, stored } = parts;
  const settings = fileSettingsOf(option);

  const checked = (given: readonly FlowFile[] | undefined): FlowCheck & Pick<FileFlows, 'changes'> => {
    const files = given === undefined ? parts.files() : flowsOfFiles(given, settings, parts.files());
    const refused = parts.refusals(files);
    const { issues } = refused;
    const slugs = files.flows.map(({ slug }) => slug);
    return {
      ok: files.issues.length === 0 && refused.problems.length === 0 && issues.length === 0,
      flows: slugs,
      problems: [...files.problems, ...refused.problems],
      changes: files.changes,
      issues,
    };
  };

  return Object.freeze<EnrollmentFlows>({
    stored: stored !== null,
    list: () => flows().map((flow) => entryOf(flow, pages().text(flow.title))),
    check(files) {
      const { ok, flows: slugs, problems, issues } = checked(files);
      return { ok, flows: slugs, problems, issues };
    },
    export: (slugs) =>
      exportFlows(
        [slugs].flat().map((slug) => flowOf(flows(), slug)),
        settings,
      ),
    async import(files, given) {
      checkFiles({ files });
      checkImport(given);
      if (stored !== null) return stored.importFiles(files, given);
      const { ok, flows: slugs, changes, problems, issues } = checked(files);
      const refused = problems.filter(({ severity }) => severity === 'refused').map(problemLine);
      if (!ok) throw flowFileError([...refused, ...issues]);
      if (given.dryRun !== true) throw notStored('import');
      return { flows: slugs, changes, problems, version: 0, stored: false };
    },
    async rollBack(version, given) {
      checkNumber({ version });
      checkRollBack(given);
      if (stored === null) throw notStored('rollBack');
      return stored.rollBack(version, given);
    },
    versions: async () => (await stored?.versions()) ?? [],
    async version(version) {
      checkNumber({ version });
      return (await stored?.version(version)) ?? null;
    },
    current: async () => (await stored?.current()) ?? noCurrent,
    diagram: (slug, look) => drawFlow(flowOf(flows(), slug), (text) => pages().text(text), look),
  });
}

const noCurrent: CurrentFlows = Object.freeze({ version: 0, newest: 0, problem: null, entry: null });

function notStored(name: string): EnrollmentError {
  return configError([
    `flows.${name}: "flowFiles.stored" must be true; else put the files into the folder of "flowFiles", and "dryRun" reports what they would change`,
  ]);
}

function entryOf({ slug, name, designation, authentication, bindings, build }: Flow, title: string): FlowEntry {
  return { slug, name, title, designation, authentication, steps: bindings.map(({ key }) => key), build };
}

function flowOf(flows: readonly Flow[], slug: string): Flow {
  const found = flows.find((flow) => flow.slug === slug);
  if (found !== undefined) return found;
  const known = flows.map((flow) => flow.slug);
  throw new TypeError(`there is no flow '${slug}'${didYouMean(slug, known)}`);
}
