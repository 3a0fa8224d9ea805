import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { wholeChromium } from '../chromium.js';
import { temporaryFolder } from '../temporary-folder.js';
import { waitUntil } from '../wait-until.js';

export interface SavedLogin {
  /** e.g. `http://localhost:3000`. */
  readonly origin: string;
  readonly username: string;
  readonly password: string;
}

/** What Chromium takes for the fields of a form; '' where it finds none. */
export interface ParsedForm {
  readonly username: string;
  readonly password: string;
  readonly newPassword: string;
}

/** Chromium with its own password manager, and the manager's log. */
export interface PasswordManager {
  readonly context: BrowserContext;
  /** How the manager understood the last form with a password; rejects where it found none. */
  lastForm(): Promise<ParsedForm>;
  /** Resolves when it offers to save or to update a password. `asks` counts the offers since the start. */
  offered(asks: number): Promise<'save' | 'update'>;
  close(): Promise<void>;
}

export async function openPasswordManager(saved: readonly SavedLogin[] = []): Promise<PasswordManager> {
  const profile = temporaryFolder();
  if (saved.length > 0) {
    // Chromium makes its database at the first start.
    await (await launch(profile)).close();
    await store(join(profile, 'Default', 'Login Data'), saved);
  }
  const context = await launch(profile);
  const internals = await context.newPage();
  await internals.goto('chrome://password-manager-internals');
  const log = (): Promise<string> => internals.locator('body').innerText();
  return {
    context,
    async lastForm() {
      const output = await waitUntil(
        async () => (await log()).split('Form parsing output:').slice(1).at(-1),
        () => 'the password manager found no form',
      );
      const field = (label: string): string =>
        new RegExp(`^ *${label} element : +(\\S*) ,?$`, 'm').exec(output)?.[1] ?? '';
      return { username: field('Username'), password: field('Password'), newPassword: field('New password') };
    },
    async offered(asks) {
      const state = await waitUntil(
        async () => {
          const text = await log();
          return text.split('Show password prompt').length - 1 < asks
            ? undefined
            : /PENDING_PASSWORD(_UPDATE)?_STATE/g.exec(text.slice(text.lastIndexOf('PENDING_PASSWORD')))?.[0];
        },
        () => 'the password manager offers nothing',
      );
      return state.includes('UPDATE') ? 'update' : 'save';
    },
    close: () => context.close(),
  };
}

function launch(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: wholeChromium(),
    headless: false,
    args: [
      '--headless',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--password-store=basic',
    ],
    // Under automation Chromium offers to save no passwords.
    ignoreDefaultArgs: ['--enable-automation'],
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

/** Chromium's encryption without a keyring of the system: a fixed key (components/os_crypt, version 10). */
function sealed(text: string): Buffer {
  const cipher = createCipheriv(
    'aes-128-cbc',
    pbkdf2Sync('peanuts', 'saltysalt', 1, 16, 'sha1'),
    Buffer.alloc(16, ' '),
  );
  return Buffer.concat([Buffer.from('v10'), cipher.update(text), cipher.final()]);
}

async function store(database: string, saved: readonly SavedLogin[]): Promise<void> {
  const client = createClient({ url: `file:${database}` });
  try {
    const { rows } = await client.execute('PRAGMA table_info(logins)');
    for (const { origin, username, password } of saved) {
      const known: Readonly<Record<string, string | number | Buffer>> = {
        origin_url: `${origin}/`,
        signon_realm: `${origin}/`,
        username_value: username,
        password_value: sealed(password),
        scheme: 0,
        blacklisted_by_user: 0,
        times_used: 1,
      };
      const columns = rows.map((row) => ({ name: String(row['name']), isText: String(row['type']) === 'VARCHAR' }));
      const needed = columns.filter(({ name }) => name !== 'id');
      await client.execute({
        sql: `INSERT INTO logins (${needed.map(({ name }) => name).join()}) VALUES (${needed.map(() => '?').join()})`,
        args: needed.map(({ name, isText }) => known[name] ?? (isText ? '' : 0)),
      });
    }
  } finally {
    client.close();
  }
}

/** The fields that the manager has filled in. */
export async function filledFields(page: Page): Promise<readonly string[]> {
  const inputs = await page.locator('input:autofill').all();
  return Promise.all(inputs.map(async (input) => (await input.getAttribute('name')) ?? ''));
}
