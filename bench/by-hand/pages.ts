import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import ejs from 'ejs';
import type { Response } from 'express';
import type { Account } from '../accounts/accounts.js';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'email' | 'password';
  readonly autocomplete: string;
  readonly help?: string;
  readonly value?: string;
  readonly problem?: string;
}

export interface FormPage {
  readonly title: string;
  readonly submit: string;
  readonly csrf: string;
  readonly fields: readonly Field[];
}

export const viewsFolder = join(packageRoot, 'bench/by-hand/views');

/** The text of a view with its partials inserted: includes cost nothing when a page is rendered. */
function inlined(name: string): string {
  return readFileSync(join(viewsFolder, `${name}.ejs`), 'utf8').replace(
    /<%- include\('([a-z]+)'\) %>\n?/g,
    (_, partial: string) => inlined(partial),
  );
}

function compile(name: string): (locals: object) => string {
  return ejs.compile(inlined(name), { strict: true, compileDebug: false });
}

const views = { code: compile('code'), account: compile('account'), refused: compile('refused') };
const welcome = compile('welcome');

/** The locals of the form views. */
export function formLocals(page: FormPage): object {
  const fields = page.fields.map((field) => ({
    value: '',
    ...field,
    describedBy: [field.help && `help-${field.name}`, field.problem && `error-${field.name}`].filter(Boolean).join(' '),
  }));
  const problems = page.fields.flatMap(({ name, problem }) => (problem ? [{ field: name, text: problem }] : []));
  return { ...page, fields, problems };
}

export function formPage(view: 'code' | 'account', page: FormPage): string {
  return views[view](formLocals(page));
}

export function refusedPage(text: string): string {
  return views.refused({ title: 'That did not work', text });
}

/** Rendered by the app itself after a signup; the kit's app uses the same page. */
export function welcomePage(account: Account | null): string {
  return welcome({ title: account ? 'Welcome' : 'Hello', account });
}

export const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

export function sendPage(res: Response, status: number, html: string): void {
  res.writeHead(status, { ...pageHeaders, 'Content-Length': Buffer.byteLength(html) });
  res.end(html);
}

export function seeOther(res: Response, location: string): void {
  res.writeHead(303, { Location: location, 'Cache-Control': 'no-store', 'Content-Length': 0 });
  res.end();
}
