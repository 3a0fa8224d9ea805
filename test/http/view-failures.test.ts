import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import request from 'supertest';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { viewFolder, writeViews } from '../support/pages/view-folder.js';

// The name of the app decides, so that the trial drawing at start does not fail.
const broken =
  '<p>\n<% if (locals.app.fails === true) throw new Error("no season") %>\n</p>\n<%- include("/elements/form") %>';

describe('a page whose template throws', () => {
  for (const [what, production, tells] of [
    ['in development the browser shows', false, true],
    ['in production only the log has', true, false],
  ] as const) {
    describe(what, () => {
      let app: TestApp;
      let redis: TestRedis;
      before(async () => {
        redis = await startRedis();
        app = await openTestApp({
          production,
          allowVolatileRedis: true,
          redis: redis.url,
          views: viewFolder({ 'pages/prompt.ejs': broken }),
          locals: () => ({ fails: true }),
        });
      });
      after(async () => {
        await app.close();
        await redis.stop();
      });

      it('file, line, reason and excerpt', async () => {
        const answer = await request(app.url).get(app.page);
        assert.equal(answer.status, 500);
        const seen = /pages\/prompt\.ejs:2: no season[^]* &gt;&gt; 2\| &lt;% if /;
        if (tells) assert.match(answer.text, seen);
        else assert.doesNotMatch(answer.text, /prompt\.ejs|season|<pre/);
        const entry = app.log.find(({ level }) => level === 'error');
        assert.match(entry?.text ?? '', /^a view failed: .*pages\/prompt\.ejs:2: no season$/);
        assert.match(String(entry?.fields['err']), /pages\/prompt\.ejs:2: no season\n\n[^]* >> 2\| /);
        const [, reference = 'none'] = /Reference: (\w+)/.exec(answer.text) ?? [];
        assert.equal(entry?.fields['reference'], reference);
      });
    });
  }
});

describe('a misnamed view that is added while the app runs', () => {
  it('is told by the next page in development, once', async () => {
    const views = viewFolder({ 'slots/footer.ejs': '<p>x</p>' });
    const app = await openTestApp({ views });
    try {
      const told = (): readonly string[] => app.log.flatMap(({ text }) => (text.includes('never used') ? [text] : []));
      await request(app.url).get(app.page);
      assert.deepEqual(told(), []);
      writeViews(views, { 'pages/promt.ejs': 'x', 'view/pages/prompt.ejs': 'x' });
      for (let times = 0; times < 2; times += 1) assert.equal((await request(app.url).get(app.page)).status, 200);
      assert.equal(told().length, 2);
      assert.match(told().join(), /pages\/promt\.ejs: is never used: .*did you mean "pages\/prompt"\?/);
    } finally {
      await app.close();
    }
  });
});

describe('a misspelled local', () => {
  it('is warned of at the start, and not once more by its page', async () => {
    const app = await openTestApp({ views: viewFolder({ 'slots/footer.ejs': '<p><%= locals.page.titel %></p>' }) });
    try {
      for (let times = 0; times < 2; times += 1) assert.equal((await request(app.url).get(app.page)).status, 200);
      const told = app.log.filter(({ text }) => text.includes('has no "titel"'));
      assert.equal(told.length, 1);
      assert.match(told[0]?.text ?? '', /locals\.page has no "titel"; did you mean "title"\?/);
    } finally {
      await app.close();
    }
  });
});
