import assert from 'node:assert/strict';
import { form } from '../html-form.js';
import { RawClient, type Fields, type RawAnswer } from '../raw-client.js';

/** The headers that a browser adds to a form of the same site. */
export type Sent = Readonly<Record<string, string>>;

/** A visitor of the app at `url`, with the headers `sent` on every request. Keeps cookies by path. */
export class Browser {
  readonly client: RawClient;
  /** Every `Set-Cookie` line so far. */
  readonly cookieLines: string[] = [];
  /** Every address that a page or an answer linked to. */
  readonly links: string[] = [];
  readonly #sent: Sent;
  #page = { path: '', text: '' };

  constructor(url: string, sent: Sent = {}) {
    this.client = new RawClient(url);
    this.#sent = sent;
  }

  /** Opens a path and follows redirects to a page. */
  async open(path: string): Promise<RawAnswer> {
    return this.#follow(path, await this.client.get(path, this.#sent));
  }

  /** Fills in the page's form, submits it to its action, and follows redirects. */
  async submit(fields: Fields): Promise<RawAnswer> {
    const { action, hidden } = form(this.#page.text);
    const path = action === '' ? this.#page.path : action;
    return this.#follow(path, await this.client.post(path, { ...hidden, ...fields }, this.#sent));
  }

  async #follow(path: string, answer: RawAnswer): Promise<RawAnswer> {
    let at = { path, answer };
    for (let hops = 0; ; hops += 1) {
      const { headers, text, location, status } = at.answer;
      this.cookieLines.push(...(headers['set-cookie'] ?? []));
      for (const [, link = ''] of text.matchAll(/(?:href|action|src)="([^"#][^"]*)"/g)) this.links.push(link);
      if (status !== 303) break;
      assert.ok(hops < 5, `a loop at ${location}`);
      this.links.push(location);
      at = { path: location, answer: await this.client.get(location, this.#sent) };
    }
    if (at.answer.text.includes('<form')) this.#page = { path: at.path, text: at.answer.text };
    return at.answer;
  }
}

const password = 'velvet tram over the harbour';

/** From an invitation's link to the end; returns the last answer. */
export async function signUp(browser: Browser, link: string, name: string): Promise<RawAnswer> {
  const { pathname, search } = new URL(link);
  const page = await browser.open(pathname + search);
  const { value = '' } = form(page.text).controls.find((control) => control.name === 'invite_code') ?? {};
  await browser.submit({ invite_code: value });
  return browser.submit({ username: name, email: `${name}@example.com`, password, password_repeat: password });
}
