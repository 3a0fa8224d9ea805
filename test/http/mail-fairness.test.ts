import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { signInFlow } from '../../lib/index.js';
import { recoveryFlow } from '../../lib/flows/recovery.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { itInCampaign } from '../support/campaign.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { mailsSettled } from '../support/mail/mails-settled.js';
import type { RawAnswer } from '../support/raw-client.js';

const page = '/if/flow/recovery/';

describe('the mails to one address', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  let name: string;
  let count = 0;

  before(async () => {
    app = await openTestApp({
      mailer,
      flows: [signInFlow({ slug: 'sign-in', target: '/inside' }), recoveryFlow({ slug: 'recovery' })],
      clientKey: (req) => String(req.headers['x-client'] ?? req.ip),
    });
  });
  after(() => app.close());
  beforeEach(async () => {
    mailer.clear();
    await member(app, (name = `member-${(count += 1)}`));
  });

  async function ask(client: string, typed = name): Promise<RawAnswer> {
    const visitor = new Visitor(app, { headers: { 'x-client': client } });
    await visitor.open(page);
    return visitor.follow(await visitor.submit({ uid_field: typed }));
  }

  /** How many mails were sent since the last call, once no more is on its way. */
  async function sent(): Promise<number> {
    await mailsSettled(app);
    const { length } = mailer.mails;
    mailer.clear();
    return length;
  }

  it('of three clients that ask again and again six are sent, and the owner gets one at a new client', async () => {
    for (let times = 0; times < 8; times += 1) await ask(`${name} a`);
    assert.equal(await sent(), 3);
    for (const other of ['b', 'c']) for (let times = 0; times < 3; times += 1) await ask(`${name} ${other}`);
    assert.equal(await sent(), 3);
    await ask(`${name} owner`);
    assert.equal(await sent(), 1);
  });

  it('strangers from many addresses do not keep a mail from the owner, where they signed in lately', async () => {
    const home = `${name} home`;
    assert.equal((await signIn(new Visitor(app, { headers: { 'x-client': home } }), name)).location, '/inside');
    for (let at = 0; at < 12; at += 1) await ask(`${name} stranger ${String(at)}`);
    assert.equal(await sent(), 9);
    for (let times = 0; times < 4; times += 1) await ask(home, times % 2 === 0 ? name : `${name}@example.com`);
    assert.equal(await sent(), 3);
  });

  it('the page is the same above each limit, and for a name without an account', async () => {
    const drawn = (answer: RawAnswer, typed: string): string =>
      answer.text.replaceAll(typed, 'NAME').replaceAll(/ value="[^"]*"/g, '');
    const first = await ask(`${name} x`);
    for (let times = 0; times < 2; times += 1) for (const other of ['x', 'v']) await ask(`${name} ${other}`);
    assert.equal(await sent(), 5);
    const overRepeats = await ask(`${name} v`);
    assert.equal(await sent(), 0);
    for (let at = 0; at < 12; at += 1) await ask(`${name} stranger ${String(at)}`);
    assert.equal(await sent(), 4);
    const [overPair, overAddress] = [await ask(`${name} x`), await ask(`${name} y`)];
    const unknown = await ask(`${name} z`, 'no-such-name');
    assert.equal(await sent(), 0);
    for (const [answer, typed] of [
      [overRepeats, name],
      [overPair, name],
      [overAddress, name],
      [unknown, 'no-such-name'],
    ] as const) {
      assert.equal(answer.status, first.status);
      assert.equal(drawn(answer, typed), drawn(first, name));
    }
  });

  itInCampaign(
    'of 1,000 requests by as many clients nine mails are sent, and every page is the same',
    async function () {
      this.timeout(300_000);
      const pages = new Set<string>();
      for (let batch = 0; batch < 25; batch += 1) {
        const answers = await Promise.all(
          Array.from({ length: 40 }, (_, at) => ask(`${name} crowd ${String(batch)} ${String(at)}`)),
        );
        for (const { status, text } of answers)
          pages.add(`${String(status)} ${text.replaceAll(/ value="[^"]*"/g, '')}`);
      }
      assert.equal(await sent(), 9);
      assert.equal(pages.size, 1);
      const listed = await app.enrollment.mails.list({ states: ['sent'], limit: 100 });
      assert.equal(listed.mails.filter(({ hint }) => hint === `${name.slice(0, 1)}***@example.com`).length >= 9, true);
    },
  );

  it('what strangers ask for at once is limited too', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, at) => ask(`${name} stranger ${String(at % 2)}`)));
    assert.equal(await sent(), 5);
  });
});
