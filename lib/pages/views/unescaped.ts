import { lineAt, scriptlets, withoutComments, withoutStrings } from './scriptlets.js';
import type { ViewFile } from './view-files.js';
import { viewPath } from './view-names.js';

// What the kit passes on as HTML, and what layouts of other engines call the page.
const html = /(?:^|\.)(?:valueHtml|helpHtml|body|html)$/;
const bare = /[\s"'][\w:-]+=<%=/g;

/** Places of the app's views where a value becomes markup, with file and line. Mails in plain text have none. */
export function unescapedValues(files: readonly ViewFile[]): readonly string[] {
  return files
    .filter(({ isKits, name }) => !isKits && viewPath(name)?.view.startsWith('mail/text/') !== true)
    .flatMap(({ file, text }) => [
      ...scriptlets(text)
        .filter(({ kind, code }) => kind === '-' && !isHtml(code))
        .map(
          ({ line }) =>
            `${file}:${String(line)}: prints a value as HTML, so that what people type becomes markup: write <%= … %>`,
        ),
      ...Array.from(
        text.matchAll(bare),
        ({ index }) =>
          `${file}:${String(lineAt(text, index + 1))}: prints a value into an attribute without quotes, which a blank in it ends: write ="<%= … %>"`,
      ),
    ]);
}

/** True where every value that the code may give is an include, a text of the template, or HTML. */
function isHtml(code: string): boolean {
  const plain = withoutIncludes(withoutStrings(withoutComments(code)).replace(/;\s*$/, ''));
  if (/=>\s*'§'\s*\)\s*\.join\(''\)\s*$/.test(plain)) return true;
  return plain
    .split(/\+|\?\?|\|\|/)
    .flatMap((part) => part.split('?').at(-1)?.split(':') ?? [])
    .map((part) => (part.split('&&').at(-1) ?? '').replace(/[()\s]/g, ''))
    .every((part) => /^(?:(['"`])§?\1|null|undefined)$/.test(part) || html.test(part));
}

/** An include becomes a text, with all that is between its parentheses. */
function withoutIncludes(code: string): string {
  const found = /(?:\blocals\.)?\binclude\s*\(/.exec(code);
  if (found === null) return code;
  let depth = 0;
  for (let at = found.index + found[0].length - 1; at < code.length; at += 1) {
    if (code[at] === '(') depth += 1;
    if (code[at] === ')') depth -= 1;
    if (depth === 0) return withoutIncludes(`${code.slice(0, found.index)}'§'${code.slice(at + 1)}`);
  }
  return code;
}
