import { didYouMean } from '../../base/did-you-mean.js';
import { EnrollmentError } from '../../base/error.js';
import { inlined } from '../inline.js';
import { compileTemplate, meantLocal, thrownAt, tryCompile, type Template } from './template.js';
import { viewError, type ViewFault } from './view-fault.js';
import type { ViewFile, ViewSet } from './view-files.js';
import { foldersOf, isRoom, rooms, suffixesOf, type ViewPlace } from './view-names.js';

/** The views as one flow, stage and language resolve them. */
export interface Views {
  readonly has: (name: string) => boolean;
  /** By the name in the include, with its leading slash; throws if it does not exist. */
  readonly include: (name: string) => Template;
}

/** Finds a view by its name, e.g. `pages/prompt`. */
type FindView = (name: string) => ViewFile | null;

/**
 * For the view `pages/prompt` of the flow `invite` at its stage `account` in German, the first of
 * `flows/invite/account/pages/prompt.de`, `flows/invite/account/pages/prompt`, `flows/invite/pages/prompt.de`, …,
 * `pages/prompt`.
 */
export function findIn(set: ViewSet, place: ViewPlace): FindView {
  const folders = foldersOf(place);
  const suffixes = suffixesOf(place.locale);
  return (name) => {
    for (const folder of folders) {
      for (const suffix of suffixes) {
        const view = set.find(folder + name + suffix);
        if (view !== null) return view;
      }
    }
    return null;
  };
}

/** Resolves every view once for each place, and compiles it with its includes inlined. */
export function settledViews(set: ViewSet): (place: ViewPlace) => Views {
  const places = new Map<string, Views>();
  const placeKey = placesOf(set);
  return (place) => {
    const key = placeKey(place);
    const known = places.get(key);
    if (known !== undefined) return known;
    const views = settledAt(findIn(set, place), set.kits);
    places.set(key, views);
    return views;
  };
}

function settledAt(find: FindView, kits: ReadonlySet<string>): Views {
  const textOf = (name: string): string | null => find(name)?.text ?? null;
  return {
    has: once((name) => find(name) !== null),
    include: once((included) => {
      const { file, text } = existing(included, find, kits);
      return compileTemplate(inlined(included.slice(1), textOf) ?? text, file, false);
    }),
  };
}

