import { Script } from 'node:vm';
import ejs from 'ejs';
import { scriptlets, unpairedBracket, withoutComments, withoutStrings } from './scriptlets.js';
import { viewError, type ViewFault } from './view-fault.js';
import { escapeHtml } from '../escape-html.js';

/** Renders one file. */
export type Template = (locals: object) => string;

// EJS passes each template an `include` that reads the disk at every call and knows neither flows nor stages. The kit's
// own replaces it in the template's first statement, on its first line, so that line numbers stay right.
const ownInclude = '<% include = locals.include; %>';
// With `debug`, EJS adds the line to what is thrown, and fails itself where that is no error.
const ownThrow =
  '<% { const add = rethrow; rethrow = (thrown, ...place) => add(thrown instanceof Error && Object.isExtensible(thrown) ? thrown : new Error(String(thrown)), ...place); } %>';

function withOwn(text: string, debug: boolean): string {
  return ownInclude + (debug ? ownThrow : '') + text;
}

function optionsOf(file: string, debug: boolean) {
  return {
    filename: file,
    strict: true,
    localsName: 'locals',
    compileDebug: debug,
    escape: escapeHtml,
    // Avoids copying the locals at every include. The copy protects lookups through `with`, which `strict` does not
    // use.
    unsafePrototypeLocals: true,
  };
}

/**
 * Compiles one file; returns what is wrong with a template that does not parse. `debug` adds the line to the errors of
 * a template and costs time on every page.
 */
export function tryCompile(text: string, file: string, debug: boolean): Template | ViewFault {
  // What a file in another encoding has in the place of its text.
  if (/[\0\uFFFD]/.test(text)) return { file, line: null, reason: 'the file is not saved as UTF-8', text };
  try {
    return ejs.compile(withOwn(text, debug), optionsOf(file, debug));
  } catch (cause) {
    return syntaxFault(text, file, cause);
  }
}

/** @throws ERR_ENROLLMENT_VIEWS with file, line and excerpt, for a template that does not parse */
export function compileTemplate(text: string, file: string, debug: boolean): Template {
  const compiled = tryCompile(text, file, debug);
  if (typeof compiled !== 'function') throw viewError(compiled);
  return compiled;
}

function syntaxFault(text: string, file: string, cause: unknown): ViewFault {
  const fault = (line: number | null, reason: string): ViewFault => ({ file, line, reason, text });
  const unclosed = scriptlets(text).find(({ closed }) => !closed);
  if (unclosed !== undefined) return fault(unclosed.line, 'this "<%" has no "%>"');
  const waiting = scriptlets(text).find(({ kind, code }) => kind !== '#' && awaits(code));
  if (waiting !== undefined)
    return fault(
      waiting.line,
      'a template does not wait: await the data before, in a middleware, and pass it by the option locals',
    );
  const unpaired = unpairedBracket(text);
  if (unpaired !== null) return fault(unpaired.line, reasons[unpaired.bracket] ?? unpaired.bracket);
  const reason = cause instanceof Error ? (cause.message.split(/ in .* while compiling ejs/)[0] ?? '') : String(cause);
  return fault(syntaxLine(text, file), reason);
}

const reasons: Readonly<Record<string, string>> = {
  '{': 'the block that begins here has no end: a "}" is missing',
  '}': 'this "}" closes no block',
  '(': 'a "(" here is never closed: a ")" is missing',
  ')': 'this ")" closes no "("',
  '[': 'a "[" here is never closed: a "]" is missing',
  ']': 'this "]" closes no "["',
};

/** EJS does not say where a template does not parse: the code that it generates is parsed again, with line numbers. */
function syntaxLine(text: string, file: string): number | null {
  const template = new ejs.Template(ownInclude + text, optionsOf(file, true));
  try {
    template.compile();
    return null;
  } catch {
    const head = '(function (locals, escapeFn, include, rethrow) { "use strict"; let __line = 1;\n';
    const source = `${head}${template.source}\n})`;
    try {
      new Script(source, { filename: 'view' });
      return null;
    } catch (error) {
      const [, line] = /^view:(\d+)\n/.exec(error instanceof Error ? (error.stack ?? '') : '') ?? [];
      if (line === undefined) return null;
      const before = source.split('\n').slice(0, Number(line)).join('\n');
      return Number([...before.matchAll(/__line = (\d+)/g)].at(-1)?.[1] ?? 1);
    }
  }
}

function awaits(code: string): boolean {
  return /(?<![\w$.])await\b/.test(withoutStrings(withoutComments(code)));
}

/** The local that a bare name stands for, e.g. `locals.page.title`, as a question; empty if there is none. */
export function meantLocal(reason: string, { text, line }: Pick<ViewFault, 'text' | 'line'>, locals: object): string {
  const [, name] = /^([\w$]+) is not defined$/.exec(reason) ?? [];
  if (name === undefined || !(name in locals)) return '';
  const near = line === null ? text : (text.split('\n')[line - 1] ?? '');
  const [whole = name] = new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?:\\.[\\w$]+)*`).exec(near) ?? [];
  return `; did you mean locals.${whole}?`;
}

/** Separates what EJS added to the message of an error that was thrown on a line of a template. */
export function thrownAt(error: unknown): { readonly line: number | null; readonly reason: string } {
  const message = error instanceof Error ? error.message : String(error);
  const [head, line] = /^[^\n]*:(\d+)\n(?: {4}| >> )\d+\|[^]*?\n\n/.exec(message) ?? [];
  return {
    line: line === undefined ? null : Number(line),
    reason: head === undefined ? message : message.slice(head.length),
  };
}
