import { EnrollmentError } from '../base/error.js';
import { inlined } from './inline.js';
import { compileTemplate, type Template } from './template.js';
import type { ViewFile, ViewFiles } from './view-files.js';

/** The flow and stage of a page; they decide which of several views of one name is used. */
export interface ViewFolder {
  readonly flow: string | null;
  readonly stage: string | null;
}

/** The views as one flow and stage resolve them. */
export interface Views {
  readonly has: (name: string) => boolean;
  /** By the name in the include, with its leading slash; throws if it does not exist. */
  readonly include: (name: string) => Template;
}

/** Resolves every view at each use: for files that change. */
export function changingViews(files: ViewFiles, place: ViewFolder): Views {
  const find = finder(files, place);
  return { has: (name) => find(name) !== null, include: (name) => existing(name, find).template };
}

/** Resolves every view once, and compiles it with its includes inlined. */
export function settledViews(files: ViewFiles, place: ViewFolder): Views {
  const find = finder(files, place);
  const textOf = (name: string): string | null => find(name)?.text ?? null;
  return {
    has: once((name) => find(name) !== null),
    include: once((included) => {
      const { file, text } = existing(included, find);
      return compileTemplate(inlined(included.slice(1), textOf) ?? text, file, false);
    }),
  };
}

function once<T>(look: (name: string) => T): (name: string) => T {
  const found = new Map<string, T>();
  return (name) => {
    const known = found.get(name);
    if (known !== undefined) return known;
    const value = look(name);
    found.set(name, value);
    return value;
  };
}

const part = /^[-\w]+$/;

/**
 * For the view `pages/prompt` of the flow `invite` at its stage `account`, the first of
 * `flows/invite/account/pages/prompt`, `flows/invite/pages/prompt`, `pages/prompt`.
 */
function finder(files: ViewFiles, { flow, stage }: ViewFolder): (name: string) => ViewFile | null {
  const folders = [''];
  if (flow !== null && part.test(flow)) {
    folders.unshift(`flows/${flow}/`);
    if (stage !== null && part.test(stage)) folders.unshift(`flows/${flow}/${stage}/`);
  }
  return (name) => {
    for (const folder of folders) {
      const view = files.find(folder + name);
      if (view !== null) return view;
    }
    return null;
  };
}

function existing(included: string, find: (name: string) => ViewFile | null): ViewFile {
  // A relative include would be resolved beside the including file and would bypass every override.
  if (!/^(\/[-\w]+)+$/.test(included)) {
    throw new EnrollmentError(
      'ERR_ENROLLMENT_VIEWS',
      `Cannot include "${included}": write its name as in include('/elements/field').`,
    );
  }
  const view = find(included.slice(1));
  if (view === null) throw new EnrollmentError('ERR_ENROLLMENT_VIEWS', `There is no view "${included}".`);
  return view;
}
