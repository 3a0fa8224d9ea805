import type { OutgoingHttpHeaders } from 'node:http';
import { RawClient, type RawAnswer } from '../raw-client.js';

/** An answer of the kit's JSON. */
export interface JsonAnswer extends RawAnswer {
  readonly body: Challenge;
}

export interface Challenge {
  readonly component?: string;
  readonly code?: string;
  readonly to?: string;
  readonly final_redirect?: boolean;
  readonly error_message?: string;
  readonly response_errors?: Readonly<Record<string, readonly { readonly string: string; readonly code: string }[]>>;
  readonly fields?: readonly { readonly field_key: string; readonly type: string; readonly initial_value: string }[];
  readonly flow_info?: { readonly title: string; readonly cancel_url: string };
  readonly page?: {
    readonly title: string;
    readonly notice: string | null;
    readonly messages: readonly string[];
    readonly links: readonly { readonly label: string; readonly href: string }[];
    readonly actions: readonly { readonly name: string; readonly label: string; readonly response: object }[];
  };
  readonly [key: string]: unknown;
}

interface ClientApp {
  readonly url: string;
  readonly mount?: string;
}

/** A client of the kit's JSON: a browser's script with cookies, or one that sends its plan's token itself. */
export class JsonClient {
  readonly browser: RawClient;
  /** Of a client by bearer; `null`: a browser's. */
  token: string | null;
  /** Of the latest challenge. */
  step = '';
  readonly answers: RawAnswer[] = [];
  readonly #app: ClientApp;
  readonly #namesSteps: boolean;

  /** `namesSteps`: its answers repeat the step of the latest challenge. */
  constructor(app: ClientApp, { browser = new RawClient(app.url), byBearer = false, namesSteps = false } = {}) {
    this.#namesSteps = namesSteps;
    this.#app = app;
    this.browser = browser;
    this.token = byBearer ? 'new' : null;
  }

  path(slug: string, query = ''): string {
    return `${this.#app.mount ?? ''}/api/v3/flows/executor/${slug}/?query=${encodeURIComponent(query)}`;
  }

  get csrf(): string {
    return this.browser.cookies.get('authentik_csrf') ?? '';
  }

  get(slug: string, query = '', headers: OutgoingHttpHeaders = {}): Promise<JsonAnswer> {
    return this.send('GET', this.path(slug, query), headers);
  }

  /** Sends an answer with what the client has to prove itself by, and follows the redirect to the next challenge. */
  async post(slug: string, answer: object, query = '', headers: OutgoingHttpHeaders = {}): Promise<JsonAnswer> {
    const named = this.#namesSteps && this.step !== '' ? { 'x-enrollment-step': this.step } : {};
    const sent = await this.send('POST', this.path(slug, query), { ...named, ...headers }, JSON.stringify(answer));
    return sent.status === 302 ? this.send('GET', sent.location) : sent;
  }

  async send(method: string, path: string, headers: OutgoingHttpHeaders = {}, body = ''): Promise<JsonAnswer> {
    const own =
      this.token === null
        ? method === 'POST'
          ? { 'x-authentik-csrf': this.csrf }
          : {}
        : { authorization: `Bearer ${this.token}` };
    const typed = method === 'POST' ? { 'content-type': 'application/json' } : {};
    const answer = await this.browser.send(method, path, { ...own, ...typed, ...headers }, body);
    const { 'x-enrollment-token': token, 'x-enrollment-step': step } = answer.headers;
    if (this.token !== null && typeof token === 'string') this.token = token;
    if (typeof step === 'string') this.step = step;
    if (answer.status !== 302 && answer.status !== 204) this.answers.push(answer);
    return { ...answer, body: answer.text === '' ? {} : (JSON.parse(answer.text) as Challenge) };
  }

  /** The name of the signed-in user, or null. */
  async me(): Promise<string | null> {
    const { text } = await this.browser.get('/me');
    return text === '' ? null : ((JSON.parse(text) as { username?: string } | null)?.username ?? null);
  }
}
