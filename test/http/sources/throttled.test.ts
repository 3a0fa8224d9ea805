import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { accountOf } from '../../support/account.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { gatePage } from '../../support/sources/people.js';

describe('the gate after too many name look-ups from one network', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  before(async () => {
    provider = await startAcme();
    testApp = await openAcmeApp(provider, {
      rateLimits: { availability: { perClient: { points: 1, windowSeconds: 600 } } },
    });
  });
  after(async () => {
    await testApp.close();
    await provider.close();
  });

  it('F20: says how long to wait, and then goes on with the identity from the source', async () => {
    const { code } = await testApp.enrollment.invitations.create({ uses: 9 });
    await new Visitor(testApp).signUp(code, 'zed');
    const other = new Visitor(testApp);
    await other.enterCode(code);
    assert.equal((await other.submit(accountOf('zed'))).status, 422);

    const visitor = new Visitor(testApp);
    await visitor.follow(await testApp.by(visitor, 'ann', '/source/acme/login?next=/books'));
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const refused = await visitor.submit({});
    assert.deepEqual([refused.status, refused.headers['retry-after'] !== undefined], [429, true], refused.text);
    assert.match(refused.text, /Try again in 10 min/);
    testApp.clock.advance(11 * 60_000);
    await visitor.open(gatePage);
    assert.equal((await visitor.submit({})).location, '/books', 'the code was kept');
    assert.equal(await visitor.me(), 'ann');
  });
});
