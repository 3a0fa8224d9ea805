import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startServer, type ChildServer } from '../child-server.js';

/** The runnable app `examples/sso-gate` with its provider, as a process of its own. */
export interface SsoExample {
  /** The club's start page. */
  readonly home: string;
  /** Where its provider is. */
  readonly acme: string;
  /** What it printed: good for ten accounts. */
  readonly code: string;
  readonly stdout: ChildServer['stdout'];
  readonly ended: ChildServer['ended'];
  /** SIGTERM. */
  readonly stop: ChildServer['stop'];
}

/** Who can be chosen at Acme; '' says no. */
export type Choice = 'ann' | 'bob' | 'carl' | 'dora' | 'eve' | 'fay' | 'gus' | 'hal' | '';

/** Of the accounts that are there from the start. */
export const oldPassword = 'velvet tram over the harbour';

const program = fileURLToPath(new URL('../../../examples/sso-gate/server.js', import.meta.url));

export async function startSsoExample(options: { readonly redis?: string } = {}): Promise<SsoExample> {
  const server = await startServer(program, {
    env: { NODE_ENV: 'test', PORT: '0', PROVIDER_PORT: '0', REDIS_URL: options.redis, ENROLLMENT_SECRET: undefined },
    ready: /^Acme +(\S+)/,
  });
  const printed = (line: RegExp): string => line.exec(server.stdout())?.[1] ?? '';
  return {
    home: printed(/^Open +(\S+)/m),
    acme: server.url,
    code: printed(/^Code +(\S+)/m),
    stdout: server.stdout,
    ended: server.ended,
    stop: server.stop,
  };
}

/** By the link on the start page to the provider's page, which asks who one is. */
export async function goToAcme(page: Page, { home, acme }: SsoExample): Promise<void> {
  await page.goto(home);
  await page.getByRole('link', { name: /(Sign in with|Connect) Acme/ }).click();
  await page.waitForURL(({ href }) => href.startsWith(`${acme}interaction/`));
}

/** On the provider's page: says who one is, and is sent back to the club. The status is that of the page shown there. */
export async function choose(page: Page, { home }: SsoExample, person: Choice): Promise<number> {
  await page.bringToFront();
  const shown = page.waitForResponse(
    (response) =>
      response.url().startsWith(home) &&
      response.request().isNavigationRequest() &&
      (response.status() < 300 || response.status() >= 400),
  );
  await page.locator(`button[name=person][value="${person}"]`).click();
  const status = (await shown).status();
  await page.waitForLoadState();
  return status;
}

export async function comeAs(page: Page, example: SsoExample, person: Choice): Promise<number> {
  await goToAcme(page, example);
  return choose(page, example, person);
}
