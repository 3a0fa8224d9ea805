import assert from 'node:assert/strict';
import type { OutgoingHttpHeaders } from 'node:http';
import { accountOf } from '../account.js';
import { form, forms, type HtmlForm } from '../html-form.js';
import { RawClient, type Fields, type RawAnswer } from '../raw-client.js';
import { assertKitHeaders, assertNothingInside } from './answer-checks.js';

/** What a visitor has to know of the app. */
export interface VisitedApp {
  /** The listening address, without the mount. */
  readonly url: string;
  /** Where the kit's router is mounted; default: the root. */
  readonly mount?: string;
  /** The path of the first flow's page; default: that of the flow `invite`. */
  readonly page?: string;
  /** Receives the codes and passwords that the visitor types. */
  readonly canaries?: Set<string>;
}

interface VisitorOptions {
  /** Sent with every request. */
  readonly headers?: OutgoingHttpHeaders;
  /** Called with every answer. */
  readonly onAnswer?: (answer: RawAnswer) => void;
}

/** A visitor with a browser: goes through the app's pages and checks every answer of the kit. */
export class Visitor {
  readonly client: RawClient;
  readonly #app: Required<Pick<VisitedApp, 'url' | 'mount' | 'page'>> & VisitedApp;
  readonly #options: VisitorOptions;
  /** The latest page with forms. */
  #page: RawAnswer | undefined;

  constructor(app: VisitedApp, options: VisitorOptions = {}) {
    const { mount = '' } = app;
    this.#app = { page: `${mount}/if/flow/invite/`, ...app, mount };
    this.#options = options;
    this.client = new RawClient(app.url);
  }

  get page(): RawAnswer {
    assert.ok(this.#page, 'no page was opened yet');
    return this.#page;
  }

  get form(): HtmlForm {
    // Beside it a page may offer other ways to prove a second factor.
    const [main, ...others] = forms(this.page.text).filter(({ hidden }) => hidden['selected_challenge'] === undefined);
    return main === undefined || others.length > 0 ? form(this.page.text) : main;
  }

  get signature(): string {
    return this.form.hidden['enrollment_step'] ?? '';
  }

  /** Step and revision that the page's form is signed for. */
  get step(): string {
    const [revision, step] = this.signature.split('.');
    return `${step ?? ''} ${revision ?? ''}`;
  }

  async get(path: string, headers: OutgoingHttpHeaders = {}): Promise<RawAnswer> {
    return this.#noted(await this.client.get(path, this.#with(headers)), path);
  }

  async send(method: string, path: string, headers: OutgoingHttpHeaders = {}, body = ''): Promise<RawAnswer> {
    return this.#noted(await this.client.send(method, path, this.#with(headers), body), path);
  }

  async post(path: string, fields: Fields | string, headers: OutgoingHttpHeaders = {}): Promise<RawAnswer> {
    return this.#noted(await this.client.post(path, fields, this.#with(headers)), path);
  }

  /** Opens the flow's page and follows redirects to the final page. */
  async open(path = this.#app.page): Promise<RawAnswer> {
    return this.follow(await this.get(path));
  }

  async follow(answer: RawAnswer): Promise<RawAnswer> {
    let at = answer;
    for (let hops = 0; at.status === 303 && this.#isKits(at.location); hops += 1) {
      assert.ok(hops < 5, `a loop at ${at.location}`);
      at = await this.get(at.location);
    }
    return at;
  }

  /** Sends the page's form, without following redirects. */
  async submit(fields: Fields, headers: OutgoingHttpHeaders = {}): Promise<RawAnswer> {
    const { action, hidden } = this.form;
    for (const [name, value] of Object.entries(fields)) {
      if (/code|password/.test(name) && typeof value === 'string' && value.length > 7) this.#app.canaries?.add(value);
    }
    return this.post(action, { ...hidden, ...fields }, headers);
  }

  /** From the start to the account page. */
  enterCode(code: string): Promise<void> {
    return this.enterCodeAt('account', code);
  }

  /** From the start to the page after the code page. */
  async enterCodeAt(step: string, code: string): Promise<void> {
    await this.open();
    await this.follow(await this.submit({ invite_code: code }));
    assert.equal(this.step.split(' ')[0], step, this.page.text);
  }

  /** From the start to the end. */
  async signUp(code: string, name: string): Promise<RawAnswer> {
    await this.enterCode(code);
    const answer = await this.submit(accountOf(name));
    assert.equal(answer.status, 303, answer.text);
    return answer;
  }

  /** The name of the signed-in user, or null. */
  async me(): Promise<string | null> {
    const { text } = await this.client.get('/me');
    return text === '' ? null : ((JSON.parse(text) as { username?: string } | null)?.username ?? null);
  }

  #with(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
    return { ...this.#options.headers, ...headers };
  }

  #noted(answer: RawAnswer, path: string): RawAnswer {
    this.#options.onAnswer?.(answer);
    if (!this.#isKits(path)) return answer;
    assertKitHeaders(answer);
    assertNothingInside(answer);
    if (answer.text.includes('<form')) this.#page = answer;
    return answer;
  }

  #isKits(path: string): boolean {
    return new URL(path, this.#app.url).pathname.startsWith(`${this.#app.mount}/if/flow/`);
  }
}
