import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import {
  defineFlow,
  definePolicy,
  inviteCode,
  inviteCodePrompt,
  password as passwordPrompt,
  promptStage,
  signInFlow,
  text,
  userLogin,
  username,
  userWrite,
} from '../../../lib/index.js';
import { dummyStage } from '../../../lib/stages.js';
import { password } from '../../support/account.js';
import { AuthentikClient } from '../../support/executor-api/authentik-client.js';
import { servedSchemas } from '../../support/executor-api/documented.js';
import { JsonClient, type JsonAnswer } from '../../support/executor-api/json-client.js';
import { schemaFaults } from '../../support/executor-api/json-schema.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../../support/http/test-app.js';

const never = definePolicy({ name: 'never', check: () => false });

const join = defineFlow({
  slug: 'join',
  title: 'Join',
  designation: 'enrollment',
  target: '/welcome',
  stages: [
    promptStage({ name: 'code', prompts: [inviteCodePrompt()], validation: [inviteCode()] }),
    promptStage({
      name: 'who',
      prompts: [
        username({ key: 'username', label: 'Username' }),
        passwordPrompt({ key: 'password', label: 'Password' }),
        text({ key: 'attributes.team', label: 'Team' }),
      ],
    }),
    { stage: dummyStage({ name: 'left-out' }), policies: [never] },
    promptStage({ name: 'city', prompts: [text({ key: 'attributes.city', label: 'City' })] }),
    userWrite({ name: 'write', attributes: ['attributes.team', 'attributes.city'] }),
    dummyStage({ name: 'welcome' }),
    userLogin({ name: 'login' }),
  ],
});

interface ShownPlan {
  readonly current_stage: { readonly pk: string; readonly component: string | null } | null;
  readonly next_planned_stage: { readonly pk: string } | null;
  readonly plan_context: Readonly<Record<string, unknown>>;
  readonly session_id: string;
}

interface Inspection {
  readonly plans: readonly ShownPlan[];
  readonly current_plan: ShownPlan;
  readonly is_completed: boolean;
}

const hidden = '**********';
const prompt = 'ak-stage-prompt';

