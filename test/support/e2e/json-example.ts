import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { startServer, type ChildServer } from '../child-server.js';
import { waitUntil } from '../wait-until.js';

/** The runnable app `examples/json-client` with its provider, in its own process. */
export interface JsonExample {
  readonly url: string;
  /** The code that it printed: valid for ten accounts. */
  readonly code: string;
  readonly stop: ChildServer['stop'];
  /** The code of the next mail to an address. */
  mailedCode(to: string): Promise<string>;
}

const program = fileURLToPath(new URL('../../../examples/json-client/server.js', import.meta.url));

export async function startJsonExample(): Promise<JsonExample> {
  const server = await startServer(program, {
    env: { NODE_ENV: 'test', PORT: '0', PROVIDER_PORT: '0' },
    ready: /^Code +(\S+)/,
  });
  let read = 0;
  return {
    url: /^Open +(\S+)\/$/m.exec(server.stdout())?.[1] ?? '',
    code: server.url,
    stop: server.stop,
    mailedCode: (to) =>
      waitUntil(
        () => {
          const lines = server.stderr().slice(read).split('\n').slice(0, -1);
          const code = lines
            .filter((line) => line.includes(`"to":"${to}"`))
            .map(codeIn)
            .find((one) => one !== '');
          if (code !== undefined) read = server.stderr().length;
          return code;
        },
        () => `no mail with a code to ${to} in ${server.stderr().slice(read)}`,
      ),
  };
}

/** The code of a mail in a line of the log. */
function codeIn(line: string): string {
  const { msg } = JSON.parse(line) as { readonly msg: string };
  return /^ {4}([0-9A-Z]+(?:-[0-9A-Z]+)*)$/m.exec(msg)?.[1] ?? '';
}

/** A person in front of the example's page. */
export class JsonPerson {
  readonly page: Page;
  readonly #example: JsonExample;
  /** What the browser refused or reported. */
  readonly faults: string[] = [];

  private constructor(example: JsonExample, page: Page) {
    this.#example = example;
    this.page = page;
    page.setDefaultTimeout(8_000);
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (line) => {
      const isOwn = line.location().url.startsWith(example.url);
      if (isOwn && (line.type() === 'error' || line.type() === 'warning')) this.faults.push(line.text());
    });
  }

  static async open(example: JsonExample, browser: Browser): Promise<JsonPerson> {
    const context = await browser.newContext({ viewport: { width: 800, height: 900 } });
    return new JsonPerson(example, await context.newPage());
  }

  /** Another tab of the same browser. */
  async tab(): Promise<JsonPerson> {
    return new JsonPerson(this.#example, await this.page.context().newPage());
  }

  async goto(slug: string, query = ''): Promise<void> {
    await this.page.goto(`${this.#example.url}/flow/${slug}${query}`);
    await this.page.locator('[data-component]').waitFor();
  }

  /** The component that is shown. */
  async component(): Promise<string> {
    return (await this.page.locator('[data-component]').getAttribute('data-component')) ?? '';
  }

  async title(): Promise<string> {
    return this.page.locator('h1').innerText();
  }

  async fill(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, value] of Object.entries(fields)) await this.page.locator(`[name="${name}"]`).fill(value);
  }

  /** Fills in the form, presses its button or another one, and waits for what comes next: its component, or ''. */
  async submit(fields: Readonly<Record<string, string>> = {}, button?: string): Promise<string> {
    await this.fill(fields);
    const name = button === undefined ? undefined : this.page.getByRole('button', { name: button, exact: true });
    await this.#next(() => (name ?? this.page.locator('form button[type=submit]')).click());
    return (await this.page.locator('[data-component]').count()) === 0 ? '' : this.component();
  }

  async follow(link: string): Promise<void> {
    await this.#next(() => this.page.getByRole('link', { name: link, exact: true }).click());
  }

  /** The signed-in user, or null. */
  async who(): Promise<string | null> {
    const answer = await this.page.context().request.get(`${this.#example.url}/me`);
    return ((await answer.json()) as { readonly username: string | null }).username;
  }

  async leaves(): Promise<void> {
    await this.page.context().close();
  }

  async #next(act: () => Promise<void>): Promise<void> {
    await this.page
      .locator('main > *')
      .first()
      .evaluate((shown) => {
        shown.setAttribute('data-seen', '');
      });
    await act();
    await this.page.locator('main:not(:has([data-seen])) h1, #problem > *').first().waitFor();
  }
}
