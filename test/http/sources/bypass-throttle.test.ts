import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { signup } from '../../support/http/test-app.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { assertNobody, atGate, gatePath } from '../../support/sources/bypass-tricks.js';

const minute = 60_000;

describe('guessing codes at the gate', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    const codes = {
      perClient: { points: 12, windowSeconds: 600 },
      perPlan: { points: 4, windowSeconds: 3600 },
    };
    testApp = await openAcmeApp(provider, {
      flows: [signup],
      rateLimits: { codes },
      clientKey: (req) => String(req.headers['x-client'] ?? req.ip),
    });
  });
  afterEach(() => testApp.close());

  it('are counted per plan from any address; over the limit, even the right code is refused', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = await atGate(testApp, 'ann');
    for (let at = 0; at < 4; at += 1)
      assert.equal((await visitor.submit({ invite_code: `NO-SUCH-${at}` }, { 'x-client': `from-${at}` })).status, 422);
    const over = await visitor.submit({ invite_code: code }, { 'x-client': 'from-elsewhere' });
    assert.equal(over.status, 429);
    assert.ok(Number(over.headers['retry-after']) > 0);
    await assertNobody(testApp, visitor);
    assert.ok(testApp.events.some(({ name }) => name === 'invitation.throttled'));
  });

  it('are counted per client, across sign-ins and identities', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    let wrong = 0;
    for (const person of ['ann', 'bob', 'carl', 'dora'] as const) {
      const visitor = await atGate(testApp, person);
      for (let at = 0; at < 3; at += 1, wrong += 1)
        assert.equal((await visitor.submit({ invite_code: `NO-SUCH-${wrong}` })).status, 422);
    }
    const last = await atGate(testApp, 'eve');
    assert.equal((await last.submit({ invite_code: code })).status, 429);
    await assertNobody(testApp, last);
    const neighbour = await atGate(testApp, 'ann');
    await neighbour.follow(await neighbour.submit({ invite_code: code }, { 'x-client': 'next door' }));
    assert.equal(await neighbour.me(), 'ann', 'nobody else is kept out by it');
  });

  it('concurrent guesses do not outrun the counting', async () => {
    const visitor = await atGate(testApp, 'ann');
    const { hidden } = visitor.form;
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        visitor.client.post(gatePath, { ...hidden, invite_code: `NO-SUCH-${at}` }, { 'x-client': `from-${at}` }),
      ),
    );
    assert.deepEqual(
      [422, 429].map((status) => answers.filter((answer) => answer.status === status).length),
      [4, 26],
    );
    await assertNobody(testApp, visitor);
  });

  it('a person who returns after the plan ended has to sign in again', async () => {
    const { code, id } = await testApp.enrollment.invitations.create();
    const visitor = await atGate(testApp, 'ann');
    const { hidden } = visitor.form;
    testApp.clock.advance(61 * minute);
    const late = await visitor.client.post(gatePath, { ...hidden, invite_code: code });
    assert.deepEqual([late.status, late.location], [303, gatePath]);
    assert.equal((await visitor.get(gatePath)).status, 403, 'nobody is known there any more');
    assert.equal((await visitor.client.post(gatePath, { ...hidden, invite_code: code })).status, 303);
    await assertNobody(testApp, visitor);
    assert.ok(!(await testApp.enrollment.invitations.ledger(id)).some(({ kind }) => kind === 'claimed'));
    assert.equal(await testApp.connections.find(testApp.identityOf('ann')), null);
  });

  it('a person who cancels is forgotten at once', async () => {
    const visitor = await atGate(testApp, 'ann');
    const { hidden } = visitor.form;
    await visitor.get(`${gatePath}cancel/`);
    assert.equal((await visitor.submit({})).status, 303);
    assert.equal((await visitor.get(gatePath)).status, 403);
    assert.equal((await visitor.client.post(gatePath, { ...hidden, invite_code: 'X' })).status, 403);
    await assertNobody(testApp, visitor);
  });
});
