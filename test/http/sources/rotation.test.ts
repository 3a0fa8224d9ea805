import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { secrets } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { gatePage, sentBack } from '../../support/sources/people.js';

const [old, fresh] = secrets;
const page = '/if/flow/invite/';

describe('a callback at two processes during a secret rotation', () => {
  let provider: OpenIdProvider;
  let redis: TestRedis;
  let first: AcmeApp;
  let later: AcmeApp;
  before(async () => {
    [provider, redis] = await Promise.all([startAcme(), startRedis()]);
  });
  after(async () => {
    await Promise.all([provider.close(), redis.stop()]);
  });
  beforeEach(async () => {
    first = await openAcmeApp(provider, { redis: redis.url, secret: old });
    const { users, connections } = first;
    later = await openAcmeApp(provider, { redis: redis.url, secret: [fresh, old], users, connections });
    await Promise.all([first.enrollment.ready(), later.enrollment.ready()]);
  });
  afterEach(async () => {
    await later.close();
    await first.close();
  });

  /** The same browser, sent to the other process. */
  function move({ client }: Visitor): Visitor {
    const moved = new Visitor(later);
    for (const name of client.cookies.names())
      moved.client.cookies.set(name, client.cookies.get(name) ?? '', name.includes('.plan.') ? page : '/');
    return moved;
  }

  /** Both clicks; returns where each was redirected, and whether both reached the same plan. */
  async function twice(visitor: Visitor, callback: string, plan: string): Promise<readonly unknown[]> {
    const second = move(visitor);
    const answers = [await visitor.client.get(callback), await second.client.get(callback)];
    const [one, other] = [visitor, second].map(({ client }) => client.cookies.get(`enrollment.plan.${plan}`));
    return [...answers.map(({ location }) => location), one !== undefined && one === other];
  }

  it('F26: leads to one gate', async () => {
    const visitor = new Visitor(first);
    const callback = await sentBack(provider, visitor, 'ann');
    assert.deepEqual(await twice(visitor, callback, 'no-access-yet'), [gatePage, gatePage, true]);
  });

  it('F26: continues one flow', async () => {
    const { code } = await first.enrollment.invitations.create();
    const visitor = new Visitor(first);
    await visitor.open();
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const callback = await sentBack(provider, visitor, 'ann', `${page}source/acme/`);
    assert.deepEqual(await twice(visitor, callback, 'invite'), [page, page, true]);
  });
});
