import { Configuration, FlowsApi } from '@goauthentik/api';
import type { RawAnswer } from '../raw-client.js';
import { RawClient } from '../raw-client.js';

/** What a client has to know of the app. */
interface ClientApp {
  readonly url: string;
  readonly mount?: string;
}

/** authentik's own client with a cookie jar: Node's `fetch` has none. It repeats the CSRF cookie, as browsers' scripts do. */
export class AuthentikClient {
  readonly browser: RawClient;
  readonly flows: FlowsApi;
  /** Of the latest challenge. */
  step = '';
  /** Every answer of the kit, in order. */
  readonly answers: RawAnswer[] = [];
  readonly #app: ClientApp;

  constructor(app: ClientApp, browser = new RawClient(app.url)) {
    this.#app = app;
    this.browser = browser;
    const basePath = `${app.url}${app.mount ?? ''}/api/v3`;
    this.flows = new FlowsApi(
      new Configuration({
        basePath,
        middleware: [
          {
            pre: ({ url, init }) => {
              const headers = new Headers(init.headers);
              if (this.step !== '') headers.set('X-Enrollment-Step', this.step);
              return Promise.resolve({ url, init: { ...init, headers } });
            },
            post: ({ response }) => {
              this.step = response.headers.get('X-Enrollment-Step') ?? this.step;
              return Promise.resolve();
            },
          },
        ],
        fetchApi: (...asked: ConstructorParameters<typeof Request>) => this.#fetch(new Request(...asked)),
      }),
    );
  }

  /** The path of a flow's JSON. */
  path(slug: string, query = ''): string {
    return `${this.#app.mount ?? ''}/api/v3/flows/executor/${slug}/?query=${encodeURIComponent(query)}`;
  }

  async #fetch(request: Request): Promise<Response> {
    const csrf = this.browser.cookies.get('authentik_csrf');
    const headers = {
      ...Object.fromEntries(request.headers),
      ...(csrf === undefined ? {} : { 'x-authentik-csrf': csrf }),
    };
    let { method, url } = request;
    let body = method === 'GET' ? '' : await request.text();
    for (let hops = 0; hops < 10; hops += 1) {
      const answer = await this.browser.send(method, url, headers, body);
      if (answer.status !== 302) {
        this.answers.push(answer);
        const { 'x-enrollment-step': step } = answer.headers;
        return new Response(answer.text, {
          status: answer.status,
          headers: {
            'content-type': 'application/json',
            ...(typeof step === 'string' ? { 'x-enrollment-step': step } : {}),
          },
        });
      }
      [method, url, body] = ['GET', answer.location, ''];
    }
    throw new Error('the flow leads in circles');
  }
}
