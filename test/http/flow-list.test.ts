import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { inviteSignupFlow } from '../../lib/index.js';
import { openTestApp, signup, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const other = inviteSignupFlow({ slug: 'other', title: 'Join <us>', fields: ['username', 'password'], target: '/' });

describe('F34: the address of the mount itself', () => {
  const testApps: TestApp[] = [];
  after(() => Promise.all(testApps.map((testApp) => testApp.close())));

  async function ownPage(options: TestAppOptions): Promise<TestApp> {
    const testApp = await openTestApp({
      flows: [signup, other],
      after: (app) => void app.get(['/', '/join'], (_req, res) => void res.send('a page of the app')),
      ...options,
    });
    testApps.push(testApp);
    return testApp;
  }

  it('F34: in development, GET <mount>/ lists the flows with links that work', async () => {
    const testApp = await ownPage({ mount: '/join' });
    for (const address of ['/join/', '/join', '/join/?a=b']) {
      const page = await new Visitor(testApp).client.get(address);
      assert.equal(page.status, 200);
      const links = [...page.text.matchAll(/<a class="enrollment-link" href="([^"]*)">([^<]*)</g)].map(
        ([, href, text]) => [href, text],
      );
      assert.deepEqual(links, [
        ['/join/if/flow/invite/', 'Sign up with an invitation (/join/if/flow/invite/)'],
        ['/join/if/flow/other/', 'Join &lt;us&gt; (/join/if/flow/other/)'],
      ]);
      assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
      assert.equal(page.headers['set-cookie'], undefined);
    }
    assert.equal((await new Visitor(testApp).get('/join/if/flow/other/')).status, 200);
    const head = await new Visitor(testApp).client.send('HEAD', '/join/');
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.equal((await new Visitor(testApp).client.post('/join/', {})).status, 404);
  });

  for (const [title, options, path] of [
    ['in production', { mount: '/join', production: true, redis: 'redis://127.0.0.1:1' }, '/join/'],
    ['where the mount is empty', {}, '/'],
    [
      'where the router stands at the root by mistake',
      { mount: '/join', session: (app, { router }) => void app.use(router()) },
      '/',
    ],
  ] as const satisfies readonly (readonly [string, TestAppOptions, string])[]) {
    it(`F34: it is the app's own ${title}`, async () => {
      const page = await new Visitor(await ownPage(options)).client.get(path);
      assert.deepEqual([page.status, page.text], [200, 'a page of the app']);
    });
  }
});
