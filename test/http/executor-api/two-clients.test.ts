import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { signInFlow } from '../../../lib/index.js';
import { accountOf, password } from '../../support/account.js';
import { assertDocumented } from '../../support/executor-api/documented.js';
import { JsonClient } from '../../support/executor-api/json-client.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';

const prompt = 'ak-stage-prompt';
const identification = 'ak-stage-identification';

for (const byBearer of [false, true])
  describe(`two people with two clients, ${byBearer ? 'by bearer' : 'by cookies'}`, () => {
    let app: TestApp;
    let ann: JsonClient;
    let bob: JsonClient;
    let count = 0;
    before(async () => {
      app = await openTestApp({
        executorApi: { inspector: true },
        flows: [signInFlow({ slug: 'sign-in', target: '/inside' }), signup],
      });
    });
    after(() => app.close());
    beforeEach(() => {
      [ann, bob] = [new JsonClient(app, { byBearer }), new JsonClient(app, { byBearer })];
      count += 1;
    });

    async function code(uses = 1): Promise<string> {
      const invitation = await app.enrollment.invitations.create({ uses });
      app.canaries.add(invitation.code);
      return invitation.code;
    }

    async function atAccount(client: JsonClient, typed: string): Promise<void> {
      await client.get('invite');
      const account = await client.post('invite', { component: prompt, invite_code: typed });
      assert.equal(account.body.fields?.[0]?.field_key, 'username', account.text);
    }

    it('each gets the account that their own request wrote', async () => {
      const typed = await code(2);
      await Promise.all([atAccount(ann, typed), atAccount(bob, typed)]);
      const names = [`ann-${count}-${byBearer}`, `bob-${count}-${byBearer}`] as const;
      const done = await Promise.all([
        ann.post('invite', { component: prompt, ...accountOf(names[0]) }),
        bob.post('invite', { component: prompt, ...accountOf(names[1]) }),
      ]);
      assert.deepEqual(
        done.map(({ body }) => body.component),
        ['xak-flow-redirect', 'xak-flow-redirect'],
      );
      assert.deepEqual([await ann.me(), await bob.me()], names);
      await assertDocumented(app, [...ann.answers, ...bob.answers]);
    });

    it('exactly the same answer again signs in again, another one never: the evidence is the repeated form', async () => {
      await atAccount(ann, await code());
      const { step, token } = ann;
      const name = `again-${count}-${byBearer}`;
      const answer = { component: prompt, ...accountOf(name) };
      const sent = (body: object, client: JsonClient) => client.post('invite', body, '', { 'x-enrollment-step': step });
      const before = ann.browser.cookies.get('enrollment.plan.invite') ?? '';
      const csrf = ann.csrf;
      const first = await sent(answer, ann);
      assert.equal(first.body.component, 'xak-flow-redirect', first.text);
      // The same browser, whose session did not arrive.
      const lost = new JsonClient(app, { byBearer });
      lost.token = token;
      lost.browser.cookies.set('enrollment.plan.invite', before);
      lost.browser.cookies.set('authentik_csrf', csrf);
      const other = await sent({ ...answer, username: 'eve' }, lost);
      assert.equal(await lost.me(), null, other.text);
      const guess = await sent({ ...answer, password: `${password} no`, password_repeat: `${password} no` }, lost);
      assert.equal(await lost.me(), null, guess.text);
      const blind = await lost.post('invite', answer);
      assert.equal(await lost.me(), null, blind.text);
      lost.token = token;
      lost.browser.cookies.set('enrollment.plan.invite', before);
      lost.browser.cookies.set('authentik_csrf', csrf);
      const repeated = await sent(answer, lost);
      assert.equal(repeated.body.component, 'xak-flow-redirect', repeated.text);
      assert.equal(await lost.me(), name);
      assert.equal(app.members.filter(({ username }) => username === name).length, 1);
    });

    it('a wrong password signs no user in; the evidence of the right one is of its own request', async () => {
      const name = `pw-${count}-${byBearer}`;
      await member(app, name);
      await ann.get('sign-in');
      const wrong = await ann.post('sign-in', {
        component: identification,
        uid_field: name,
        password: 'not it at all',
      });
      assert.deepEqual([wrong.status, wrong.body.component], [200, identification]);
      assert.notEqual(wrong.body.response_errors, undefined);
      assert.equal(await ann.me(), null);
      const right = await ann.post('sign-in', { component: identification, uid_field: name, password });
      assert.equal(right.body.to, '/inside');
      assert.equal(await ann.me(), name);
      // The plan is over; its token and its answer are of no use in another browser.
      bob.token = ann.token;
      await bob.get('sign-in');
      assert.equal(await bob.me(), null);
    });

    it('a token that was exchanged is dead', async () => {
      const name = `dead-${count}-${byBearer}`;
      await atAccount(ann, await code());
      const stolen = { token: ann.token, cookie: ann.browser.cookies.get('enrollment.plan.invite') ?? '' };
      await ann.post('invite', { component: prompt, ...accountOf(name) });
      bob.token = stolen.token;
      bob.browser.cookies.set('enrollment.plan.invite', stolen.cookie);
      const seen = await bob.get('invite');
      assert.equal(await bob.me(), null, seen.text);
      assert.doesNotMatch(seen.text, new RegExp(name));
    });

    it('the cookie of a plan is no bearer token, and a bearer token no cookie', async () => {
      await atAccount(ann, await code());
      const own = ann.token ?? ann.browser.cookies.get('enrollment.plan.invite') ?? '';
      const other = new JsonClient(app, { byBearer: !byBearer });
      if (byBearer) {
        other.browser.cookies.set('enrollment.plan.invite', own);
        const seen = await other.get('invite');
        assert.equal(seen.body.fields?.[0]?.field_key, 'invite_code', seen.text);
        return;
      }
      other.token = own;
      for (const method of ['GET', 'POST']) {
        const seen = await other.send(method, other.path('invite'), {}, method === 'GET' ? '' : '{}');
        assert.deepEqual([seen.status, seen.body.code], [401, 'invalid_token']);
      }
    });

    it('the inspector shows the own plan without secrets', async () => {
      const typed = await code();
      await atAccount(ann, typed);
      const plan = await ann.send('GET', '/api/v3/flows/inspector/invite/');
      assert.equal(plan.status, 200, plan.text);
      const { current_plan: current } = plan.body as { readonly current_plan?: Record<string, unknown> };
      assert.deepEqual(current?.['plan_context'], {
        prompt_data: {},
        invitation: '**********',
        fixed_data: '**********',
        inviter_name: '**********',
      });
      assert.doesNotMatch(plan.text, new RegExp(typed));
      const none = await bob.send('GET', '/api/v3/flows/inspector/invite/');
      assert.equal(none.status, 404);
    });
  });
