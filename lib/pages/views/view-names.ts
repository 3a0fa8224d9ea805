import { fallbackTags } from '../../base/language-tag.js';

/** The folders that are searched for views. An app's folder may contain other templates beside them. */
export const rooms = ['pages', 'layouts', 'elements', 'slots', 'mail'] as const;
export const flowsRoom = 'flows';
export const ending = '.ejs';

const part = /^[-\w]+$/;

/** The flow, stage and language of a page; they decide which of several views of one name is used. */
export interface ViewPlace {
  readonly flow: string | null;
  readonly stage: string | null;
  /** A language tag. */
  readonly locale: string;
}

/** True for a name that a flow or stage can have, and so a folder. */
export function isPlaceName(name: string): boolean {
  return part.test(name);
}

/** The folders in which a view is searched, the most specific first. */
export function foldersOf({ flow, stage }: Pick<ViewPlace, 'flow' | 'stage'>): readonly string[] {
  if (flow === null || !part.test(flow)) return [''];
  const ofFlow = `${flowsRoom}/${flow}/`;
  return stage === null || !part.test(stage) ? [ofFlow, ''] : [`${ofFlow}${stage}/`, ofFlow, ''];
}

/** The ends of a view's name, the most specific first: `.pt-br`, `.pt` and none for the locale `pt-BR`. */
export function suffixesOf(locale: string): readonly string[] {
  return [...fallbackTags(locale).map((tag) => `.${tag}`), ''];
}

/** The path of a view below its folder, in parts: `flows/invite/account/pages/prompt.de`. */
export interface ViewPath {
  readonly flow: string | null;
  readonly stage: string | null;
  /** e.g. `pages/prompt`. */
  readonly view: string;
  /** In lower case. */
  readonly language: string | null;
}

/** The parts of a name; `null` for a file at a place where no view is searched. */
export function viewPath(name: string): ViewPath | null {
  const parts = name.split('/');
  const inFlow = parts[0] === flowsRoom;
  const at = inFlow ? parts.findIndex((one, index) => index > 1 && index < 4 && isRoom(one)) : 0;
  const room = parts[at];
  if (at === -1 || room === undefined || !isRoom(room) || parts.length < at + 2) return null;
  const [view, language] = splitLanguage(parts.slice(at).join('/'));
  if (!view.split('/').every((one) => part.test(one))) return null;
  return { flow: inFlow ? (parts[1] ?? null) : null, stage: at === 3 ? (parts[2] ?? null) : null, view, language };
}

export function isRoom(name: string): boolean {
  return rooms.some((room) => room === name);
}

/** The name of a file without its ending, with the language in lower case, as it is looked up. */
export function nameOf(path: string): string {
  const [view, language] = splitLanguage(path.slice(0, -ending.length));
  return language === null ? view : `${view}.${language}`;
}

function splitLanguage(path: string): readonly [string, string | null] {
  const [, view, language] = /^(.*?[^./])\.([A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*)$/.exec(path) ?? [];
  if (view === undefined || language === undefined) return [path, null];
  return [view, language.toLowerCase().replaceAll('_', '-')];
}
