import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { exchange, requestOf } from '../support/http/raw-exchange.js';
import { Visitor } from '../support/http/visitor.js';

describe('abused headers', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  before(async () => {
    testApp = await openTestApp();
    visitor = new Visitor(testApp);
    await visitor.open();
  });
  after(() => testApp.close());

  const cookie = (): string => visitor.client.cookies.header(testApp.page);
  const get = async (...headers: readonly string[]): Promise<number> =>
    (await exchange(testApp.url, requestOf('GET', testApp.page, headers))).status;

  it('a cookie of 100 kB is refused with 431', async () =>
    assert.equal(await get(`Cookie: a=${'x'.repeat(100_000)}`), 431));
  it('accepts two hundred cookies', async () =>
    assert.equal(
      await get(`Cookie: ${Array.from({ length: 200 }, (_, index) => `c${index}=${index}`).join('; ')}`),
      200,
    ));
  it('ignores malformed cookies', async () => {
    for (const text of [
      '=',
      ';;;',
      'a',
      '=a',
      'a=%',
      'enrollment.plan.invite',
      'enrollment.plan.invite=',
      'enrollment.plan.invite="x"',
      '__proto__=x',
      'constructor=x; hasOwnProperty=y',
      '\u00ff=\u00ff',
    ])
      assert.equal(await get(`Cookie: ${text}`), 200, text);
  });

  it('of a duplicate cookie the first one counts, and a foreign one is ignored', async () => {
    const own = visitor.client.cookies.get('enrollment.plan.invite') ?? '';
    const { text } = await exchange(
      testApp.url,
      requestOf('GET', testApp.page, [`Cookie: enrollment.plan.invite=${own}; enrollment.plan.invite=x`]),
    );
    assert.doesNotMatch(text, /Set-Cookie: enrollment\.plan/);
    const other = await exchange(
      testApp.url,
      requestOf('GET', testApp.page, [`Cookie: enrollment.plan.invite=x; enrollment.plan.invite=${own}`]),
    );
    assert.match(other.text, /Set-Cookie: enrollment\.plan/);
  });

  it('session cookies that are forged or duplicated authenticate no one', async () => {
    for (const text of [
      'enrollment.sid=s%3Aabc.def; enrollment.sid=s%3Axyz.def',
      'enrollment.sid=s%3A',
      `enrollment.sid=${'x'.repeat(3000)}`,
      'enrollment.sid=j%3A%7B%22a%22%3A1%7D',
      'enrollment.sid=%ff',
    ])
      assert.equal(await get(`Cookie: ${text}`), 200, text);
  });

  it('ignores Expect, Upgrade and unknown headers; an unsupported Expect is 417', async () => {
    assert.equal(await get('Upgrade: websocket', 'Sec-WebSocket-Key: x'), 200);
    assert.equal(
      await get('X-Original-URL: /admin', 'X-HTTP-Method-Override: DELETE', 'X-Forwarded-Prefix: /evil'),
      200,
    );
    assert.equal(await get('Expect: a-miracle'), 417);
  });

  it('a folded header, a NUL in it, and two lengths are refused with 400', async () => {
    assert.equal(await get('Cookie: a=b\r\n c'), 400);
    assert.equal(await get('Cookie: a=\0b'), 400);
    assert.equal(
      (await exchange(testApp.url, requestOf('POST', testApp.page, ['Content-Length: 3', 'Content-Length: 4'], 'a=b')))
        .status,
      400,
    );
    assert.equal(
      (
        await exchange(
          testApp.url,
          requestOf('POST', testApp.page, ['Content-Length: 3', 'Transfer-Encoding: chunked'], 'a=b'),
        )
      ).status,
      400,
    );
  });

  it('forwarded headers from a client are ignored and reported to the developer once', async () => {
    for (const value of ['203.0.113.9', 'a', '::::', 'x'.repeat(10_000), '127.0.0.1, 203.0.113.9'])
      assert.equal(await get(`X-Forwarded-For: ${value}`, `Cookie: ${cookie()}`), 200);
    assert.equal(testApp.log.filter(({ fields }) => fields['code'] === 'WARN_TRUST_PROXY').length, 1);
  });

  it('query parameters named like template options do not change the page', async () => {
    const query =
      'settings[view%20options][client]=1&settings[views]=/etc&cache=1&_locals[x]=1&delimiter=a&filename=/etc/passwd&debug=1&__proto__[x]=1&constructor=x&layout=none&locale=de&app=x';
    const plain = await visitor.get(testApp.page);
    const odd = await visitor.get(`${testApp.page}?${query}`);
    assert.equal(odd.status, 200);
    assert.equal(odd.text, plain.text);
  });

  it('a visitor who disconnects mid-form does no harm', async () => {
    for (let times = 0; times < 20; times += 1) {
      const half = requestOf(
        'POST',
        testApp.page,
        [`Cookie: ${cookie()}`, 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 1000'],
        'enrollment_step=',
      );
      const { createConnection } = await import('node:net');
      await new Promise<void>((resolve) => {
        const socket = createConnection(Number(new URL(testApp.url).port), '127.0.0.1', () =>
          socket.write(half, () => socket.destroy()),
        );
        socket.once('close', () => resolve());
      });
    }
    assert.equal(await get(`Cookie: ${cookie()}`), 200);
    assert.deepEqual(
      testApp.log.filter(({ level }) => level === 'error'),
      [],
    );
  });
});

it('a mount that disagrees with baseUrl is reported to the developer, once', async () => {
  const testApp = await openTestApp({
    mount: '/join',
    before: (app) =>
      void app.use('/elsewhere', (req, res, next) => void session(req, res, () => void router(req, res, next))),
  });
  const [session, router] = [testApp.enrollment.session(), testApp.enrollment.router()];
  for (let times = 0; times < 2; times += 1)
    assert.equal((await new Visitor(testApp).client.get('/elsewhere/if/flow/invite/')).status, 200);
  const [warning, ...more] = testApp.log.filter(({ fields }) => fields['code'] === 'WARN_MOUNT');
  assert.match(warning?.text ?? '', /mounted at '\/elsewhere'.*'\/join'/);
  assert.deepEqual(more, []);
  await testApp.close();
});
