import assert from 'node:assert/strict';
import { it } from 'mocha';
import { openTestApp, type TestApp } from '../support/http/test-app.js';

const codes = (testApp: TestApp): unknown[] => testApp.log.map(({ fields }) => fields['code']);
const ask = (testApp: TestApp, headers: Record<string, string>): Promise<Response> =>
  fetch(`${testApp.url}/if/flow/invite/`, { headers });

it('a proxy that strips the mount path is accepted', async () => {
  const testApp = await openTestApp({
    mount: '/join',
    before: (app) => void app.use((req, res, next) => void session(req, res, () => void router(req, res, next))),
  });
  const [session, router] = [testApp.enrollment.session(), testApp.enrollment.router()];
  assert.equal((await ask(testApp, { 'x-forwarded-for': '192.0.2.1' })).status, 200);
  assert.ok(!codes(testApp).includes('WARN_MOUNT'));
  assert.equal((await ask(testApp, {})).status, 200);
  assert.ok(codes(testApp).includes('WARN_MOUNT'), 'without a proxy it is one');
  await testApp.close();
});

it('an https app reached without TLS warns that sign-ins do not last', async () => {
  const testApp = await openTestApp({ origin: 'https://club.example' });
  assert.equal((await ask(testApp, { 'x-forwarded-proto': 'https' })).status, 200);
  assert.ok(!codes(testApp).includes('WARN_INSECURE'));
  assert.equal((await ask(testApp, {})).status, 200);
  assert.ok(codes(testApp).includes('WARN_INSECURE'));
  await testApp.close();
});
