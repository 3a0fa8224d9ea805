import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startServer, type ChildServer } from '../child-server.js';

/** The runnable app `examples/sso-gate` with its provider, in its own process. */
export interface SsoExample {
  /** The app's start page. */
  readonly home: string;
  /** The URL of its provider. */
  readonly acme: string;
  /** The code that it printed: valid for ten accounts. */
  readonly code: string;
  readonly stdout: ChildServer['stdout'];
  readonly ended: ChildServer['ended'];
  /** SIGTERM. */
  readonly stop: ChildServer['stop'];
}

/** The users that can be chosen at Acme; '' denies consent. */
export type Choice = 'ann' | 'bob' | 'carl' | 'dora' | 'eve' | 'fay' | 'gus' | 'hal' | '';

/** The password of the accounts that exist from the start. */
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

/** Follows the link on the start page to the provider's page, which asks for the user. */
export async function goToAcme(page: Page, { home, acme }: SsoExample): Promise<void> {
  await page.goto(home);
  await page.getByRole('link', { name: /(Sign in with|Connect) Acme/ }).click();
  await page.waitForURL(({ href }) => href.startsWith(`${acme}interaction/`));
}

/** On the provider's page: chooses the user and is sent back to the app. The status is that of the page shown there. */
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
