import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { defineFlow, identification, userLogin } from '../../lib/index.js';
import type { GeoLocation } from '../../lib/policies.js';
import { password } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const flow = (slug: string, settings: object) =>
  defineFlow({
    slug,
    title: 'Sign in',
    designation: 'authentication',
    target: '/inside',
    stages: [identification({ name: 'who', password: true }), userLogin({ name: 'user-login', ...settings })],
  });

const berlin = { continent: 'EU', country: 'DE', city: 'Berlin', asn: 64500 };
const places: Readonly<Record<string, GeoLocation>> = {
  '192.0.2.7': berlin,
  // Another network of the same provider, in the same city.
  '198.51.100.7': { ...berlin, country: 'de' },
  // Another provider in the same city.
  '198.51.100.99': { ...berlin, asn: 64501 },
  '203.0.113.7': { ...berlin, city: 'Potsdam' },
  '203.0.113.99': { ...berlin, country: 'FR', city: 'Berlin' },
  '198.18.0.7': { continent: 'AS', country: 'ID', city: 'Jakarta', asn: 64500 },
  '198.18.0.99': { continent: 'EU' },
};

describe('a sign-in that is bound to its client', () => {
  let testApp: TestApp;
  let name = '';
  let outage: 'none' | 'throws' | 'unknown' = 'none';
  let asked: string[] = [];

  before(async () => {
    testApp = await openTestApp({
      flows: [
        flow('asn', { networkBinding: 'asn' }),
        flow('address', { networkBinding: 'address' }),
        flow('continent', { geoBinding: 'continent' }),
        flow('country', { geoBinding: 'country' }),
        flow('city', { geoBinding: 'city' }),
        flow('both', { networkBinding: 'asn', geoBinding: 'country' }),
      ],
      lookUpAddress: async (address) => {
        asked.push(address);
        if (outage === 'throws') throw new Error('no database');
        // An app in JavaScript may answer with nothing.
        return outage === 'unknown' ? (undefined as unknown as null) : (places[address] ?? null);
      },
      before: (app) => void app.set('trust proxy', 1),
    });
    name = (await member(testApp, 'ann')).username ?? '';
  });
  after(() => testApp.close());
  beforeEach(() => {
    outage = 'none';
    asked = [];
  });

  const from = (address: string) => ({ 'x-forwarded-for': address });

  async function signedIn(slug: string): Promise<(address: string) => Promise<boolean>> {
    const visitor = new Visitor(testApp);
    await visitor.get(`/if/flow/${slug}/`, from('192.0.2.7'));
    const { action, hidden } = visitor.form;
    const fields = { ...hidden, uid_field: name, password };
    // The second of two clicks is bound like the first.
    for (let times = 0; times < 2; times += 1) {
      visitor.client.cookies.set('enrollment.sid', 'none');
      assert.equal((await visitor.post(action, fields, from('192.0.2.7'))).status, 303);
    }
    return async (address) => (await visitor.client.get('/me', from(address))).text.includes('"ann"');
  }

  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['asn', ['198.51.100.7', '198.18.0.7'], ['198.51.100.99', '198.18.0.99', '192.0.3.1']],
    ['address', ['192.0.2.7'], ['192.0.2.8', '198.51.100.7']],
    ['continent', ['203.0.113.99', '198.18.0.99'], ['198.18.0.7', '192.0.3.1']],
    ['country', ['198.51.100.7', '203.0.113.7'], ['203.0.113.99', '198.18.0.99']],
    ['city', ['198.51.100.7', '198.51.100.99'], ['203.0.113.7', '203.0.113.99', '198.18.0.99']],
    ['both', ['198.51.100.7'], ['198.51.100.99', '198.18.0.7']],
  ];
  for (const [slug, inside, outside] of rows)
    it(`${slug}: is valid there only, and again when the client comes back`, async () => {
      const isIn = await signedIn(slug);
      for (const address of inside) assert.equal(await isIn(address), true, address);
      for (const address of outside) assert.equal(await isIn(address), false, address);
      assert.equal(await isIn('192.0.2.7'), true);
    });

  it('counts in the network of the sign-in without a look-up, and nowhere else while the look-up fails', async () => {
    const isIn = await signedIn('asn');
    asked = [];
    assert.equal(await isIn('192.0.2.200'), true);
    assert.deepEqual(asked, []);
    for (outage of ['throws', 'unknown'] as const) {
      assert.equal(await isIn('192.0.2.200'), true);
      assert.equal(await isIn('198.51.100.7'), false);
    }
    outage = 'none';
    assert.equal(await isIn('198.51.100.7'), true);
    assert.equal(testApp.log.filter(({ text }) => text.startsWith('lookUpAddress failed')).length, 1);
  });

  it('is bound to the network where the look-up fails at the sign-in', async () => {
    for (const failure of ['throws', 'unknown'] as const)
      for (const slug of ['asn', 'city', 'both']) {
        outage = failure;
        const isIn = await signedIn(slug);
        assert.equal(await isIn('192.0.2.200'), true);
        outage = 'none';
        assert.equal(await isIn('198.51.100.7'), false, slug);
      }
  });

  it('needs the option lookUpAddress', async () => {
    const open = (settings: object) => openTestApp({ flows: [flow('bound', settings)] });
    await assert.rejects(
      open({ networkBinding: 'asn' }),
      /flows\.bound\.user-login: .* needs the option lookUpAddress/,
    );
    await assert.rejects(open({ geoBinding: 'country' }), /needs the option lookUpAddress/);
    assert.throws(() => flow('bound', { geoBinding: 'planet' }), /geoBinding/);
    await (await open({ networkBinding: 'address', geoBinding: 'none' })).close();
  });
});
