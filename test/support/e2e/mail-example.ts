import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startServer, type ChildServer } from '../child-server.js';
import { waitUntil } from '../wait-until.js';
import { press, submit } from './browser-page.js';

/** The runnable app `examples/email-invitations`: the club, the target app and the inbox, in one process. */
export interface MailExample {
  /** The administrator's page. */
  readonly admin: string;
  readonly adminPassword: string;
  /** The target app's start page. */
  readonly tasting: string;
  readonly inbox: string;
  readonly ended: ChildServer['ended'];
  /** Everything that the process printed. */
  printed(): string;
  /** SIGTERM. */
  readonly stop: ChildServer['stop'];
}

const program = fileURLToPath(new URL('../../../examples/email-invitations/server.js', import.meta.url));

export async function startMailExample(options: { readonly redis?: string } = {}): Promise<MailExample> {
  const server = await startServer(program, {
    env: {
      NODE_ENV: 'test',
      PORT: '0',
      TASTING_PORT: '0',
      INBOX_PORT: '0',
      SMTP_PORT: '0',
      REDIS_URL: options.redis,
      ENROLLMENT_SECRET: undefined,
    },
    ready: /^Inbox +(\S+)/,
  });
  const printed = (line: RegExp): string => line.exec(server.stdout())?.[1] ?? '';
  return {
    admin: printed(/^Invite +(\S+)/m),
    adminPassword: printed(/password: (.+)\)$/m),
    tasting: printed(/^Tasting +(\S+)/m),
    inbox: server.url,
    ended: server.ended,
    printed: () => server.stdout() + server.stderr(),
    stop: server.stop,
  };
}

/** The administrator signs in and invites a person: the owner of a new account, or `signsUp`, one who signs up. */
export async function invite(
  page: Page,
  example: MailExample,
  { name, email, signsUp = false }: { readonly name: string; readonly email: string; readonly signsUp?: boolean },
): Promise<void> {
  await page.goto(example.admin);
  if (new URL(page.url()).pathname !== '/admin')
    await submit(page, { uid_field: 'admin@club.example', password: example.adminPassword });
  await page.locator('#name').fill(name);
  await page.locator('#email').fill(email);
  if (signsUp)
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Send a sign-up code' }).click()]);
  else await press(page);
}

/** The state of each invited person, as the admin page says it. */
export async function invitedPeople(page: Page, example: MailExample): Promise<readonly string[]> {
  await page.goto(example.admin);
  const people = await page.locator('#people li > span').allInnerTexts();
  return people.map((text) => text.replace(/\s+/g, ' ').trim());
}

/** The newest mail to an address, with `says` in its text: where the inbox shows it, and its text, as a mail server received it. */
export async function mailTo(
  { inbox }: MailExample,
  email: string,
  says = /./,
): Promise<{ readonly page: string; readonly text: string }> {
  const list = async (): Promise<string> => (await fetch(inbox)).text();
  return waitUntil(
    async () => {
      const entries = [...(await list()).matchAll(/<a href="\/(\d+)">[^<]*<\/a><br>to ([^\s<,]+)/g)];
      const id = entries.find(([, , to]) => to === email)?.[1];
      if (id === undefined) return undefined;
      const page = new URL(`/${id}`, inbox).href;
      const [, raw = ''] = /<pre>([^]*)<\/pre>/.exec(await (await fetch(page)).text()) ?? [];
      const text = raw.replace(/&amp;/g, '&').replace(/&#3[49];/g, "'");
      return says.test(text) ? { page, text } : undefined;
    },
    () => `no mail to ${email}`,
  );
}

/** The link of a mail's text. */
export const linkIn = (text: string): string => /https?:\/\/\S+/.exec(text)?.[0] ?? '';
