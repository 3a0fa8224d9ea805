import { didYouMean } from '../../base/did-you-mean.js';

/** Class names by those of the kit without `enrollment-`. */
export type ClassNames = Readonly<Record<string, string>>;

const prefix = 'enrollment-';
const className = /(?<![\w-])enrollment-([a-z][a-z_-]*[a-z])(?![\w-])/g;

/** Replaces class names in the text of templates: once, when they are read. */
export function classReplacer(classes: ClassNames): (text: string) => string {
  const names = new Map(Object.entries(classes));
  if (names.size === 0) return (text) => text;
  return (text) =>
    text.replace(
      /(?<![\w-])enrollment-([a-z][a-z_-]*[a-z])(?![\w-])/g,
      (whole, name: string) => names.get(name) ?? whole,
    );
}

/** Names that no template of the kit uses; `texts` are those of its templates. */
export function classIssues(classes: ClassNames, texts: readonly string[]): readonly string[] {
  const given = Object.keys(classes);
  if (given.length === 0) return [];
  const known = [...new Set(texts.flatMap((text) => Array.from(text.matchAll(className), ([, name = '']) => name)))];
  return given
    .filter((name) => !known.includes(name))
    .map((name) =>
      name.startsWith(prefix)
        ? `"classes.${name}": leave out the prefix "${prefix}"`
        : `"classes.${name}": no template of the kit has the class "${prefix}${name}"${didYouMean(name, known)}`,
    );
}
