import { existsSync } from 'node:fs';
import { isEnrollmentError } from '../base/error.js';
import type { Flow } from '../flow/flow.js';
import type { BrandFlows } from '../flow-files/build/brand-flows.js';
import { flowModel } from '../flow-files/models/model-names.js';
import { problemLine, type Problem } from '../flow-files/problems.js';
import { applyFlowFiles, flowFilesIn, type FlowFile, type FlowFileSettings } from '../flow-files/public.js';
import type { Change } from '../flow-files/records/changes.js';
import { fileSettingsOf, type FlowFilesOption } from '../options/flows.js';
import { nothingApplied, type Applied } from '../flow-files/records/apply.js';

/** What the app's flow files make, beside the flows of its code. */
export interface FileFlows {
  readonly flows: readonly Flow[];
  /** True where mistakes hide which flows there are. */
  readonly mayLackFlows: boolean;
  readonly defaultFlows: BrandFlows;
  readonly applied: Applied;
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
  /** What is wrong with the files, as sentences with file, line and column; empty: they can be used. */
  readonly issues: readonly string[];
}

const noFileFlows: FileFlows = {
  flows: [],
  defaultFlows: {},
  applied: nothingApplied,
  mayLackFlows: false,
  changes: [],
  problems: [],
  issues: [],
};

/** The flows of the option `flowFiles`: of the files in its folder. */
export function flowsOfFolder(options: { readonly flowFiles?: FlowFilesOption | undefined } | undefined): FileFlows {
  const given = options?.flowFiles;
  // The schema of the options reports what is no record.
  if (typeof given !== 'object') return noFileFlows;
  const settings = fileSettingsOf(given);
  const { folder } = settings;
  if (typeof folder !== 'string') return flowsOfFiles([], settings, noFileFlows);
  if (!existsSync(folder))
    return { ...noFileFlows, mayLackFlows: true, issues: [`"flowFiles.folder": there is no folder ${folder}`] };
  return withIssues(() => flowsOfFiles(flowFilesIn(folder, folder), settings, noFileFlows));
}

/** The flows of files over those of before; nothing is changed. */
export function flowsOfFiles(
  files: readonly FlowFile[],
  settings: FlowFileSettings,
  { applied: before }: Pick<FileFlows, 'applied'>,
): FileFlows {
  return withIssues(() => {
    const { flows, mayLackFlows, defaultFlows, applied, changes, problems } = applyFlowFiles(files, settings, before);
    const issues = problems.filter(({ severity }) => severity === 'refused').map(problemLine);
    return { flows, mayLackFlows, defaultFlows, applied, changes, problems, issues };
  });
}

/** The mistakes that `work` throws hide which flows there are. */
function withIssues(work: () => FileFlows): FileFlows {
  try {
    return work();
  } catch (error) {
    if (!isEnrollmentError(error)) throw error;
    return { ...noFileFlows, mayLackFlows: true, issues: error.issues };
  }
}

/** Where a flow of a file stands: `flows/join.yaml:4:5`. */
export function placeOfFlow({ applied }: FileFlows, slug: string): string {
  for (const { key, model, fields } of applied.records.values()) {
    const place = applied.places.get(key);
    if (model === flowModel && fields['slug'] === slug && place !== undefined)
      return `${place.file}:${String(place.at.line)}:${String(place.at.column)}`;
  }
  return 'the flow files';
}
