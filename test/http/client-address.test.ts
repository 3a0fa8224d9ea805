import assert from 'node:assert/strict';
import type { Request } from 'express';
import { after, before, describe, it } from 'mocha';
import { clientAddress } from '../../lib/http/app-hooks.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('the client address that is counted', () => {
  const addresses: [string | undefined, string][] = [
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::FFFF:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['[2001:db8:1:2::1]:4711', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]', '2001:db8:1:2::/64'],
    ['::ffff:cb00:7109', '203.0.113.9'],
    ['0:0:0:0:0:FFFF:CB00:7109', '203.0.113.9'],
    ['[::ffff:203.0.113.9]:4711', '203.0.113.9'],
    ['::ffff:0:203.0.113.9', '203.0.113.9'],
    ['64:ff9b::203.0.113.9', '203.0.113.9'],
    ['not an address', 'not an address'],
    [undefined, ''],
  ];
  for (const [ip, counted] of addresses) {
    it(`F20: ${ip ?? '(unknown)'} counts as ${counted || 'one for all'}`, () => {
      const req: unknown = { ip };
      assert.equal(clientAddress(req as Request), counted);
    });
  }
});

describe('counting behind a trusted proxy', () => {
  let testApp: TestApp;
  before(async () => {
    testApp = await openTestApp({
      before: (app) => void app.set('trust proxy', 1),
      rateLimits: { codes: { perClient: { points: 2, windowSeconds: 600 } } },
    });
  });
  after(() => testApp.close());

  async function guess(forwarded: string): Promise<number> {
    const visitor = new Visitor(testApp);
    await visitor.open();
    return (await visitor.submit({ invite_code: 'WRONG-WORD' }, { 'x-forwarded-for': forwarded })).status;
  }

  it('every client has its own address, and one IPv6 household shares one', async () => {
    assert.deepEqual([await guess('2001:db8:1:1::1'), await guess('2001:db8:1:1::2')], [422, 422]);
    assert.equal(await guess('2001:db8:1:1:ffff::3'), 429);
    assert.equal(await guess('2001:db8:1:2::1'), 422);
    assert.equal(await guess('203.0.113.9'), 422);
    assert.ok(!testApp.log.some(({ fields }) => fields['code'] === 'WARN_TRUST_PROXY'));
  });

  it('F20: a proxy that writes ports counts each client once', async () => {
    const statuses = [await guess('192.0.2.7:1001'), await guess('192.0.2.7:1002'), await guess('192.0.2.7:1003')];
    assert.deepEqual(statuses, [422, 422, 429]);
  });

  it('F20: trusting every proxy causes a warning: clients could choose their address', async () => {
    for (const [trusted, warned] of [
      [true, true],
      [1, false],
      ['loopback', false],
    ] as const) {
      const other = await openTestApp({ before: (app) => void app.set('trust proxy', trusted) });
      await new Visitor(other).get(other.page, { 'x-forwarded-for': '203.0.113.9' });
      assert.equal(
        other.log.some(({ fields }) => fields['code'] === 'WARN_TRUST_PROXY'),
        warned,
        String(trusted),
      );
      await other.close();
    }
  });

  it('an address before the one added by the proxy is not trusted', async () => {
    const statuses = [
      await guess('1.1.1.1, 198.51.100.7'),
      await guess('2.2.2.2, 198.51.100.7'),
      await guess('3.3.3.3, 198.51.100.7'),
    ];
    assert.deepEqual(statuses, [422, 422, 429]);
  });

  it('malformed addresses are counted too, never skipped', async () => {
    const statuses = [await guess('::::'), await guess('::::'), await guess('::::')];
    assert.deepEqual(statuses, [422, 422, 429]);
  });
});
