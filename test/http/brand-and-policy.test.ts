import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import request from 'supertest';
import { inviteSignupFlow } from '../../lib/index.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';

describe('the options brand and csp, in answers', () => {
  let app: TestApp;
  before(async () => {
    app = await openTestApp({
      brand: {
        name: 'Acme',
        layout: 'split',
        color: '#0b6e4f',
        picture: 'https://cdn.example/beans.jpg',
        links: { terms: '/terms' },
      },
      csp: { imgSrc: ['https://cdn.example'], fontSrc: ['https://fonts.example'] },
      flows: [inviteSignupFlow({ slug: 'invite', fields: ['username'] })],
    });
  });
  after(() => app.close());

  it('show every page in the layout of the brand, with its picture and links', async () => {
    for (const path of [app.page, '/if/flow/none/']) {
      const { text } = await request(app.url).get(path);
      assert.match(text, /<body class="enrollment-page enrollment-page--split /, path);
      assert.match(text, /<img class="enrollment-panel__picture" src="https:\/\/cdn\.example\/beans\.jpg"/, path);
      assert.match(text, /<footer class="enrollment-legal">[^]*href="\/terms"/, path);
    }
  });

  it('send a stylesheet with the colors of the brand', async () => {
    const { text } = await request(app.url).get(app.page);
    const [, path = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(text) ?? [];
    const { text: styles } = await request(app.url).get(path).expect(200);
    assert.match(styles, /--enrollment-accent:#0b6e4f/);
  });

  it('extend the policy of pages, refusals too, and of nothing else', async () => {
    for (const path of [app.page, '/if/flow/none/']) {
      const { headers } = await request(app.url).get(path);
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /default-src 'none'; style-src 'self'; img-src 'self' data: https:\/\/cdn\.example;/, path);
      assert.match(policy, /; font-src https:\/\/fonts\.example(?:;|$)/, path);
      assert.doesNotMatch(policy, /unsafe|\*/, path);
    }
  });
});
