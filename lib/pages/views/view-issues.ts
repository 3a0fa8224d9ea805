import { includeProblem, findIn } from './views.js';
import { includesIn } from './scriptlets.js';
import { tryCompile } from './template.js';
import { describeFault } from './view-fault.js';
import type { ViewFile, ViewSet } from './view-files.js';
import { foldersOf, viewPath, type ViewPlace } from './view-names.js';

/** Mistakes of the app's views that would fail a page: what does not parse, and includes of what does not exist. */
export function viewIssues(set: ViewSet): readonly string[] {
  return set.files
    .filter(({ isKits }) => !isKits)
    .flatMap((view) => {
      const compiled = tryCompile(view.text, view.file, false);
      return typeof compiled === 'function' ? includeIssues(view, set) : [describeFault(compiled)];
    });
}

function includeIssues(view: ViewFile, set: ViewSet): readonly string[] {
  const path = viewPath(view.name);
  // `unusedViews` reports files that are never used.
  if (path === null) return [];
  const find = findIn(set, { ...path, locale: path.language ?? '' });
  const known = namesAt(set, path);
  return includesIn(view.text).flatMap(({ name, line }) => {
    if (name === null) return [];
    const problem = includeProblem(name, (one) => find(one) ?? findAnywhere(set, one), known);
    return problem === null ? [] : [describeFault({ file: view.file, line, reason: problem, text: view.text })];
  });
}

/** A view of all flows may include what only one flow has, on a condition: only a page that is drawn can tell. */
function findAnywhere(set: ViewSet, name: string): ViewFile | null {
  return set.files.find((file) => viewPath(file.name)?.view === name) ?? null;
}

/** The names that an include at this place may use. */
function namesAt(set: ViewSet, place: Pick<ViewPlace, 'flow' | 'stage'>): readonly string[] {
  const folders = foldersOf(place);
  const names = set.files.flatMap(({ name }) => {
    const view = viewPath(name)?.view;
    return view !== undefined && folders.includes(name.slice(0, name.indexOf(view))) ? [view] : [];
  });
  return [...new Set(names)];
}
