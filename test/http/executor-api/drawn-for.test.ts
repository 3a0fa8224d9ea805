import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { accountSettings } from '../../../lib/flows.js';
import { authenticatorSetupFlow } from '../../../lib/flows/authenticator-setup.js';
import { defineFlow, definePolicy, promptStage, signInFlow, text, type MemoryUser } from '../../../lib/index.js';
import { memoryAuthenticators } from '../../../lib/stores/memory/authenticators.js';
import { password } from '../../support/account.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { AuthentikClient } from '../../support/executor-api/authentik-client.js';
import { JsonClient, type JsonAnswer } from '../../support/executor-api/json-client.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import { RawClient } from '../../support/raw-client.js';

const prompt = 'ak-stage-prompt';

for (const byBearer of [false, true])
  describe(`a challenge of one user in the account of another, ${byBearer ? 'by bearer' : 'by cookies'}`, () => {
    const authenticators = memoryAuthenticators();
    const acted: (string | undefined)[] = [];
    let app: TestApp;
    let ann: MemoryUser;
    let bea: MemoryUser;
    let browser: RawClient;
    let count = 0;

    before(async () => {
      const everyone = defineFlow({
        slug: 'everyone',
        title: 'For everyone',
        designation: 'stage_configuration',
        authentication: 'none',
        target: '/inside',
        stages: [
          {
            stage: promptStage({
              name: 'note',
              prompts: [text({ key: 'note', label: 'Note' })],
              validation: [
                definePolicy({
                  name: 'seen',
                  consumes: ['note'],
                  check: ({ facts }) => acted.push(facts.user) > 0,
                }),
              ],
            }),
          },
        ],
      });
      app = await openTestApp({
        executorApi: true,
        authenticators,
        flows: [
          signInFlow({ slug: 'sign-in', target: '/inside' }),
          authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/settings' }),
          everyone,
          ...accountSettings({ fields: ['name'] }),
          signup,
        ],
      });
    });
    after(() => app.close());
    beforeEach(async () => {
      acted.splice(0);
      count += 1;
      [ann, bea] = [await member(app, `ann${String(count)}`), await member(app, `bea${String(count)}`)];
      browser = new RawClient(app.url);
    });

    const tab = (namesSteps: boolean): JsonClient => new JsonClient(app, { browser, byBearer, namesSteps });

    /** A new tab, in which a user signs in. */
    async function signIn({ username }: MemoryUser): Promise<JsonClient> {
      const client = tab(true);
      await client.get('sign-in');
      await client.post('sign-in', { component: 'ak-stage-identification', uid_field: username, password });
      assert.equal(await client.me(), username);
      if (byBearer) client.token = 'new';
      return client;
    }

    /** Ann's sessions end, and Bea signs in at the same browser, where she opens the flow too. */
    async function beaFollows(slug: string): Promise<JsonClient> {
      await app.enrollment.sessions.endAll(ann.id);
      const client = await signIn(bea);
      await client.get(slug);
      return client;
    }

    const nameOf = async (user: MemoryUser): Promise<string | null | undefined> =>
      (await app.users.findById(user.id))?.name;

    function assertRefused({ body, text: said }: JsonAnswer, sentence: RegExp): void {
      assert.match(body.response_errors?.['component']?.[0]?.string ?? '', sentence, said);
    }

    it('a challenge drawn for Ann does nothing in Bea’s account, with its step and without', async () => {
      const [named, unnamed] = [tab(true), tab(false)];
      await signIn(ann);
      await named.get('account-profile');
      await unnamed.get('account-profile');
      const client = await beaFollows('account-profile');
      const before = await nameOf(bea);
      const blind = await unnamed.post('account-profile', { component: prompt, name: 'Ann' });
      assert.deepEqual([blind.status, blind.body.code], [403, 'step_required'], blind.text);
      assertRefused(await named.post('account-profile', { component: prompt, name: 'Ann' }), /Another account/);
      assert.deepEqual([await nameOf(bea), await nameOf(ann)], [before, before]);
      await client.get('account-profile');
      const done = await client.post('account-profile', { component: prompt, name: 'Bea' });
      assert.equal(done.body.component, 'xak-flow-redirect', done.text);
      assert.deepEqual([await nameOf(bea), await nameOf(ann)], ['Bea', before]);
      await assertDocumented(app, [...named.answers, ...unnamed.answers, ...client.answers]);
    });

    it('nor does one that was drawn before Bea signed in, in a flow for everyone', async () => {
      const [named, unnamed] = [tab(true), tab(false)];
      await named.get('everyone');
      await unnamed.get('everyone');
      await signIn(bea);
      const blind = await unnamed.post('everyone', { component: prompt, note: 'hello' });
      assert.deepEqual([blind.status, blind.body.code], [403, 'step_required'], blind.text);
      const again = await named.post('everyone', { component: prompt, note: 'hello' });
      assertRefused(again, /You’ve signed in since/);
      // As on the page: what this very answer had is shown to who sent it.
      assert.equal(again.body.fields?.[0]?.initial_value, 'hello', again.text);
      assert.deepEqual(acted, []);
      // The challenge that follows is Bea's.
      const done = await named.post('everyone', { component: prompt, note: 'hello' });
      assert.equal(done.body.component, 'xak-flow-redirect', done.text);
      assert.deepEqual(acted, [bea.id]);
    });

    it('one that was drawn for Ann does nothing once she is signed out, in a flow for everyone', async () => {
      const named = tab(true);
      await signIn(ann);
      await named.get('everyone');
      await app.enrollment.sessions.endAll(ann.id);
      assertRefused(await named.post('everyone', { component: prompt, note: 'hello' }), /You’ve been signed out/);
      assert.deepEqual(acted, []);
      await named.post('everyone', { component: prompt, note: 'hello' });
      assert.deepEqual(acted, [undefined]);
    });

    it('after a sign-out, one that was drawn for Ann does nothing, and the present one follows', async () => {
      for (const next of [null, bea]) {
        const named = tab(true);
        await signIn(ann);
        await named.get('everyone');
        await browser.post('/sign-out', {});
        if (next !== null) await signIn(next);
        const late = await named.post('everyone', { component: prompt, note: 'hello' });
        assert.equal(late.body.component, prompt, late.text);
        assertRefused(late, /session expired|been signed out|Another account/);
        assert.deepEqual(acted, []);
        await named.post('everyone', { component: prompt, note: 'hello' });
        assert.deepEqual(acted.splice(0), [next?.id]);
        await assertDocumented(app, named.answers);
      }
    });

    it('nor does the end of Ann’s plan end one of Bea’s', async () => {
      const [named, unnamed] = [tab(true), tab(false)];
      await signIn(ann);
      await named.get('account-profile');
      await unnamed.get('account-profile');
      await beaFollows('account-profile');
      const path = '/api/v3/flows/executor/account-profile/cancel/';
      const blind = await unnamed.send('POST', path, {}, '{}');
      assert.deepEqual([blind.status, blind.body.code], [403, 'step_required'], blind.text);
      assertRefused(await named.send('POST', path, { 'x-enrollment-step': named.step }, '{}'), /Another account/);
    });

    it('an answer to a sign-in that is over is none: it says where to go on, also without a step', async () => {
      const client = tab(false);
      await client.get('sign-in');
      const answer = { component: 'ak-stage-identification', uid_field: ann.username, password };
      await client.post('sign-in', answer);
      assert.equal(await client.me(), ann.username);
      const late = await client.post('sign-in', { ...answer, uid_field: bea.username, password: 'another one' });
      assert.deepEqual([late.status, late.body.component], [200, 'xak-flow-redirect'], late.text);
      assert.equal(await client.me(), ann.username);
      await assertDocumented(app, client.answers);
    });

    if (!byBearer)
      it("nor does one that authentik's own client holds: an authenticator app is set up for no one else", async () => {
        const named = new AuthentikClient(app, browser);
        const asked = { flowSlug: 'totp', query: '' };
        await signIn(ann);
        await named.flows.flowsExecutorGet(asked);
        const totp = await named.flows.flowsExecutorSolve({
          ...asked,
          flowChallengeResponseRequest: { component: 'ak-stage-password', password },
        });
        assert.ok('configUrl' in totp, JSON.stringify(totp));
        const secret = new URL(totp.configUrl).searchParams.get('secret') ?? '';
        app.canaries.add(secret);
        await app.enrollment.sessions.endAll(ann.id);
        const client = await signIn(bea);
        await client.get('totp');
        await client.post('totp', { component: 'ak-stage-password', password });
        const code = generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
        await named.flows
          .flowsExecutorSolve({
            ...asked,
            flowChallengeResponseRequest: { component: 'ak-stage-authenticator-totp', code },
          })
          .catch(() => null);
        for (const { id } of [ann, bea]) assert.deepEqual(await authenticators.list(id), []);
      });
  });
