import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { it } from 'mocha';
import { accountOf, password } from '../support/account.js';
import { describeInCampaign } from '../support/campaign.js';
import { startServer } from '../support/child-server.js';
import { freePort } from '../support/free-port.js';
import { Visitor } from '../support/http/visitor.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const program = fileURLToPath(new URL('../../examples/full-accounts/server.js', import.meta.url));

describeInCampaign('examples/full-accounts', () => {
  it('leads from the sign-up through the settings to the sign-in, and every link of its pages has an answer', async () => {
    const port = await freePort();
    const server = await startServer(program, {
      env: { NODE_ENV: 'test', PORT: String(port), DATABASE: join(temporaryFolder(), 'users.sqlite') },
      ready: /by its link: (\S+)\)/,
    });
    try {
      const visitor = new Visitor({ url: `http://localhost:${String(port)}` });
      const linksOf = async (path: string): Promise<readonly string[]> =>
        [...(await visitor.client.get(path)).text.matchAll(/href="(\/[^"]*)"/g)]
          .map(([, href = '']) => href)
          .filter((href) => !href.endsWith('.css'));
      const answers = async (path: string): Promise<void> => {
        for (const href of await linksOf(path))
          assert.ok([200, 303].includes((await visitor.client.get(href)).status), href);
      };
      await answers('/');
      const code = new URL(server.url).searchParams.get('invite') ?? '';
      await visitor.open('/if/flow/invite/');
      await visitor.follow(await visitor.submit({ invite_code: code }));
      assert.equal((await visitor.submit(accountOf('ann'))).location, '/');
      assert.match((await visitor.client.get('/settings')).text, /Signed in as <strong id="who">ann</);
      await answers('/settings');
      // The consent: asked once, and ended again.
      assert.match((await visitor.client.get('/reports')).location ?? '', /\/if\/flow\/consent\/\?next=\/reports$/);
      await visitor.open('/if/flow/consent/?next=/reports');
      assert.equal((await visitor.submit({})).location, '/reports');
      assert.match((await visitor.client.get('/reports')).text, /Stop allowing it/);
      // Tickets, by routes that ask for a recent sign-in.
      for (const path of ['/settings/password-link', '/settings/address-link'])
        assert.equal(
          (await visitor.client.post(path, {}, { 'sec-fetch-site': 'same-origin' })).location,
          '/settings?sent',
        );
      // The address that was only typed.
      await visitor.open('/if/flow/verify-email/');
      assert.match(visitor.page.text, /email/i);
      await visitor.open('/if/flow/sign-out/');
      await visitor.submit({});
      assert.equal((await visitor.client.get('/settings')).location, '/flows/-/default/authentication/?next=/settings');
      await visitor.open('/if/flow/sign-in/?next=/settings');
      assert.equal((await visitor.submit({ uid_field: 'ann', password })).location, '/settings');
      // The sign-up by a link alone: its policies, and the address that is proved before the account is written.
      const invited = new Visitor({ url: `http://localhost:${String(port)}` });
      assert.equal((await invited.open('/if/flow/by-link/')).status, 403);
      await invited.open(`/if/flow/by-link/?invite=${code}`);
      await invited.follow(await invited.submit({}));
      const typed = { ...accountOf('bob'), email: 'bob@example.com' };
      assert.match((await invited.submit({ ...typed, username: 'kopi-bob' })).text, /are for the club/);
      assert.equal((await invited.submit({ ...typed, password: 'password1234567' })).status, 422);
      await invited.follow(await invited.submit(typed));
      assert.match(invited.page.text, /Check your email/);
    } finally {
      await server.stop();
    }
  });
});
