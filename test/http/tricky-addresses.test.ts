import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { exchange, requestOf } from '../support/http/raw-exchange.js';

for (const mount of ['', '/join']) {
  describe(`tricky URLs, mounted at ${mount || '/'}`, () => {
    let testApp: TestApp;
    before(async () => {
      testApp = await openTestApp({ mount });
    });
    after(() => testApp.close());

    const tricks = [
      '/if/flow/x/..%2fy',
      '/if/flow/..%2f..%2f..%2fetc%2fpasswd/',
      '/if/flow/../../etc/passwd',
      '/if/flow/%2e%2e/',
      '/if/flow/%252e%252e%252f/',
      '/if/flow/invite/../../../package.json',
      '/if/flow/invite/%2e%2e/cancel/',
      '/if/flow/invite/./',
      '/if/flow/invite//',
      '/if/flow//invite/',
      '//if/flow/invite/',
      '/if/flow/invite%00/',
      '/if/flow/invite\\..\\x/',
      '/if/flow/invite;x=1/',
      '/if/flow/__proto__/',
      '/if/flow/constructor/',
      '/if/flow/toString/',
      `/if/flow/${'a'.repeat(10_000)}/`,
      '/if/flow/%e4%bd%a0%e5%a5%bd/',
      '/if/flow/%ff%fe/',
      '/if/flow/%/',
      '/if/flow/%zz/',
      '/if/flow/invite/cancel/../',
      '/if/flow/invite/cancel//',
      '/if/flow/INVITE/',
      '/if/assets/..%2f..%2fpackage.json',
      '/if/assets/../../package.json',
      '/if/assets/enrollment.css',
      '/if/assets/',
    ];
    for (const path of tricks) {
      it(path.slice(0, 60), async () => {
        for (const method of ['GET', 'POST', 'HEAD']) {
          const { status, text } = await exchange(testApp.url, requestOf(method, mount + path, ['Content-Length: 0']));
          assert.ok([303, 400, 403, 404, 415].includes(status), `${method}: ${status}`);
          assert.doesNotMatch(text, /root:x:|"dependencies"|node_modules|"name": "express-enrollment"/);
          for (const [, location = ''] of text.matchAll(/^Location: (.*)$/gim))
            assert.ok(location.startsWith(`${mount}/if/flow/`), location);
        }
      });
    }

    it('a request in absolute form, or with a foreign Host, gets links of baseUrl only', async () => {
      for (const [target, host] of [
        [`http://evil.example${testApp.page}`, 'evil.example'],
        [testApp.page, 'evil.example'],
        [testApp.page, `evil.example"><b>`],
      ] as const) {
        const { status, text } = await exchange(
          testApp.url,
          `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n`,
        );
        assert.ok(status < 500);
        assert.ok(!text.includes('evil.example'));
      }
    });
  });
}
