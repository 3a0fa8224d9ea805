import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { RawClient } from '../support/raw-client.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';

describe('a page that is opened at another name of this machine', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());
  const localhost = (port: number): string => `http://localhost:${port}`;
  const open = async (options: TestAppOptions = {}): Promise<TestApp> =>
    (testApp = await openTestApp({ origin: localhost, mount: '/join', ...options }));

  it('F29: redirects to baseUrl in development, with the whole path', async () => {
    await open();
    const { port } = new URL(testApp.url);
    const client = new RawClient(testApp.url);
    for (const host of [`127.0.0.1:${port}`, `127.1.2.3:${port}`, `[::1]:${port}`, `0.0.0.0:${port}`]) {
      const answer = await client.get(`${testApp.page}?invite=X&next=%2Fa`, { host });
      assert.deepEqual(
        [answer.status, answer.location],
        [303, `${localhost(Number(port))}${testApp.page}?invite=X&next=%2Fa`],
      );
    }
    assert.equal(
      (await client.get(`${testApp.page}cancel/`)).location,
      `${localhost(Number(port))}${testApp.page}cancel/`,
    );
    assert.deepEqual(client.cookies.names(), []);
  });

  it('F29: does not redirect under baseUrl, another port or name, behind a proxy, or for forms', async () => {
    await open();
    const { port } = new URL(testApp.url);
    const client = new RawClient(testApp.url);
    for (const headers of [
      { host: `localhost:${port}` },
      { host: `LOCALHOST:${port}` },
      { host: `127.0.0.1:${Number(port) - 1}` },
      { host: `192.168.1.5:${port}` },
      { host: `acme.localhost:${port}` },
      { host: 'not a host' },
      { host: `127.0.0.1:${port}`, 'x-forwarded-for': '192.0.2.1' },
    ])
      assert.notEqual((await client.get(testApp.page, headers)).status, 303, JSON.stringify(headers));
    assert.equal((await client.post(testApp.page, {})).status, 403);
  });

  it('F29: does not redirect when tenants are told apart by the host', async () => {
    await open({ tenant: (req) => req.hostname });
    assert.equal((await new RawClient(testApp.url).get(testApp.page)).status, 200);
  });
});
