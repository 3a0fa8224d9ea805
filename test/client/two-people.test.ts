import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createFlowClient, type FlowClient } from '../../lib/client.js';
import { signInFlow } from '../../lib/index.js';
import { accountOf, password } from '../support/account.js';
import { jarFetch, type JarFetch } from '../support/client/jar-fetch.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const prompt = 'ak-stage-prompt';
const identification = 'ak-stage-identification';

describe('two people, two clients, two tabs', () => {
  let app: TestApp;
  before(async () => {
    app = await openTestApp({
      executorApi: true,
      flows: [signup, signInFlow({ slug: 'sign-in', target: '/inside', passwordPage: true })],
    });
    await member(app, 'ann');
    await member(app, 'bob');
  });
  after(() => app.close());

  const tab = ({ fetch }: JarFetch, slug: string, credentials: 'cookie' | 'bearer' = 'cookie'): FlowClient =>
    createFlowClient({ baseUrl: app.url, slug, credentials, fetch });

  async function code(): Promise<string> {
    const invitation = await app.enrollment.invitations.create({ uses: 1 });
    app.canaries.add(invitation.code);
    return invitation.code;
  }

  for (const credentials of ['cookie', 'bearer'] as const)
    it(`two clients by ${credentials}, step by step beside each other: each has its own account`, async () => {
      const jars = [jarFetch(app.url), jarFetch(app.url)] as const;
      const [ann, bob] = [tab(jars[0], 'sign-in', credentials), tab(jars[1], 'sign-in', credentials)];
      await Promise.all([ann.current(), bob.current()]);
      await Promise.all([
        ann.solve({ component: identification, uid_field: 'ann' }),
        bob.solve({ component: identification, uid_field: 'bob' }),
      ]);
      await Promise.all([
        ann.solve({ component: 'ak-stage-password', password }),
        bob.solve({ component: 'ak-stage-password', password }),
      ]);
      assert.deepEqual([await jars[0].me(), await jars[1].me()], ['ann', 'bob']);
    });

  it('a page begins, a client goes on, a page ends; what each showed before is stale and costs nothing', async () => {
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/invite/');
    const jar = jarFetch(app.url, visitor.client);
    const client = tab(jar, 'invite');
    const first = await client.current();
    await visitor.follow(await visitor.submit({ invite_code: await code() }));
    assert.match(visitor.step, /^account /);

    // The client still shows the code: its answer is for no step of now, and changes nothing.
    const moved = await client.solve({ component: prompt, invite_code: await code() });
    assert.equal(first.component, prompt);
    assert.ok(moved.component === prompt && moved.response_errors === undefined, JSON.stringify(moved));
    assert.match(moved.page?.notice ?? '', /already completed/);
    assert.equal(moved.fields[0]?.field_key, 'username');
    const slip = { ...accountOf('carla'), password_repeat: 'another' };
    const wrong = await client.solve({ component: prompt, ...slip });
    assert.ok(wrong.component === prompt && wrong.response_errors !== undefined, JSON.stringify(wrong));

    const answer = await visitor.submit(accountOf('carla'));
    if (answer.location !== '/welcome') {
      await visitor.follow(answer);
      assert.equal((await visitor.submit(accountOf('carla'))).location, '/welcome');
    }
    assert.equal(await jar.me(), 'carla');
  });

  it('two tabs with one plan: the second answer of one step does nothing, and shows the present step', async () => {
    const jar = jarFetch(app.url);
    const [one, other] = [tab(jar, 'sign-in'), tab(jar, 'sign-in')];
    await one.current();
    await other.current();
    await one.solve({ component: identification, uid_field: 'ann' });
    const stale = await other.solve({ component: identification, uid_field: 'bob' });
    assert.ok(stale.component === 'ak-stage-password', JSON.stringify(stale));
    assert.equal(stale.pending_user, 'ann');
    assert.match(stale.page?.notice ?? '', /already completed/);
    assert.equal(await jar.me(), null);
  });

  it('two tabs with two flows: each goes on, though the browser has one CSRF cookie', async () => {
    const jar = jarFetch(app.url);
    const [signIn, invite] = [tab(jar, 'sign-in'), tab(jar, 'invite')];
    await signIn.current();
    await invite.current();
    await signIn.solve({ component: identification, uid_field: 'ann' });
    await invite.solve({ component: prompt, invite_code: await code() });
    const done = await signIn.solve({ component: 'ak-stage-password', password });
    assert.equal(done.component, 'xak-flow-redirect', JSON.stringify(done));
    assert.equal(await jar.me(), 'ann');
  });

  it('where another person has signed in at the browser meanwhile, an old tab does nothing in their account', async () => {
    const jar = jarFetch(app.url);
    const [ann, bob] = [tab(jar, 'sign-in'), tab(jar, 'sign-in')];
    await ann.current();
    await ann.solve({ component: identification, uid_field: 'ann' });
    await bob.restart();
    await bob.solve({ component: identification, uid_field: 'bob' });
    await bob.solve({ component: 'ak-stage-password', password });
    assert.equal(await jar.me(), 'bob');
    const late = await ann.solve({ component: 'ak-stage-password', password });
    assert.equal(late.component, 'xak-flow-redirect', JSON.stringify(late));
    assert.equal(await jar.me(), 'bob');
  });
});
