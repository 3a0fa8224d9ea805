import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { mailerContract, memoryMailer } from '../../lib/testing/index.js';

describe('the memory mailer', () => {
  for (const { title, run } of mailerContract(async () => {
    const mailer = memoryMailer();
    return { mailer, received: async (to) => mailer.mails.filter((mail) => mail.to === to) };
  }))
    it(title, run);

  it('waits for a mail, and says which one did not come', async () => {
    const mailer = memoryMailer();
    const mail = { to: 'ann@example.com', subject: 's', text: 't', html: 'h', kind: 'recovery', locale: 'en' } as const;
    const waiting = mailer.next('ann@example.com');
    await mailer.send(mail);
    assert.deepEqual(await waiting, mail);
    await assert.rejects(() => mailer.next('bob@example.com', 1), /no mail to bob@example.com/);
  });
});