/** Two places are one where no file tells them apart: most apps have one place. */
export function placesOf({ files }: ViewSet): (place: ViewPlace) => string {
  const folders = new Set(files.map(({ name }) => /^flows\/[^/]+\/(?:[^/]+\/)?(?=[^/]+\/)/.exec(name)?.[0] ?? ''));
  for (const folder of [...folders]) folders.add(folder.replace(/^(flows\/[^/]+\/).*$/, '$1'));
  const suffixes = new Set(files.map(({ name }) => /\.[^./]+$/.exec(name)?.[0] ?? ''));
  if (folders.size === 1 && suffixes.size === 1) return () => '';
  return (place) => {
    const own = foldersOf(place).filter((folder) => folders.has(folder));
    return [...own, ...suffixesOf(place.locale).filter((suffix) => suffixes.has(suffix))].join('|');
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

/** What is seen while a page is drawn view by view. */
export interface Tracing {
  /** The innermost template that threw. */
  fault: ViewFault | null;
  /** The locals that a view gets; default: those of the page. */
  readonly watch?: ((locals: object, view: ViewFile) => object) | undefined;
}

/** Draws view by view, each compiled with line numbers: for development, and to find out where a page failed. */
export function tracedViews(
  find: FindView,
  templates: Map<string, Template>,
  tracing: Tracing,
  kits: ReadonlySet<string>,
): Views {
  const open: string[] = [];
  // False once a view of the app is among those that failed.
  let isOfKit = true;
  return {
    has: (name) => find(name) !== null,
    include(included) {
      const view = existing(included, find, kits);
      // A file whose text has changed is compiled again.
      const key = `${view.file}\n${view.text}`;
      const template = templates.get(key) ?? tryCompile(view.text, view.file, true);
      if (typeof template !== 'function') {
        tracing.fault ??= template;
        throw viewError(template);
      }
      templates.set(key, template);
      return (locals) => {
        // At the end of the stack even the search for the reason may fail. The view that includes is at fault.
        if (open.length >= deepest) throw new EnrollmentError('ERR_ENROLLMENT_VIEWS', endless(included, open));
        try {
          open.push(included);
          if (open.length === 1) isOfKit = true;
          return template(tracing.watch?.(locals, view) ?? locals);
        } catch (error) {
          tracing.fault = withIncluder(tracing.fault ?? faultOf(view, error, locals), view, error, isOfKit);
          isOfKit = view.isKits && isOfKit;
          throw error;
        } finally {
          open.pop();
        }
      };
    },
  };
}

/** What is wrong in a view of the kit is a mistake of the view of the app that included it. */
function withIncluder(
  fault: ViewFault,
  { file, isKits, text, name }: ViewFile,
  error: unknown,
  isOfKit: boolean,
): ViewFault {
  if (isKits || !isOfKit || fault.file === file) return fault;
  const { line } = thrownAt(error);
  const written = line === null ? '' : (text.split('\n')[line - 1] ?? '');
  return { ...fault, includedBy: `${file}${line === null ? '' : `:${String(line)}`}${adviceFor(name, written)}` };
}

function adviceFor(name: string, written: string): string {
  if (name.includes('layouts/') && /include\(\s*['"`]\/pages\//.test(written))
    return '; a layout includes its page with include(locals.page.view)';
  return /include\(\s*['"`]\/elements\/field\b/.test(written) &&
    !/\bfield\b\s*[:}]/.test(written.replace(/(['"`]).*?\1/g, ''))
    ? "; write include('/elements/field', { field })"
    : '';
}

function faultOf({ file, text }: ViewFile, error: unknown, locals: object): ViewFault {
  const { line, reason } = thrownAt(error);
  return { file, text, line, reason: reason + meantLocal(reason, { text, line }, locals) };
}

/** Templates of trees include themselves; none is that deep. */
const deepest = 200;

function endless(included: string, open: readonly string[]): string {
  const circle = open.slice(open.lastIndexOf(included));
  const by =
    circle.length === 1
      ? ''
      : `, by ${circle
          .slice(1)
          .map((name) => `"${name}"`)
          .join(' and ')}`;
  return `"${included}" includes itself without end${by}`;
}

const absolute = /^(\/[-\w]+)+$/;

function existing(included: string, find: FindView, kits: ReadonlySet<string>): ViewFile {
  const problem = includeProblem(included, find, [...kits]);
  if (problem !== null) throw new EnrollmentError('ERR_ENROLLMENT_VIEWS', problem);
  const view = find(included.slice(1));
  if (view === null) throw new EnrollmentError('ERR_ENROLLMENT_VIEWS', `There is no view "${included}".`);
  return view;
}

/** Why an include fails; `null` if it does not. `known`: names that may have been meant. */
export function includeProblem(included: string, find: FindView, known: readonly string[] = []): string | null {
  // A relative include would be resolved beside the including file and would bypass every override.
  if (!absolute.test(included)) {
    return `Cannot include "${included}": write its name as in include('/elements/field').`;
  }
  const name = included.slice(1);
  if (find(name) !== null) return null;
  const [room = ''] = name.split('/');
  if (!isRoom(room))
    return `There is no view "${included}": a view is in ${rooms.slice(0, -1).join(', ')} or ${rooms.at(-1) ?? ''}. Move the file to elements/${name.split('/').at(-1) ?? ''}.ejs and include that.`;
  const meant = didYouMean(
    included,
    known.map((one) => `/${one}`),
  );
  return `There is no view "${included}"${meant === '' ? '.' : meant}`;
}
