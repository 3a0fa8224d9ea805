import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import type { FieldView } from '../field-view.js';
import type { FormView } from '../form-view.js';
import { classReplacerOfScripts, type ClassNames } from '../views/class-names.js';

/** The scripts of the pages, in the order in which a page loads them. Every page works without them, but for captchas. */
const uses = {
  'show-password': (form: FormView) => form.fields.some(isPassword),
  'password-strength': (form: FormView) =>
    form.fields.some((field) => isPassword(field) && field.autocomplete === 'new-password'),
  'code-input': (form: FormView) => form.fields.some(({ entryLink }) => entryLink),
  captcha: (form: FormView) => form.fields.some(({ type }) => type === 'captcha'),
  passkey: (form: FormView) => form.fields.some(({ type }) => type === 'passkey' || type === 'passkey_autofill'),
  'recovery-codes': (form: FormView) => form.fields.some(({ type }) => type === 'recovery_codes'),
  'fragment-words': ({ words }: FormView) => words !== null,
  'session-end': ({ time }: FormView) => time !== null,
  'submit-once': () => true,
};

/** Those that add blocks of the second stylesheet. */
const decorating: ReadonlySet<string> = new Set(['password-strength', 'session-end']);

function isPassword({ input }: FieldView): boolean {
  return input === 'password';
}

interface Scripts {
  /** The texts by path, without the host. */
  readonly bodies: ReadonlyMap<string, string>;
  /** The paths of the scripts that a page with this form uses. */
  pathsFor(form: FormView | null): readonly string[];
  /** True where one of them adds a rare block to the page. */
  addRareBlock(paths: readonly string[]): boolean;
}

export const noScripts: Scripts = Object.freeze({
  bodies: new Map(),
  pathsFor: () => [],
  addRareBlock: () => false,
});

/** The texts of the kit's scripts. */
export function scriptTexts(): readonly string[] {
  return Object.keys(uses).map(textOf);
}

function textOf(name: string): string {
  return readFileSync(join(packageRoot, `assets/scripts/${name}.js`), 'utf8');
}

/** Each with a hash of its content in its path, so that it can be cached forever. `classes`: those of the app. */
export function readScripts(assetsPath: string, classes: ClassNames = {}): Scripts {
  const replaced = classReplacerOfScripts(classes);
  const read = Object.entries(uses).map(([name, isUsed]) => {
    const body = replaced(textOf(name));
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
    return { name, isUsed, body, path: `${assetsPath.replace(/\/+$/, '')}/${name}.${hash}.js` };
  });
  const adding = read.filter(({ name }) => decorating.has(name)).map(({ path }) => path);
  return Object.freeze({
    bodies: new Map(read.map(({ path, body }) => [path, body])),
    pathsFor: (form: FormView | null) =>
      form === null ? [] : read.filter(({ isUsed }) => isUsed(form)).map(({ path }) => path),
    addRareBlock: (paths: readonly string[]) => adding.some((path) => paths.includes(path)),
  });
}
