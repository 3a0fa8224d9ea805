import { didYouMean } from '../../base/did-you-mean.js';
import { escapeHtml } from '../escape-html.js';

/** Class names by those of the kit without `enrollment-`. */
export type ClassNames = Readonly<Record<string, string>>;

const prefix = 'enrollment-';
const className = /(?<![\w-])enrollment-([a-z][a-z_-]*[a-z])(?![\w-])/g;
/** The code of a template, from one delimiter to the other. */
const code = /(<%[^]*?(?:%>|$))/;

/**
 * Replaces class names in the text of templates: once, when they are read. In the markup they are escaped for an
 * attribute, in the code for a string.
 */
export function classReplacer(classes: ClassNames): (text: string) => string {
  const names = Object.entries(classes);
  if (names.length === 0) return (text) => text;
  const inMarkup = new Map(names.map(([name, given]) => [name, escapeHtml(given)]));
  const inCode = new Map(names.map(([name, given]) => [name, escapeCode(given)]));
  return (text) =>
    text
      .split(code)
      .map((part, index) => {
        const given = index % 2 === 0 ? inMarkup : inCode;
        return part.replace(className, (whole, name: string) => given.get(name) ?? whole);
      })
      .join('');
}

/** The same for the kit's scripts, whose class names are strings of their own. */
export function classReplacerOfScripts(classes: ClassNames): (text: string) => string {
  const names = new Map(Object.entries(classes).map(([name, given]) => [name, escapeCode(given)]));
  return (text) =>
    names.size === 0
      ? text
      : text.replace(/'enrollment-([a-z][a-z_-]*[a-z])'/g, (whole, name: string) => {
          const given = names.get(name);
          return given === undefined ? whole : `'${given}'`;
        });
}

/** For a string in JavaScript, whatever its quotes, without what ends the code of a template. */
function escapeCode(text: string): string {
  return text.replace(/['"`\\$<>%]/g, (mark) => `\\x${mark.charCodeAt(0).toString(16)}`);
}

/** Names that neither a template nor a script of the kit uses; `texts` are those of both. */
export function classIssues(classes: ClassNames, texts: readonly string[]): readonly string[] {
  const given = Object.keys(classes);
  if (given.length === 0) return [];
  const known = [...new Set(texts.flatMap((text) => Array.from(text.matchAll(className), ([, name = '']) => name)))];
  return given
    .filter((name) => !known.includes(name))
    .map((name) =>
      name.startsWith(prefix)
        ? `"classes.${name}": leave out the prefix "${prefix}"`
        : `"classes.${name}": neither a template nor a script of the kit has the class "${prefix}${name}"${didYouMean(name, known)}`,
    );
}
