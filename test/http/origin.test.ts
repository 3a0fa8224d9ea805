import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { formOrigin } from '../../lib/http/posted-form.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('the origin of a form', () => {
  let testApp: TestApp;
  let code: string;
  before(async () => {
    testApp = await openTestApp({
      languages: ['en', 'de'],
      rateLimits: { codes: { perClient: { points: 1000, windowSeconds: 600 } } },
    });
    ({ code } = await testApp.enrollment.invitations.create());
  });
  after(() => testApp.close());

  const own = '(own)';
  const origins: readonly [string | undefined, boolean][] = [
    [undefined, true],
    [own, true],
    // From a page without a referrer or from a sandbox: it carries no information, so the signature decides.
    ['null', true],
    ['https://evil.example', false],
    ['http://127.0.0.1', false],
    [`${own}.evil.example`, false],
    [`${own}/`, false],
    ['', false],
  ];
  // When the browser sends this header, the origin is not checked.
  const sites: readonly [string | undefined, boolean | null][] = [
    [undefined, null],
    ['same-origin', true],
    ['none', true],
    ['same-site', false],
    ['cross-site', false],
    ['same-origin, cross-site', false],
    ['', false],
  ];

  for (const [origin, originFits] of origins) {
    for (const [site, siteFits] of sites) {
      const taken = siteFits ?? originFits;
      it(`from ${origin ?? '(absent)'}, site ${site ?? '(absent)'}: ${taken ? 'taken' : 'refused'}`, async () => {
        const headers = {
          ...(origin === undefined ? {} : { origin: origin.replace(own, testApp.url) }),
          ...(site === undefined ? {} : { 'sec-fetch-site': site }),
        };
        const visitor = new Visitor(testApp);
        await visitor.open();
        assert.equal((await visitor.post(testApp.page, { invite_code: code }, headers)).status, 403);
        assert.equal((await visitor.submit({ invite_code: code }, headers)).status, taken ? 303 : 403);
        await visitor.open();
        assert.equal(visitor.step, taken ? 'account 1' : 'invite-code 0');
      });
    }
  }

  const others: readonly (readonly [
    string,
    (visitor: Visitor) => Promise<string>,
    Readonly<Record<string, string>>,
  ])[] = [
    ['asks whether to cancel', async () => testApp.page, { enrollment_cancel: 'asked' }],
    ['cancels from the page of a step', async () => testApp.page, { enrollment_cancel: 'confirmed' }],
    ['keeps what was typed', async () => testApp.page, { enrollment_keep: '' }],
    ['chooses a language', async () => testApp.page, { enrollment_locale: 'de' }],
    ['asks for more time', async () => testApp.page, { enrollment_extend: '' }],
    [
      'cancels from the page that asks',
      async (visitor) => {
        await visitor.open(`${testApp.page}cancel/`);
        return visitor.form.action;
      },
      {},
    ],
  ];
  for (const [title, prepare, fields] of others)
    it(`is checked for a form that ${title}, whose signature is good`, async () => {
      for (const headers of [{ 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }]) {
        const visitor = new Visitor(testApp);
        await visitor.enterCode(code);
        const action = await prepare(visitor);
        const { hidden } = visitor.form;
        const answer = await visitor.post(action, { ...hidden, ...fields }, headers);
        assert.equal(answer.status, 403);
        assert.equal(visitor.client.cookies.get('enrollment.locale'), undefined);
        await visitor.open();
        assert.equal(visitor.step, 'account 1');
        const own = await visitor.post(action, { ...hidden, ...fields }, { 'sec-fetch-site': 'same-origin' });
        assert.notEqual(own.status, 403);
      }
    });

  it('is reported to the developer, once: a wrong baseUrl looks the same', async () => {
    const warnings = testApp.log.filter(({ fields }) => fields['code'] === 'WARN_FOREIGN_ORIGIN');
    assert.equal(warnings.length, 1);
    assert.equal(warnings[0]?.level, 'warn');
  });

  it('F29: Origin is compared with Host in development, never in production', () => {
    const warned: string[] = [];
    const parts = {
      site: { origin: 'http://localhost:3000', mount: '', secure: false },
      warnOnce: (code: string) => void warned.push(code),
    };
    const origin = 'http://192.168.1.5:3000';
    const said = (development: boolean, headers: Record<string, string>): string =>
      formOrigin({ ...parts, development }, { headers });
    assert.equal(said(true, { origin, host: '192.168.1.5:3000' }), 'own');
    assert.equal(said(true, { origin: 'http://mine.local', host: 'MINE.local' }), 'own');
    assert.deepEqual(warned, []);
    assert.equal(said(false, { origin, host: '192.168.1.5:3000' }), 'foreign');
    assert.equal(said(true, { origin, host: '192.168.1.5:4000' }), 'foreign');
    assert.equal(said(true, { origin, host: '192.168.1.5' }), 'foreign');
    assert.equal(said(true, { origin }), 'foreign');
    assert.equal(said(true, { origin: 'moz-extension://x', host: 'x' }), 'foreign');
    assert.equal(said(true, { origin, host: '192.168.1.5:3000', 'sec-fetch-site': 'same-site' }), 'foreign');
    assert.deepEqual(new Set(warned), new Set(['WARN_FOREIGN_ORIGIN']));
  });

  it('does not matter for GET: links from anywhere work', async () => {
    const answer = await new Visitor(testApp).get(testApp.page, {
      'sec-fetch-site': 'cross-site',
      origin: 'https://mail.example',
    });
    assert.equal(answer.status, 200);
  });
});
