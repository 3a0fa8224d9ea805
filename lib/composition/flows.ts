import { configError } from '../base/config-error.js';
import { didYouMean } from '../base/did-you-mean.js';
import { isEnrollmentError } from '../base/error.js';
import { drawFlow, type DiagramSettings } from '../flow-diagram/diagram.js';
import type { Designation, Flow } from '../flow/flow.js';
import { problemLine, type Problem } from '../flow-files/problems.js';
import { exportFlows, flowFileError, type FlowFile } from '../flow-files/public.js';
import type { Change } from '../flow-files/records/changes.js';
import type { FlowFilesOption } from '../options/flows.js';
import type { Pages } from '../pages/pages.js';
import { flowsOfFiles, type FileFlows } from './file-flows.js';

/** An app's flows, for its developers and administrators. */
export interface EnrollmentFlows {
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
   * With `dryRun`: what the files would change, over the files of the option `flowFiles`.
   * @throws ERR_ENROLLMENT_FLOW_FILE where `check` finds mistakes: `issues` has all of them
   * @throws ERR_ENROLLMENT_CONFIG without `dryRun`: an app's flows are those of its code and of its folder
   */
  import(files: readonly FlowFile[], settings: FlowImportSettings): Promise<FlowImport>;
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
  /** What the app has against the flows of files that can be read. */
  readonly issues: readonly string[];
}

interface FlowImportSettings {
  /** True: only tell. */
  readonly dryRun: boolean;
}

export interface FlowImport {
  /** The slugs of the flows that the files and those of before make. */
  readonly flows: readonly string[];
  /** Record by record. */
  readonly changes: readonly Change[];
  /** What was left out, and what is different from authentik. */
  readonly problems: readonly Problem[];
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
  /** Does what a start with these flows of files does first. @throws ERR_ENROLLMENT_CONFIG with every mistake */
  refuse(files: FileFlows): void;
}

export function composeFlows(parts: Parts): EnrollmentFlows {
  const { flows, pages, settings: option } = parts;
  const { watch: _, ...settings } = option;

  const checked = (given: readonly FlowFile[] | undefined): FlowCheck & Pick<FileFlows, 'changes'> => {
    const files = given === undefined ? parts.files() : flowsOfFiles(given, settings, parts.files());
    const issues = files.issues.length > 0 ? unplacedOf(files) : issuesOf(() => parts.refuse(files));
    const slugs = files.flows.map(({ slug }) => slug);
    return {
      ok: files.issues.length === 0 && issues.length === 0,
      flows: slugs,
      problems: files.problems,
      changes: files.changes,
      issues,
    };
  };

  return Object.freeze<EnrollmentFlows>({
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
    import: (files, { dryRun }) =>
      new Promise((resolve) => {
        const { ok, flows: slugs, changes, problems, issues } = checked(files);
        const refused = problems.filter(({ severity }) => severity === 'refused').map(problemLine);
        if (!ok) throw flowFileError([...refused, ...issues]);
        if (!dryRun)
          throw configError(['flows.import: "dryRun" must be true: put the files into the folder of "flowFiles"']);
        resolve({ flows: slugs, changes, problems });
      }),
    diagram: (slug, look) => drawFlow(flowOf(flows(), slug), (text) => pages().text(text), look),
  });
}

/** Mistakes that are none of a place in a file: a folder that does not exist. */
function unplacedOf({ problems, issues }: FileFlows): readonly string[] {
  const placed = problems.map(problemLine);
  return issues.filter((issue) => !placed.includes(issue));
}

function issuesOf(check: () => void): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (isEnrollmentError(error) && error.issues.length > 0) return error.issues;
    throw error;
  }
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
