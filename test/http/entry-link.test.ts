import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { openTestApp, secrets, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const wrongCode = 'NOT-A-WORD-OF-OURS';

for (const mount of ['', '/join']) {
  describe(`a link that brings a code, mounted at '${mount || '/'}'`, () => {
    let testApp: TestApp;
    let visitor: Visitor;
    let code: string;
    let link: string;
    before(async () => {
      testApp = await openTestApp({ mount });
    });
    beforeEach(async () => {
      visitor = new Visitor(testApp);
      const created = await testApp.enrollment.invitations.create();
      code = created.code;
      link = created.url ?? '';
      testApp.canaries.add(code);
    });
    after(() => testApp.close());

    const typedCode = (): string | undefined => visitor.form.controls.find(({ name }) => name === 'invite_code')?.value;

    it('redirects to the clean address and fills in the code, which the visitor still submits', async () => {
      assert.equal(link, `${testApp.url}${testApp.page}?invite=${code}`);
      const answer = await visitor.get(link);
      assert.deepEqual([answer.status, answer.location, answer.text], [303, testApp.page, '']);
      const page = await visitor.follow(answer);
      assert.equal(page.status, 200);
      assert.equal(typedCode(), code);
      assert.equal((await visitor.submit({ invite_code: code })).status, 303);
    });

    it('keeps the code sealed: neither a cookie nor a header contains it', async () => {
      const answer = await visitor.get(link);
      assert.ok(!JSON.stringify(answer.headers).includes(code));
      const sealed = visitor.client.cookies.get('enrollment.entry') ?? '';
      assert.match(sealed, /^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
      assert.ok(!Buffer.from(sealed, 'base64url').toString().includes(code));
    });

    it('opened by GET and HEAD a hundred times, it remains usable', async () => {
      for (let round = 0; round < 50; round += 1) {
        await new Visitor(testApp).open(link);
        await new Visitor(testApp).send('HEAD', link);
      }
      const [before] = (await testApp.enrollment.invitations.list({ limit: 1 })).items;
      assert.deepEqual([before?.redeemed, before?.state], [0, 'open']);
      assert.deepEqual(
        (await testApp.enrollment.invitations.ledger(before?.id ?? '')).map(({ kind }) => kind),
        ['issued'],
      );
      await visitor.signUp(code, `scanned-${mount.length}`);
    });

    it('nothing on the page submits itself, and following its links spends nothing', async () => {
      const page = await visitor.open(link);
      assert.doesNotMatch(
        page.text,
        /<script(?! type="module" src="[^"]*\/assets\/)|onload|http-equiv|<iframe|<object/i,
      );
      for (const [, href = ''] of page.text.matchAll(/<a[^>]+href="([^"]+)"/g)) await visitor.client.get(href);
      await visitor.open();
      await visitor.follow(await visitor.submit({ invite_code: typedCode() ?? '' }));
      assert.equal(visitor.step, 'account 1');
    });

    it('survives wrong codes', async () => {
      await visitor.open(link);
      assert.equal((await visitor.submit({ invite_code: wrongCode })).status, 422);
      assert.equal(typedCode(), wrongCode);
      await visitor.open();
      assert.equal(typedCode(), code);
    });

    it('starts a plan of its own, even if there is an old one', async () => {
      const other = await testApp.enrollment.invitations.create();
      await visitor.enterCode(other.code);
      const old = visitor.form;
      await visitor.open(link);
      assert.equal(visitor.step, 'invite-code 0');
      assert.equal(typedCode(), code);
      assert.equal((await visitor.post(old.action, { ...old.hidden, ...accountOf('old-tab') })).status, 403);
      await visitor.follow(await visitor.submit({ invite_code: code }));
      assert.equal((await visitor.submit(accountOf(`fresh-${mount.length}`))).status, 303);
    });

    it('is kept to the end of the flow, and then forgotten', async () => {
      await visitor.open(link);
      await visitor.follow(await visitor.submit({ invite_code: code }));
      assert.notEqual(visitor.client.cookies.get('enrollment.entry'), undefined);
      assert.equal((await visitor.submit(accountOf(`end-${mount.length}`))).status, 303);
      assert.equal(visitor.client.cookies.get('enrollment.entry'), undefined);
    });

    it('keeps its code when the page is opened again with a next parameter', async () => {
      await visitor.open(link);
      await visitor.open(`${testApp.page}?next=/courses`);
      assert.equal(typedCode(), code);
    });

    it('keeps its code with a next parameter longer than a cookie allows', async () => {
      await visitor.open(`${link}&next=/${encodeURIComponent('€'.repeat(1500))}`);
      assert.equal(typedCode(), code);
      const lines = (await visitor.get(`${link}&next=/${'x'.repeat(2000)}`)).headers['set-cookie'] ?? [];
      assert.ok(
        lines.every((line) => line.length < 4096),
        'a browser drops longer cookies',
      );
    });

    for (const [what, spoil] of [
      ['tampered with', (sealed: string) => sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA')],
      ['cut short', (sealed: string) => sealed.slice(0, 40)],
      ['not sealed at all', () => 'eyJhbGciOiJub25lIn0.eyJjb2RlIjoiQUJDIiwiYXVkIjoiaW52aXRlIn0.'],
      ['endless', (sealed: string) => sealed.repeat(20)],
    ] as const) {
      it(`a cookie that is ${what} is ignored`, async () => {
        await visitor.get(`${link}&next=/courses`);
        const sealed = visitor.client.cookies.get('enrollment.entry') ?? '';
        visitor.client.cookies.set('enrollment.entry', spoil(sealed), '/');
        const page = await visitor.open();
        assert.equal(page.status, 200);
        assert.equal(typedCode(), '');
        assert.equal((await visitor.signUp(code, `spoilt-${what.slice(0, 3)}${mount.length}`)).location, '/welcome');
      });
    }

    it('a cookie older than ten minutes is ignored', async () => {
      await visitor.get(link);
      testApp.clock.advance(601_000);
      await visitor.open();
      assert.equal(typedCode(), '');
    });

    it('texts that cannot be a code are dropped without an error', async () => {
      for (const text of ['', 'x'.repeat(201), '%00', '%ff%fe', '%', 'a&invite=b', '%3Cscript%3E', '\u{1F600}'].map(
        (raw) => encodeURI(raw),
      )) {
        const answer = await visitor.get(`${testApp.page}?invite=${text}`);
        assert.deepEqual([answer.status, answer.location], [303, testApp.page], text);
        const page = await visitor.follow(answer);
        assert.equal(page.status, 200);
        assert.ok(!page.text.includes('<script>'));
        assert.ok((typedCode() ?? '').length <= 200);
      }
    });
  });
}

describe('a link that was sealed under another secret', () => {
  it('has no effect', async () => {
    const testApp = await openTestApp();
    const stranger = await openTestApp({ secret: secrets[1] });
    try {
      const visitor = new Visitor(testApp);
      const foreign = new Visitor(stranger);
      await foreign.get(`${stranger.page}?invite=SOMEBODYS-WORD`);
      const sealed = foreign.client.cookies.get('enrollment.entry');
      assert.ok(sealed);
      visitor.client.cookies.set('enrollment.entry', sealed, '/');
      await visitor.open();
      assert.equal(visitor.form.controls.find(({ name }) => name === 'invite_code')?.value, '');
    } finally {
      await Promise.all([testApp.close(), stranger.close()]);
    }
  });
});
