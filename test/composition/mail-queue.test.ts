import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { Mail } from '../../lib/ports/mailer.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { waitUntil } from '../support/wait-until.js';

describe('mails of an app', () => {
  let app: TestApp;
  afterEach(() => app.close());

  it('a refused invitation is listed without its address, and is sent once when its delivery is retried', async () => {
    const sent: Mail[] = [];
    let refuses = true;
    app = await openTestApp({
      mailer: {
        async send(mail) {
          if (refuses) throw Object.assign(new Error(`550 <${mail.to}> unknown`), { responseCode: 550 });
          sent.push(mail);
        },
      },
    });
    const { invitations, mails, deliveries } = app.enrollment;
    const { mail } = await invitations.send({ email: 'bob@example.com' });
    await until(async () => (await mails.list({ states: ['failed'] })).mails.length === 1);
    const [status] = (await mails.list()).mails;
    assert.deepEqual([status?.id, status?.kind, status?.failure?.permanent], [mail, 'invitation', true]);
    await until(async () => (await deliveries.failed()).length === 1);
    const [item] = await deliveries.failed();
    assert.ok(!JSON.stringify([status, item]).includes('bob@'));
    refuses = false;
    assert.equal(await deliveries.retry(item?.id ?? ''), true);
    await until(async () => (await mails.get(mail ?? ''))?.state === 'sent');
    assert.equal(await deliveries.retry(item?.id ?? ''), false);
    assert.equal(await mails.resend(mail ?? ''), 'not_failed');
    assert.equal(sent.length, 1);
    assert.deepEqual(
      app.events.filter(({ name }) => name.startsWith('mail.')).map(({ name }) => name),
      ['mail.failed', 'mail.sent'],
    );
  });

  it('without a mailer, a preview is drawn, and a test says what is missing', async () => {
    app = await openTestApp({});
    const { mails } = app.enrollment;
    assert.match(mails.preview('ticket_invite').subject, /^Set your password for /);
    // Of a ticket: one with a code is sent by account settings alone.
    const { text } = mails.preview('ticket_change_email');
    assert.match(text, /Confirm the address[^]*ask your contact/);
    assert.doesNotMatch(text, /enter this code/);
    await assert.rejects(mails.test('ann@example.com'), /the app has no mailer/);
    await assert.rejects(mails.test('ann'), /"to" must be an email address/);
  });
});

const until = (isSo: () => Promise<boolean>): Promise<unknown> =>
  waitUntil(
    async () => ((await isSo()) ? true : undefined),
    () => 'it did not come to that',
  );