for (const byBearer of [false, true])
  describe(`the inspector, ${byBearer ? 'by bearer' : 'by cookies'}`, () => {
    let app: TestApp;
    before(async () => {
      const flows = [join, signInFlow({ slug: 'sign-in', target: '/inside' })];
      app = await openTestApp({ executorApi: { inspector: true }, flows });
    });
    after(() => app.close());

    const ask = (client: JsonClient, slug = 'join'): Promise<JsonAnswer> =>
      client.send('GET', `/api/v3/flows/inspector/${slug}/`);

    /** As the served document says. */
    async function inspected(client: JsonClient, slug?: string): Promise<Inspection> {
      const answer = await ask(client, slug);
      assert.equal(answer.status, 200, answer.text);
      const schemas = await servedSchemas(app);
      assert.deepEqual(schemaFaults({ $ref: '#/components/schemas/FlowInspection' }, answer.body, schemas), []);
      // The test looks at its own reading of the same document.
      return JSON.parse(answer.text) as Inspection;
    }

    const way = ({ plans, current_plan: now }: Inspection): readonly (readonly [string | null, string | null])[] =>
      [...plans, now].map((one) => [one.current_stage?.pk ?? null, one.next_planned_stage?.pk ?? null]);

    async function begun(): Promise<{ readonly client: JsonClient; readonly code: string }> {
      const { code } = await app.enrollment.invitations.create({ uses: 1 });
      app.canaries.add(code).add(password);
      const client = new JsonClient(app, { byBearer });
      await client.get('join');
      return { client, code };
    }

    it('says which stages were passed, in order, what came next, and what was known then; no secret', async () => {
      const { client, code } = await begun();
      assert.equal((await ask(client)).status, 404, 'nothing is stored yet');
      await client.post('join', { component: prompt, invite_code: code });
      assert.deepEqual(way(await inspected(client)), [
        ['code', 'who'],
        // Its policy is asked once the plan is there.
        ['who', 'left-out'],
      ]);
      const name = `ann-${String(byBearer)}`;
      await client.post('join', { component: prompt, username: name, password, 'attributes.team': 'red' });
      const second = await inspected(client);
      assert.deepEqual(way(second), [
        ['code', 'who'],
        ['who', 'city'],
        ['city', 'write'],
      ]);
      // The account has it later, and the stage of the code asks for no password.
      assert.deepEqual(
        second.plans.map((one) => one.plan_context['password_hash']),
        [undefined, hidden],
      );
      await client.post('join', { component: prompt, 'attributes.city': 'Bandung' });
      const answer = await ask(client);
      const third = await inspected(client);
      assert.deepEqual(way(third), [
        ['code', 'who'],
        ['who', 'city'],
        ['city', 'write'],
        ['write', 'welcome'],
        ['welcome', 'login'],
      ]);
      const invited = { invitation: hidden, fixed_data: hidden, inviter_name: hidden };
      const [first, who, city, write] = third.plans.map((one) => one.plan_context);
      assert.deepEqual(first, { ...invited, prompt_data: {} });
      assert.deepEqual(who?.['prompt_data'], { username: name, attributes: { team: 'red' } });
      assert.deepEqual(city?.['prompt_data'], { username: name, attributes: { team: 'red', city: 'Bandung' } });
      assert.deepEqual([city?.['pending_user'], write?.['pending_user']], [undefined, hidden]);
      assert.deepEqual(third.current_plan.plan_context['prompt_data'], city?.['prompt_data']);
      assert.equal(new Set([...third.plans, third.current_plan].map((one) => one.session_id)).size, 1);
      for (const secret of [code, password, '$argon2']) assert.ok(!answer.text.includes(secret), secret);
    });

    it('of a finished plan it says the last stage that was answered', async () => {
      const name = `bob-${String(byBearer)}`;
      await member(app, name);
      const client = new JsonClient(app, { byBearer });
      await client.get('sign-in');
      await client.post('sign-in', { component: 'ak-stage-identification', uid_field: name, password });
      assert.equal(await client.me(), name);
      const done = await inspected(client, 'sign-in');
      assert.deepEqual(
        [done.is_completed, way(done)],
        [
          true,
          [
            ['identification', null],
            ['identification', null],
          ],
        ],
      );
      assert.deepEqual(done.current_plan.plan_context, {});
    });

    it('a token that was exchanged is of no plan, and says nothing', async () => {
      const { client, code } = await begun();
      await client.post('join', { component: prompt, invite_code: code });
      const name = `eve-${String(byBearer)}`;
      await client.post('join', { component: prompt, username: name, password, 'attributes.team': 'red' });
      const [token, cookie] = [client.token, client.browser.cookies.get('enrollment.plan.join')];
      await client.post('join', { component: prompt, 'attributes.city': 'Bandung' });
      const old = new JsonClient(app, { byBearer });
      old.token = token;
      if (cookie !== undefined) old.browser.cookies.set('enrollment.plan.join', cookie);
      assert.equal((await ask(old)).status, 404);
      assert.equal((await ask(client)).status, 200);
    });
  });

describe('the inspector for authentik’s own client', () => {
  it('reads it as its own', async () => {
    const app = await openTestApp({ executorApi: { inspector: true }, flows: [join] });
    const client = new AuthentikClient(app);
    const { code } = await app.enrollment.invitations.create();
    app.canaries.add(code);
    await client.flows.flowsExecutorGet({ flowSlug: 'join', query: '' });
    await client.flows.flowsExecutorSolve({
      flowSlug: 'join',
      query: '',
      flowChallengeResponseRequest: { component: prompt, invite_code: code },
    });
    const { plans, currentPlan, isCompleted } = await client.flows.flowsInspectorGet({ flowSlug: 'join' });
    assert.deepEqual(
      [...plans, currentPlan].map((one) => [one?.currentStage.pk, one?.nextPlannedStage.pk]),
      [
        ['code', 'who'],
        ['who', 'left-out'],
      ],
    );
    assert.equal(isCompleted, false);
    await app.close();
  });
});
