import { didYouMean, misspelled } from '../../base/did-you-mean.js';
import { scriptlets, lineAt } from '../views/scriptlets.js';
import type { ViewFile } from '../views/view-files.js';

// What the app, a stage or the template itself decides: any name may be meant.
const open = new Set(['locals.app', 'locals.page.challenge']);

/** What `locals.app` is in an app without the option `locals`. */
export const noAppLocals: Readonly<Record<string, unknown>> = Object.freeze({});

/** What is wrong with a sentence that a template shows with these values; `null`: nothing. */
export type SentenceProblem = (id: string, values?: unknown) => string | null;

/**
 * The locals of a view that report each read of a name that does not exist: JavaScript answers it with nothing, and the
 * page lacks a text in silence.
 */
export function watchedLocals(
  locals: object,
  view: ViewFile,
  report: (text: string) => void,
  sentenceProblem: SentenceProblem = () => null,
): object {
  const watched = new WeakMap<object, object>();

  function watch(value: object, path: string): object {
    const known = watched.get(value);
    if (known !== undefined) return known;
    // A copy, because a proxy must answer a frozen record with its own values.
    const copy: object = Array.isArray(value) ? [...(value as readonly unknown[])] : { ...value };
    const proxy = new Proxy(copy, {
      get(target, name) {
        const found: unknown = Reflect.get(target, name);
        if (typeof name === 'symbol') return found;
        if (found === undefined && !(name in target)) tell(target, path, name);
        const inner = pathOf(path, name);
        if (inner === 'text' && typeof found === 'function')
          return spoken((given) => Reflect.apply(found, undefined, given));
        if (inner === 'locals.app' && isPlain(found) && found !== noAppLocals) return watchApp(found);
        return isPlain(found) && (!open.has(inner) || found === noAppLocals) ? watch(found, inner) : found;
      },
    });
    watched.set(value, proxy);
    return proxy;
  }

  /** The app may leave a name out, so that only what looks like a misspelled one is reported. */
  function watchApp(app: object): object {
    return new Proxy(app, {
      get(target, name) {
        const found: unknown = Reflect.get(target, name);
        if (found !== undefined || typeof name === 'symbol' || name in target) return found;
        const meant = misspelled(name, Object.keys(target));
        if (meant !== null)
          report(`${view.file}${whereRead(view.text, name)}: locals.app has no "${name}"; did you mean "${meant}"?`);
        return found;
      },
    });
  }

  /** `locals.text`, which reports ids that no sentence has. */
  function spoken(text: (given: readonly unknown[]) => unknown): (...given: readonly unknown[]) => unknown {
    return (...given) => {
      const [id, values] = given;
      const problem = typeof id === 'string' ? sentenceProblem(id, values) : null;
      if (problem !== null) report(`${view.file}${whereRead(view.text, String(id))}: ${problem}`);
      return text(given);
    };
  }

  function tell(target: object, path: string, name: string): void {
    if (path === 'locals.app') {
      report(`${view.file}${whereRead(view.text, name)}: locals.app has no "${name}": there is no option "locals"`);
      return;
    }
    const meant = didYouMean(name, Object.keys(target));
    // A template may ask for locals that only some includes pass on.
    if (name in Object.prototype || name === 'toJSON' || (path === 'locals' && meant === '')) return;
    report(`${view.file}${whereRead(view.text, name)}: ${path} has no "${name}"${meant}`);
  }

  return watch(locals, 'locals');
}

/** Records and lists of the page; not what a function, a date or a class of the app is. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

function pathOf(path: string, name: string): string {
  if (path === 'locals' && name !== 'page' && name !== 'form' && name !== 'app' && name !== 'brand') return name;
  return /^\d+$/.test(name) ? `${path}[${name}]` : `${path}.${name}`;
}

/** Where the view reads the name first. */
function whereRead(text: string, name: string): string {
  const read = new RegExp(`(?<![\\w$-])${name.replace(/[^\w]/g, '\\$&')}(?![\\w$-])`);
  for (const { kind, code, line } of scriptlets(text)) {
    const at = kind === '#' ? -1 : code.search(read);
    if (at !== -1) return `:${String(line + lineAt(code, at) - 1)}`;
  }
  return '';
}
