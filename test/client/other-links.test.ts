import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createFlowClient, type FlowClient } from '../../lib/client.js';
import { createPlanTokens } from '../../lib/client/plan-tokens.js';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';

const prompt = 'ak-stage-prompt';

describe('clients by bearer of one flow', () => {
  let app: TestApp;
  before(async () => {
    app = await openTestApp({ executorApi: true });
  });
  after(() => app.close());

  async function code(): Promise<string> {
    const invitation = await app.enrollment.invitations.create({ uses: 1 });
    app.canaries.add(invitation.code);
    return invitation.code;
  }

  async function field(client: FlowClient | null): Promise<string | undefined> {
    const challenge = await client?.current();
    return challenge?.component === prompt ? challenge.fields[0]?.field_key : challenge?.component;
  }

  it('have a plan for the code of each address, and its invitation pays for its account', async () => {
    const [one, other] = [await code(), await code()];
    const query = `invite=${one}`;
    const client = createFlowClient({ baseUrl: app.url, slug: 'invite', query, credentials: 'bearer' });
    await client.current();
    await client.solve({ component: prompt, invite_code: one });
    const second = client.at(`/if/flow/invite/?invite=${other}&next=%2Fbooks`);
    assert.equal(await field(second), 'invite_code');
    await second?.solve({ component: prompt, invite_code: other });
    assert.notEqual(client.token, second?.token);
    // Each is where it was, also for a client of the same address, or of one without a code.
    for (const [address, has] of [
      [`/if/flow/invite/?${query}`, client.token],
      ['/if/flow/invite/', client.token],
      [`/if/flow/invite/?invite=${other}`, second?.token],
      ['/if/flow/invite/?next=%2Fbooks', second?.token],
    ] as const) {
      const found = client.at(address);
      assert.equal(await field(found), 'username', address);
      assert.equal(found?.token, has, address);
    }
    await client.solve({ component: prompt, ...accountOf('first') });
    const done = await second?.solve({ component: prompt, ...accountOf('second') });
    assert.equal(done?.component === 'xak-flow-redirect' && done.to, '/books');
    const states = (await app.enrollment.invitations.list()).items.map(({ state }) => state);
    assert.deepEqual([app.members.length, states], [2, ['used_up', 'used_up']]);
  });

  it('go on with a token that was kept, with the link that its plan began with', async () => {
    const one = await code();
    const settings = { baseUrl: app.url, slug: 'invite', query: `?invite=${one}`, credentials: 'bearer' } as const;
    const client = createFlowClient(settings);
    await client.current();
    await client.solve({ component: prompt, invite_code: one });
    const { token } = client;
    assert.ok(token !== null);
    assert.equal(await field(createFlowClient({ ...settings, token })), 'username');
    assert.equal(await field(createFlowClient({ ...settings, token, query: '' })), 'username');
    assert.equal(await field(createFlowClient({ ...settings, token, query: `invite=${await code()}` })), 'invite_code');
  });

  it('keep their plan where another one begins after them, but for the one that another flow begins', () => {
    const tokens = createPlanTokens();
    const own = tokens.of('invite', 'next=%2F');
    own.use();
    own.set('own');
    const linked = tokens.of('invite', 'invite=CODE');
    linked.use();
    linked.set('of the link');
    assert.deepEqual([own.get(), tokens.of('invite', '').get()], ['own', 'of the link']);
    assert.equal(tokens.of('invite', 'invite=OTHER').get(), null);
    tokens.begin('invite', 'of the other flow');
    const held = [own, linked, tokens.of('invite', ''), tokens.of('invite', 'next=%2F&invite=CODE')];
    const expected = ['of the other flow', 'of the link', 'of the other flow', 'of the link'];
    assert.deepEqual(
      held.map((one) => one.get()),
      expected,
    );
    own.set(null);
    assert.deepEqual([own.get(), linked.get()], [null, 'of the link']);
  });
});
