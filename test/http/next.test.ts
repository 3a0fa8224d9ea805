import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { inviteSignupFlow } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

for (const mount of ['', '/join']) {
  describe(`where \`next\` may lead, mounted at '${mount || '/'}'`, () => {
    let testApp: TestApp;
    let code: string;
    let count = 0;
    before(async () => {
      testApp = await openTestApp({ mount, flows: [signup, inviteSignupFlow({ slug: 'staff', fields: ['email'] })] });
      ({ code } = await testApp.enrollment.invitations.create({ uses: 1000 }));
    });
    after(() => testApp.close());

    async function endOf(query: string): Promise<string> {
      const visitor = new Visitor(testApp);
      await visitor.open(`${testApp.page}?${query}`);
      await visitor.follow(await visitor.submit({ invite_code: code }));
      const answer = await visitor.submit(accountOf(`next-${(count += 1)}`));
      assert.equal(answer.status, 303);
      return answer.location;
    }

    const taken: [string, string][] = [
      ['/ok?x=1#y', '/ok?x=1#y'],
      ['/a/../b', '/b'],
      ['/a//b', '/a//b'],
      ['/%E2%82%AC', '/%E2%82%AC'],
      ['/€', '/%E2%82%AC'],
      ['/?next=//evil.example', '/?next=//evil.example'],
    ];
    for (const [next, location] of taken) {
      it(`${next} redirects to ${location}`, async () => {
        assert.equal(await endOf(`next=${encodeURIComponent(next)}`), location);
      });
    }

    const refused = {
      'empty or relative': ['', '?a', 'relative', '.', '#y'],
      'another host': [
        '//evil.example',
        '///evil.example',
        '/\\evil.example',
        '\\\\evil.example',
        '/\t/evil.example',
        '/\n/evil.example',
        ' //evil.example',
        'https://evil.example',
        '//evil.example@app.example',
      ],
      'another host once normalized': [
        '/.//evil.example',
        '/..//evil.example',
        '/a/../..//evil.example',
        '/%2e//evil.example',
        '/.\\evil.example',
        '/%5cevil.example',
      ],
      'another scheme': [
        'javascript:alert(1)',
        'JaVaScRiPt:alert(1)',
        '\u0001javascript:alert(1)',
        'data:text/html,x',
        'vbscript:x',
        'https:evil.example',
        'http:evil.example',
        'https:/evil.example',
      ],
      'oversized or malformed': ['/'.padEnd(10_000, 'x'), '/\0', '/a b'],
    };
    for (const [kind, values] of Object.entries(refused)) {
      for (const next of values) {
        it(`${kind}: ${JSON.stringify(next.slice(0, 40))} redirects to the flow’s target`, async () => {
          assert.equal(await endOf(`next=${encodeURIComponent(next)}`), '/welcome');
        });
      }
    }

    it('repeated, nested and malformed ones do no harm', async () => {
      assert.equal(await endOf('next[x]=/ok'), '/welcome');
      assert.equal(await endOf('next=//evil.example&next=/ok'), '/welcome');
      assert.equal(await endOf('next=%2fok%'), '/ok%');
      assert.equal(await endOf('next=%ff%fe'), '/welcome');
    });

    it('ignores a next parameter in a form, a header or the URL of a POST', async () => {
      const visitor = new Visitor(testApp);
      await visitor.open();
      await visitor.follow(await visitor.submit({ invite_code: code, next: '/in-a-form' }));
      const { action, hidden } = visitor.form;
      const answer = await visitor.post(
        `${action}?next=/in-the-address`,
        { ...hidden, ...accountOf(`next-${(count += 1)}`), next: '/in-a-form' },
        { Referer: `${testApp.url}/from` },
      );
      assert.equal(answer.location, '/welcome');
    });

    it('next on the flow’s own page causes no loop, at the end or for a signed-in user', async () => {
      for (const next of [
        testApp.page,
        `${testApp.page}?next=${testApp.page}`,
        `${mount}/if/flow/invite`,
        `${testApp.page}cancel/`,
      ]) {
        const visitor = new Visitor(testApp);
        await visitor.open(`${testApp.page}?next=${encodeURIComponent(next)}`);
        await visitor.follow(await visitor.submit({ invite_code: code }));
        await visitor.follow(await visitor.submit(accountOf(`next-${(count += 1)}`)));
        await visitor.open(`${testApp.page}?next=${encodeURIComponent(next)}`);
        testApp.clock.advance(121_000);
        const last = await visitor.open(`${testApp.page}?next=${encodeURIComponent(next)}`);
        assert.ok(last.status < 500);
      }
    });

    it('two flows that redirect to each other make no loop for a signed-in user', async () => {
      const visitor = new Visitor(testApp);
      await visitor.signUp(code, `next-${(count += 1)}`);
      testApp.clock.advance(121_000);
      const staff = `${mount}/if/flow/staff/`;
      const circle = `${staff}?next=${encodeURIComponent(testApp.page)}`;
      assert.equal((await visitor.open(`${testApp.page}?next=${encodeURIComponent(circle)}`)).status, 403);
    });

    it('applies when it is given mid-flow', async () => {
      const visitor = new Visitor(testApp);
      await visitor.enterCode(code);
      await visitor.open(`${testApp.page}?next=/late`);
      assert.equal(visitor.step, 'account 1');
      assert.equal((await visitor.submit(accountOf(`next-${(count += 1)}`))).location, '/late');
    });
  });
}
