import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { authenticatorSetupFlow } from '../../../lib/flows.js';
import { connectAccountFlow, sourceAuthenticationFlow, type MemoryUser } from '../../../lib/index.js';
import { memoryAuthenticators } from '../../../lib/stores/memory/authenticators.js';
import { password } from '../../support/account.js';
import { member, signIn } from '../../support/http/sign-in-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { connectPage, leave, minutes, withSignIn, exit } from '../../support/sources/people.js';

describe('the second factor of people from a source', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let zoe: MemoryUser;
  let code: () => string;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    testApp = await openAcmeApp(provider, {
      authenticators: memoryAuthenticators(),
      flows: [
        ...withSignIn,
        authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/settings' }),
        sourceAuthenticationFlow({ secondFactor: true, target: '/inside' }),
        connectAccountFlow({ secondFactor: true, target: '/inside' }),
      ],
      after: exit,
    });
    zoe = await member(testApp, 'zoe');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'zoe');
    await visitor.open('/if/flow/totp/');
    await visitor.follow(await visitor.submit({ password }));
    const secret = /secret=([A-Z2-7]+)/.exec(visitor.page.text)?.[1] ?? '';
    code = () => generateSync({ secret, epoch: Math.floor(testApp.clock.now() / 1000) });
    await visitor.follow(await visitor.submit({ code: code() }));
    assert.equal((await visitor.submit({})).location, '/settings');
    testApp.clock.advance(minutes);
  });
  afterEach(() => testApp.close());

  const link = (): Promise<unknown> => testApp.connections.link(zoe.id, testApp.identityOf('ann'));

  it('is asked at a sign-in, if the flow says so, and nothing signs in before it', async () => {
    await link();
    const visitor = new Visitor(testApp);
    const page = await visitor.follow(await testApp.by(visitor, 'ann'));
    assert.match(page.text, /Confirm it’s you/);
    for (const fields of [{}, { code: '' }, { code: 'AAAAA-AAAAA' }, { response: '{}' }]) {
      assert.equal((await visitor.submit(fields)).status, 422);
      assert.equal(await visitor.me(), null);
    }
    // The provider answers again: still not enough.
    await visitor.follow(await testApp.by(visitor, 'ann'));
    assert.equal(await visitor.me(), null);
    const answer = await visitor.submit({ code: code() });
    assert.deepEqual([answer.status, answer.location], [303, '/inside']);
    assert.equal(await visitor.me(), 'zoe');
  });

  it('is not asked of users who have none', async () => {
    const bob = await member(testApp, 'bob');
    await testApp.connections.link(bob.id, testApp.identityOf('carl'));
    const visitor = new Visitor(testApp);
    const back = await visitor.follow(await testApp.by(visitor, 'carl'));
    if (back.status === 200) await visitor.submit({});
    assert.equal(await visitor.me(), 'bob');
  });

  it('is asked before an identity is connected, also of a user who signed in a moment ago', async () => {
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'zoe');
    assert.equal(await visitor.me(), 'zoe');
    const back = await testApp.by(visitor, 'ann');
    assert.equal(back.location, connectPage);
    await visitor.follow(back);
    assert.match(visitor.page.text, /Confirm it’s you/);
    assert.equal((await visitor.submit({ code: 'AAAAA-AAAAA' })).status, 422);
    assert.equal(await testApp.connections.find(testApp.identityOf('ann')), null);
    await visitor.follow(await visitor.submit({ code: code() }));
    assert.match(visitor.page.text, /Connect Acme to your account/);
    assert.equal((await visitor.submit({})).status, 303);
    assert.equal(await testApp.connections.find(testApp.identityOf('ann')), zoe.id);
    await leave(visitor);
  });
});
