import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

for (const mount of ['', '/join']) {
  describe(`addresses and methods, mounted at '${mount || '/'}'`, () => {
    let testApp: TestApp;
    let visitor: Visitor;
    before(async () => {
      testApp = await openTestApp({ mount });
    });
    beforeEach(() => {
      visitor = new Visitor(testApp);
    });
    after(() => testApp.close());

    it('an address without its trailing slash redirects with the query kept', async () => {
      const answer = await visitor.get(`${mount}/if/flow/invite?invite=ABC&next=%2Fx`);
      assert.deepEqual([answer.status, answer.location], [303, `${testApp.page}?invite=ABC&next=%2Fx`]);
      const cancel = await visitor.get(`${mount}/if/flow/invite/cancel`);
      assert.deepEqual([cancel.status, cancel.location], [303, `${testApp.page}cancel/`]);
    });

    it('HEAD responds like GET, without a body', async () => {
      const [get, head] = [await visitor.get(testApp.page), await new Visitor(testApp).send('HEAD', testApp.page)];
      assert.equal(head.status, 200);
      assert.equal(head.text, '');
      assert.equal(head.headers['content-length'], get.headers['content-length']);
      assert.equal((await visitor.send('HEAD', `${mount}/if/flow/other/`)).status, 404);
      assert.equal((await visitor.send('HEAD', `${testApp.page}?invite=ABC`)).status, 303);
    });

    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
      it(`${method} returns 405 with the allowed methods`, async () => {
        for (const path of [testApp.page, `${testApp.page}cancel/`]) {
          const answer = await visitor.send(method, path, {}, method === 'TRACE' ? '' : 'a=b');
          assert.equal(answer.status, 405);
          assert.equal(answer.headers.allow, 'GET, HEAD, POST');
        }
      });
    }

    it('the stylesheet has a content-hashed name and is cached forever', async () => {
      const page = await visitor.get(testApp.page);
      const [, href = ''] = /<link[^>]+href="([^"]+\.css)"/.exec(page.text) ?? [];
      assert.equal((await visitor.client.get(testApp.enrollment.stylesheet)).status, 200);
      assert.ok(href.startsWith(`${mount}/if/assets/`));
      const sheet = await visitor.client.get(href);
      assert.equal(sheet.status, 200);
      assert.equal(sheet.headers['content-type'], 'text/css; charset=utf-8');
      assert.equal(sheet.headers['cache-control'], 'public, max-age=31536000, immutable');
      assert.equal(sheet.headers['x-content-type-options'], 'nosniff');
      assert.equal(sheet.headers['set-cookie'], undefined);
      const head = await visitor.client.send('HEAD', href);
      assert.deepEqual(
        [head.status, head.text, head.headers['content-length']],
        [200, '', sheet.headers['content-length']],
      );
      assert.equal((await visitor.client.get(href.replace('.css', 'x.css'))).status, 404);
    });

    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      it(`F21: the stylesheet returns 405 for ${method}`, async () => {
        const answer = await visitor.client.send(method, testApp.enrollment.stylesheet, {}, 'a=b');
        assert.deepEqual([answer.status, answer.headers.allow, answer.text], [405, 'GET, HEAD', '']);
      });
    }

    it('every link of a page stays under baseUrl', async () => {
      const page = await visitor.open();
      for (const [, target = ''] of page.text.matchAll(/(?:href|action|src)="([^"]*)"/g)) {
        assert.ok(target.startsWith(`${mount}/if/`) || target === '/' || target.startsWith('#'), target);
      }
      assert.equal(testApp.enrollment.flowUrl('invite'), testApp.url + testApp.page);
      assert.throws(() => testApp.enrollment.flowUrl('other'), TypeError);
    });
  });
}
