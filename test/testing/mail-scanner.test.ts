import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { mailScanner } from '../../lib/testing/index.js';
import { launchBrowser } from '../support/chromium.js';

interface Got {
  readonly method: string;
  readonly path: string;
  readonly cookie: string | undefined;
}

const pages: Readonly<Record<string, string>> = {
  '/page': `<body><a href="/linked?a=1&amp;b=2">One</a><img src="/picture.png">
    <meta http-equiv="refresh" content="5; url=/refreshed">
    <form method="post" action="/submitted"><button name="press">Go</button><button formaction="/elsewhere">Go</button></form>
    <p>See http://other.invalid/x.</p>
    <script>document.body.insertAdjacentHTML('beforeend', '<a href="/by' + '-script">Two</a>');</script></body>`,
  '/leaves': `<body><script>location.replace('/by' + '-location')</script></body>`,
};

describe('the mail scanner', () => {
  let browser: Browser;
  let server: Server;
  let url: string;
  let got: Got[];
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    got = [];
    server = createServer((req, res) => {
      const { method = '', url: path = '' } = req;
      got.push({ method, path, cookie: req.headers.cookie });
      if (path.startsWith('/link')) res.writeHead(303, { Location: '/page', 'Set-Cookie': 'seen=1; Path=/' }).end();
      else if (path.startsWith('/endless'))
        res.end(`<a href="/endless/${String(got.length)}">x</a><a href="/endless/${String(got.length)}b">y</a>`);
      else res.writeHead(200, { 'Content-Type': 'text/html' }).end(pages[path] ?? '');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const paths = (method: string): readonly string[] =>
    [...new Set(got.filter((one) => one.method === method).map(({ path }) => path))].sort();

  it('opens every link by HEAD and GET, follows redirects and all URLs of the pages, and submits nothing', async () => {
    const requests = await mailScanner().scan({ text: `Open this:\n\n${url}/link?t=1.\n`, html: '' });
    assert.deepEqual(paths('HEAD'), ['/link?t=1', '/page']);
    const opened = ['/elsewhere', '/link?t=1', '/linked?a=1&b=2', '/page', '/picture.png', '/refreshed', '/submitted'];
    assert.deepEqual(
      paths('GET').filter((path) => !path.startsWith('/by')),
      opened,
    );
    assert.deepEqual(paths('POST'), []);
    assert.ok(requests.some((one) => one.method === 'GET' && one.url === `${url}/link?t=1` && one.status === 303));
    assert.ok(!requests.some((one) => one.url.includes('other.invalid')));
  });

  it('is a client without cookies, and one with cookies', async () => {
    await mailScanner().scan(`${url}/link?t=1`);
    const cookies = new Set(got.filter(({ path }) => path === '/page').map(({ cookie }) => cookie));
    assert.deepEqual([...cookies].sort(), ['seen=1', undefined]);
  });

  it('runs scripts and follows what they make, in a browser', async () => {
    const page = await browser.newPage();
    await mailScanner({ page, settleMs: 50 }).scan(`${url}/link?t=1 ${url}/leaves`);
    assert.ok(paths('GET').includes('/by-script'), String(paths('GET')));
    assert.ok(paths('GET').includes('/by-location'));
    assert.deepEqual(paths('POST'), []);
    await page.close();
  });

  it('ends on pages without an end, and where there is no answer', async () => {
    await mailScanner({ mostRequests: 7 }).scan(`${url}/endless`);
    assert.equal(got.length, 1 + 7 + 7);
    const requests = await mailScanner().scan('http://127.0.0.1:1/');
    assert.deepEqual([...new Set(requests.map(({ status }) => status))], [null]);
  });

  it('opens nothing in a text without links', async () => {
    assert.deepEqual(await mailScanner().scan('no links, mailto:ann@example.com'), []);
  });
});
