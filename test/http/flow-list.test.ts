import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { inviteSignupFlow } from '../../lib/index.js';
import { openClub, signup, type Club, type ClubOptions } from './club.js';
import { Visitor } from './visitor.js';

const other = inviteSignupFlow({ slug: 'other', title: 'Join <us>', fields: ['username', 'password'], target: '/' });

describe('F34: the address of the mount itself', () => {
  const clubs: Club[] = [];
  after(() => Promise.all(clubs.map((club) => club.close())));

  async function ownPage(options: ClubOptions): Promise<Club> {
    const club = await openClub({
      flows: [signup, other],
      after: (app) => void app.get(['/', '/join'], (_req, res) => void res.send('a page of the app')),
      ...options,
    });
    clubs.push(club);
    return club;
  }

  it('F34: in development, GET <mount>/ lists the flows with links that work', async () => {
    const club = await ownPage({ mount: '/join' });
    for (const address of ['/join/', '/join', '/join/?a=b']) {
      const page = await new Visitor(club).client.get(address);
      assert.equal(page.status, 200);
      const links = [...page.text.matchAll(/<a href="([^"]*)">([^<]*)</g)].map(([, href, text]) => [href, text]);
      assert.deepEqual(links, [
        ['/join/if/flow/invite/', 'Sign up with an invitation (/join/if/flow/invite/)'],
        ['/join/if/flow/other/', 'Join &lt;us&gt; (/join/if/flow/other/)'],
      ]);
      assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
      assert.equal(page.headers['set-cookie'], undefined);
    }
    assert.equal((await new Visitor(club).get('/join/if/flow/other/')).status, 200);
    const head = await new Visitor(club).client.send('HEAD', '/join/');
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.equal((await new Visitor(club).client.post('/join/', {})).status, 404);
  });

  for (const [title, options, path] of [
    ['in production', { mount: '/join', production: true, redis: 'redis://127.0.0.1:1' }, '/join/'],
    ['where the mount is empty', {}, '/'],
    [
      'where the router stands at the root by mistake',
      { mount: '/join', session: (app, { router }) => void app.use(router()) },
      '/',
    ],
  ] as const satisfies readonly (readonly [string, ClubOptions, string])[]) {
    it(`F34: it is the app's own ${title}`, async () => {
      const page = await new Visitor(await ownPage(options)).client.get(path);
      assert.deepEqual([page.status, page.text], [200, 'a page of the app']);
    });
  }
});
