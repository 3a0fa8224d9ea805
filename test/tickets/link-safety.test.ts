import assert from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'mocha';
import { setPasswordFlow } from '../../lib/flows.js';
import { signInFlow, type MemoryUser } from '../../lib/index.js';
import { memoryMailer, type MemoryMailer } from '../../lib/testing/memory-mailer.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { waitUntil } from '../support/wait-until.js';

const forged = {
  host: 'evil.example',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  forwarded: 'host=evil.example;proto=https',
};

describe('the link of a ticket', () => {
  let testApp: TestApp;
  let mailer: MemoryMailer;
  let ann: MemoryUser;
  before(async () => {
    mailer = memoryMailer();
    testApp = await openTestApp({
      mailer,
      flows: [setPasswordFlow({ slug: 'set-password' }), signInFlow({ slug: 'sign-in' })],
      tickets: { resultUrls: ['https://shop.example'] },
    });
    await testApp.enrollment.ready();
    ann = await member(testApp, 'ann');
  });
  after(() => testApp.close());

  async function ticket(ttlSeconds = 0) {
    const { url } = await testApp.enrollment.tickets.create(
      { user: ann.id },
      { purpose: 'invite', delivery: 'kit', resultUrl: 'https://shop.example/in', ttlSeconds },
    );
    const { pathname, search } = new URL(url);
    return { path: pathname + search, secret: search.slice(-32) };
  }

  it('T-REC-13: its page loads and links nothing of other sites, and has no token', async () => {
    const { path, secret } = await ticket();
    const visitor = new Visitor(testApp);
    const { headers, text: html } = await visitor.open(path);
    assert.equal(headers['referrer-policy'], 'same-origin');
    const addresses = [...html.matchAll(/\s(?:href|src|action|content|data-[\w-]+)="([^"]*)"/g)].map(
      ([, at = '']) => at,
    );
    assert.ok(addresses.length > 3, html);
    assert.deepEqual(
      addresses.filter((at) => /^(?:\w+:)?\/\//.test(at)),
      [],
    );
    assert.ok(!html.includes(secret));
    const { location } = await visitor.submit({ password: 'a new battery for the horse' });
    assert.equal(location, 'https://shop.example/in?success=true&ticket_status=done');
    const used = await new Visitor(testApp).open(path);
    assert.ok(!used.text.includes(secret));
  });

  it('T-REC-07, T-TKT-05: no header and no request line chooses where a link leads', async () => {
    const { path } = await ticket(60);
    const visitor = new Visitor(testApp);
    const opened = await visitor.get(path, forged);
    assert.doesNotMatch(opened.location + opened.text, /evil/);
    const page = await visitor.get('/if/flow/set-password/', forged);
    assert.doesNotMatch(page.text, /evil/);

    testApp.clock.advance(60_000);
    await visitor.open(path);
    const before = mailer.mails.length;
    const answer = await visitor.submit({}, forged);
    assert.doesNotMatch(answer.location, /evil/);
    const base = `${testApp.url}/if/flow/set-password/-/ticket?`;
    const { text: mailed } = await waitUntil(
      () => mailer.mails.slice(before).find(({ text: words }) => words.includes('/-/ticket?')),
      () => 'no fresh link was sent',
    );
    assert.ok(mailed.includes(base), mailed);
    assert.doesNotMatch(mailed, /evil/);

    // The absolute form of a request line, as to a proxy.
    const { port } = new URL(testApp.url);
    const raw = await new Promise<string>((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', path: `http://evil.example${path}`, agent: false }, (res) => {
        text(res).then((body) => resolve(JSON.stringify(res.headers) + body), reject);
      });
      sent.once('error', reject);
      sent.end();
    });
    assert.doesNotMatch(raw, /evil/);
  });

  it('T-TKT-04: a result URL that the app does not allow is refused at creation', async () => {
    const hostile = [
      ...[
        'https://evil.example',
        '//shop.example',
        'https://shop.example.evil.example/',
        'https://shop.example@evil.example',
      ],
      ...[
        'javascript:alert(1)',
        'http://shop.example/',
        'https://shop.example:444/',
        '\\\\evil.example',
        '/\\evil.example',
      ],
      ...['https://shop.example/?success=true', 'https://shop.example/\r\nx: y', 'data:text/html,x'],
    ];
    for (const resultUrl of hostile)
      await assert.rejects(
        testApp.enrollment.tickets.create({ user: ann.id }, { purpose: 'recovery', resultUrl }),
        { code: 'ERR_ENROLLMENT_TICKET' },
        resultUrl,
      );
  });
});
