import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { recoveryFlow } from '../../lib/flows.js';
import { smtpMailer } from '../../lib/mail.js';
import { effort } from '../support/campaign.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startMailServer, type MailServer } from '../support/mail/mail-server.js';
import { waitUntil } from '../support/wait-until.js';

const crowd = { points: 100_000, windowSeconds: 60 };
/** How long the mail server takes for a mail. */
const slownessMs = 500;
const rounds = effort(5, 100);

describe('a recovery, while the mail server is slow', () => {
  let server: MailServer;
  let testApp: TestApp;
  before(async () => {
    server = await startMailServer({
      tls: 'none',
      beforeAccept: () => new Promise((resolve) => void setTimeout(resolve, slownessMs)),
    });
    testApp = await openTestApp({
      mailer: smtpMailer({ url: server.url, tls: 'none', from: { name: 'Club', address: 'club@example.com' } }),
      flows: [recoveryFlow({ slug: 'recovery' })],
      rateLimits: { mails: { perClient: crowd } },
    });
    await testApp.enrollment.ready();
  });
  after(async () => {
    await testApp.close();
    await server.stop();
  });

  it('takes as long for people with and without an account, and sends the mails of those with one', async () => {
    const times = { known: [] as number[], unknown: [] as number[] };
    const asked: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const known = `known-${round}`;
      await member(testApp, known);
      asked.push(`${known}@example.com`);
      const names = { known, unknown: `nil-${round}` };
      // Neither is always the first.
      for (const kind of round % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)) {
        const visitor = new Visitor(testApp);
        await visitor.open();
        const from = performance.now();
        const { status } = await visitor.submit({ uid_field: `${names[kind]}@example.com` });
        times[kind].push(performance.now() - from);
        assert.equal(status, 303);
      }
    }
    const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
    const difference = Math.abs(median(times.known) - median(times.unknown));
    // A mail that is waited for makes it at least as long as the server takes.
    assert.ok(difference < effort(slownessMs / 5, 15), JSON.stringify(times));
    await waitUntil(
      () => (server.mails.length > 0 ? true : undefined),
      () => 'no mail arrived',
    );
    assert.ok(server.mails.every(({ recipients }) => recipients.every((address) => asked.includes(address))));
  });
});
