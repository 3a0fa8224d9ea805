import { filledIn, formToFill, type FormField, type HtmlForm } from './html-form.js';
import type { Answer, HttpConnection } from './http-connection.js';
import { flowPath } from './flow-path.js';
import type { Visitor } from './visitor.js';

export const goodCode = 'BENCH-2026';
const password = 'a long enough passphrase';

let wrongCodes = 0;

function expectStatus(answer: Answer, status: number, doing: string): void {
  if (answer.status === status) return;
  const text = answer.body
    .toString()
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  throw new Error(`${doing}: expected ${status}, got ${answer.status}: ${text.slice(0, 300)}`);
}

function expectForm(answer: Answer, doing: string, isRight: (field: FormField) => boolean): HtmlForm {
  expectStatus(answer, 200, doing);
  const form = formToFill(answer.body.toString());
  if (form === null || !form.fields.some(isRight)) throw new Error(`${doing}: the page does not ask for it`);
  return form;
}

/** The redirect target of a response: 303 only, and a path on the same host. */
function nextPath(answer: Answer, doing: string): string {
  expectStatus(answer, 303, doing);
  const location = /\r\nlocation: *([^\r]*)/i.exec(answer.head)?.[1] ?? '';
  const { pathname, search } = new URL(location, 'http://127.0.0.1');
  return pathname + search;
}

const isCode = ({ name }: FormField): boolean => /code|invit/i.test(name);
const isPassword = ({ type }: FormField): boolean => type === 'password';

function accountAnswer(visitor: Visitor, { type, name }: FormField): string {
  if (type === 'password') return password;
  if (type === 'email' || /mail/i.test(name)) return `${visitor.name}@example.com`;
  return visitor.name;
}

function post(visitor: Visitor, connection: HttpConnection, form: HtmlForm, answer: (field: FormField) => string) {
  return visitor.post(connection, form.action || flowPath, filledIn(form, answer));
}

/** A page whose content is not parsed: for counting how often it can be served. */
export async function seePage(visitor: Visitor, connection: HttpConnection, path: string): Promise<Answer> {
  const answer = await visitor.get(connection, path);
  expectStatus(answer, 200, `page ${path}`);
  return answer;
}

export async function openCodePage(visitor: Visitor, connection: HttpConnection): Promise<HtmlForm> {
  return expectForm(await visitor.get(connection, flowPath), 'code page', isCode);
}

export async function giveWrongCode(visitor: Visitor, connection: HttpConnection, form: HtmlForm): Promise<void> {
  wrongCodes += 1;
  // Short, so that it is a custom code like the valid one: the check character alone identifies a mistyped generated
  // code.
  const code = `NOPE-${wrongCodes.toString(36)}`;
  const answer = await post(visitor, connection, form, () => code);
  expectStatus(answer, 422, 'wrong code');
}

export async function giveGoodCode(visitor: Visitor, connection: HttpConnection, form: HtmlForm): Promise<string> {
  return nextPath(await post(visitor, connection, form, () => goodCode), 'good code');
}

export async function openAccountPage(visitor: Visitor, connection: HttpConnection, path: string): Promise<HtmlForm> {
  return expectForm(await visitor.get(connection, path), 'account page', isPassword);
}

export async function giveAccount(visitor: Visitor, connection: HttpConnection, form: HtmlForm): Promise<string> {
  return nextPath(await post(visitor, connection, form, (field) => accountAnswer(visitor, field)), 'account');
}

export async function openWelcomePage(visitor: Visitor, connection: HttpConnection, path: string): Promise<void> {
  const answer = await seePage(visitor, connection, path);
  if (!answer.body.includes(visitor.name)) throw new Error(`${path} does not greet ${visitor.name}: not signed in`);
}

export async function reachAccountPage(visitor: Visitor, connection: HttpConnection): Promise<HtmlForm> {
  const path = await giveGoodCode(visitor, connection, await openCodePage(visitor, connection));
  return openAccountPage(visitor, connection, path);
}

/** Five requests: code page, code, account page, account, welcome page. */
export async function signUp(visitor: Visitor, connection: HttpConnection): Promise<void> {
  const form = await reachAccountPage(visitor, connection);
  await openWelcomePage(visitor, connection, await giveAccount(visitor, connection, form));
}
