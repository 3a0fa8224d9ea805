import { Cookies } from './cookies.js';
import { errorsOf, formsOf, textOf } from './html.js';

/** One browser without JavaScript, for tests of an app that is listening. */
export interface Visitor {
  /** The current URL. */
  readonly url: string;
  /** The HTTP status of the latest page; a redirect to another origin is not followed and keeps its 3xx. */
  readonly status: number;
  readonly html: string;
  /** The visible text of the page. */
  readonly text: string;
  /** The page's message for each refused field, by the field's name. */
  readonly errors: Readonly<Record<string, string>>;
  /** The names of the fields of the page's forms. */
  readonly fields: readonly string[];
  /** Opens a path, or a URL of the app, and follows redirects. */
  open(path: string): Promise<Visitor>;
  /**
   * Sends the first form that has all of `fields`, with its hidden fields and prefilled values, and follows redirects.
   * @throws Error when the page has no such form
   */
  submit(fields?: Readonly<Record<string, string>>): Promise<Visitor>;
}

const longestRedirect = 10;

/**
 * A visitor of the server at `url`, e.g. `http://127.0.0.1:3000`. Each has separate cookies. The app's `baseUrl` should
 * be of this origin too: in development a page under another origin redirects to `baseUrl`.
 */
export function visit(url: string): Visitor {
  return new FetchingVisitor(new URL(url));
}

class FetchingVisitor implements Visitor {
  readonly #cookies = new Cookies();
  #url: URL;
  status = 0;
  html = '';

  constructor(url: URL) {
    this.#url = url;
  }

  get url(): string {
    return this.#url.href;
  }

  get text(): string {
    return textOf(this.html);
  }

  get errors(): Readonly<Record<string, string>> {
    return errorsOf(this.html);
  }

  get fields(): readonly string[] {
    return formsOf(this.html).flatMap(({ values }) => Object.keys(values));
  }

  open(path: string): Promise<Visitor> {
    return this.#request(new URL(path, this.#url), null);
  }

  async submit(fields: Readonly<Record<string, string>> = {}): Promise<Visitor> {
    const form = formsOf(this.html).find(({ values }) => Object.keys(fields).every((name) => name in values));
    if (form === undefined)
      throw new Error(`no form with ${Object.keys(fields).join(', ')} at ${this.url}: ${this.text}`);
    return this.#request(new URL(form.action, this.#url), { ...form.values, ...fields });
  }

  async #request(target: URL, posted: Readonly<Record<string, string>> | null): Promise<Visitor> {
    let [at, body] = [target, posted === null ? null : new URLSearchParams(posted)];
    for (let hops = 0; hops <= longestRedirect; hops += 1) {
      const cookie = this.#cookies.header(at.pathname);
      const response = await fetch(at, {
        method: body === null ? 'GET' : 'POST',
        body,
        redirect: 'manual',
        headers: {
          ...(cookie === '' ? {} : { cookie }),
          ...(body === null ? {} : { origin: at.origin, 'sec-fetch-site': 'same-origin' }),
        },
      });
      this.#cookies.store(response.headers.getSetCookie(), at.pathname);
      const { origin } = at;
      const location = response.headers.get('location');
      [this.#url, this.status, this.html] = [at, response.status, await response.text()];
      if (location === null) return this;
      [at, body] = [new URL(location, at), null];
      this.#url = at;
      if (at.origin !== origin) return this;
    }
    throw new Error(`more than ${longestRedirect} redirects, the last to ${at.href}`);
  }
}
