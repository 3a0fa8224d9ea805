import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { after, before, describe, it } from 'mocha';
import { waitUntil } from '../support/wait-until.js';
import { startSsoExample, type SsoExample } from '../support/e2e/sso-example.js';

describe('the example of SSO logins behind the gate, as a process', () => {
  const agent = new Agent({ keepAlive: true });
  let example: SsoExample;
  before(async () => {
    example = await startSsoExample();
  });
  after(() => agent.destroy());

  /** Over keep-alive connections, as in a browser. */
  const statusOf = (url: string): Promise<number> =>
    new Promise((resolve, reject) => {
      get(url, { agent }, (answer) => answer.resume().once('end', () => resolve(answer.statusCode ?? 0))).once(
        'error',
        reject,
      );
    });

  it('prints its address, the people at Acme and a code', async () => {
    const words = await waitUntil(
      async () =>
        /^Accounts .*\n/m.test(example.stdout().split('\n').slice(1).join('\n')) ? example.stdout() : undefined,
      () => example.stdout(),
    );
    assert.match(words, /^Accounts are kept in memory; sessions, plans and invitations in memory\.$/m);
    assert.match(words, /^Code +[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4} /m);
    for (const name of ['Ann', 'Bob', 'Carl', 'Dora', 'Eve', 'Fay', 'Gus', 'Hal'])
      assert.match(words, new RegExp(`^ +${name} \\w+ +has `, 'm'));
  });

  it('responds at both addresses, and is healthy', async () => {
    const { home, acme } = example;
    const pages = [`${home}healthz`, home, acme, `${acme}.well-known/openid-configuration`];
    assert.deepEqual(await Promise.all(pages.map(statusOf)), [200, 200, 200, 200]);
  });

  it('shuts down cleanly on SIGTERM while browsers keep their connections', async () => {
    await example.stop();
    assert.deepEqual(await example.ended, { code: 0, signal: null });
    await Promise.all([example.home, example.acme].map((url) => assert.rejects(statusOf(url), /ECONNREFUSED/)));
  });
});
