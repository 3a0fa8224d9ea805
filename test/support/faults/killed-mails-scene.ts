import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Secret } from '../../../lib/base/secret.js';
import { sqliteUsers, type SqliteUsers, type SqlUser } from '../../../lib/sql.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { password } from '../account.js';
import { startServer, type ChildServer } from '../child-server.js';
import { freePort } from '../free-port.js';
import { quickPasswords } from '../http/test-app.js';
import type { Visitor } from '../http/visitor.js';
import { startMailServer, type MailServer, type ReceivedMail } from '../mail/mail-server.js';
import { RawClient, type Fields, type RawAnswer } from '../raw-client.js';
import { startRedis } from '../redis-server.js';
import { temporaryFolder } from '../temporary-folder.js';
import { waitUntil } from '../wait-until.js';
import { startWebhookReceiver, webhookSecret, type WebhookReceiver } from '../webhook-receiver.js';

const program = fileURLToPath(new URL('killed-mails.js', import.meta.url));
const linkIn = /(\/if\/flow\/\S+mail=[\w-]+)/;

/** One server lives and sends mails; others order them and die. */
export interface KilledMailsScene {
  readonly living: ChildServer;
  readonly inbox: MailServer;
  readonly receiver: WebhookReceiver;
  readonly store: SqliteUsers;
  /** Another server beside the living one, which sends no mails. */
  startDying(): Promise<ChildServer>;
  /** An administrator's call; `null` where the server dies of it. */
  call(server: ChildServer, name: string, given: object): Promise<CallAnswer | null>;
  member(name: string): Promise<SqlUser>;
  /** Waits for the `count`-th mail to an address. */
  mailTo(address: string, count?: number): Promise<ReceivedMail>;
  close(): Promise<void>;
}

export interface CallAnswer {
  readonly answer?: unknown;
  readonly code?: string;
  readonly text?: string;
}

export async function openKilledMails(): Promise<KilledMailsScene> {
  const [redis, inbox, receiver] = await Promise.all([
    startRedis(),
    startMailServer({ tls: 'none' }),
    startWebhookReceiver(),
  ]);
  const port = await freePort();
  const database = join(temporaryFolder(), 'users.sqlite');
  const store = sqliteUsers(database);
  await store.ready();
  const start = async (env: Readonly<Record<string, string>>): Promise<ChildServer> =>
    startServer(program, {
      env: {
        BASE_URL: `http://localhost:${String(port)}`,
        REDIS_URL: redis.url,
        ENROLLMENT_SECRET: 'kR8vNw3ZyQm6TbXc1JdHs5PfGe9AuLoM',
        DATABASE: database,
        SMTP_URL: inbox.url,
        RECEIVER: receiver.url,
        WEBHOOK_SECRET: webhookSecret,
        ...env,
      },
    });
  const living = await start({ PORT: String(port) });

  return {
    living,
    inbox,
    receiver,
    store,
    startDying: async () => start({ PORT: String(await freePort()), SENDS: 'no' }),
    async call(server, name, given) {
      try {
        const answer = await fetch(`${server.url}/call/${name}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(given),
        });
        const read: unknown = await answer.json();
        assert.ok(typeof read === 'object' && read !== null);
        return read;
      } catch (error) {
        assert.ok(server !== living, String(error));
        return null;
      }
    },
    async member(name) {
      const passwordHash = await quickPasswords.hash(new Secret(password));
      const account = sampleAccount({ username: name, email: `${name}@example.com`, passwordHash });
      return store.users.create(account, sampleRedemption());
    },
    mailTo: (address, count = 1) =>
      waitUntil(
        () => inbox.mailsTo(address)[count - 1],
        () => `${address} got ${String(inbox.mailsTo(address).length)} mails, not ${String(count)}`,
        15_000,
      ),
    async close() {
      await living.stop();
      await Promise.all([inbox.stop(), receiver.close(), store.close()]);
      await redis.stop();
    },
  };
}

/** The path and query of the link in a mail. */
export function linkOf({ text }: ReceivedMail): string {
  return linkIn.exec(text)?.[1] ?? assert.fail(text);
}

export async function arm(server: ChildServer, write: number | null): Promise<void> {
  await fetch(`${server.url}/arm/${write === null ? 'none' : String(write)}`, { method: 'POST' });
}

/** What the server wrote since it was armed. */
export async function writesOf(server: ChildServer): Promise<readonly string[]> {
  const read: unknown = await (await fetch(`${server.url}/writes`)).json();
  return Array.isArray(read) ? read.map(String) : [];
}

/** Sends the form of a visitor's page to another server, as a load balancer would. */
export function sendTo(server: ChildServer, visitor: Visitor, fields: Fields): Promise<RawAnswer> {
  const { action, hidden } = visitor.form;
  const cookie = visitor.client.cookies.header(action);
  return new RawClient(server.url).post(action, { ...hidden, ...fields }, { cookie });
}
