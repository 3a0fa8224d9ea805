import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'mocha';
import { dummyPolicy } from '../../../lib/policies.js';
import { file } from '../../../lib/prompts.js';
import { dummyStage, identification, promptStage, userLogin, userWrite } from '../../../lib/stages.js';
import { password } from '../../support/account.js';
import { JsonClient } from '../../support/executor-api/json-client.js';
import { holdForm, holdRequest } from '../../support/http/held-request.js';
import { member } from '../../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { waitUntil } from '../../support/wait-until.js';

const staff = '/if/flow/staff/';
const credentials = { uid_field: 'ann', password };

/** A flow that signs in; `denies`: that refuses every visitor. */
function staffFile(stages: readonly string[], { denies = false } = {}): string {
  const bound = stages.map(
    (name, order) => `  - model: express_enrollment.stage
    id: ${name}
    identifiers: { name: ${name} }
  - model: authentik_flows.flowstagebinding
    identifiers: { target: !KeyOf flow, stage: !KeyOf ${name}, order: ${String(order)} }
`,
  );
  const policy = `  - model: express_enrollment.policy
    id: policy
    identifiers: { name: never }
  - model: authentik_policies.policybinding
    identifiers: { target: !KeyOf flow, policy: !KeyOf policy, order: 0 }
`;
  return `version: 1
entries:
  - model: authentik_flows.flow
    id: flow
    identifiers: { slug: staff }
    attrs: { title: Staff, designation: authentication, target: /done }
${bound.join('')}${denies ? policy : ''}`;
}

describe('a form that is on its way while its flow changes', () => {
  const folder = temporaryFolder();
  let app: TestApp;
  let discarded = 0;
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    discarded = 0;
  });
  afterEach(() => app.close());

  const code = {
    policies: { never: dummyPolicy({ result: false }) },
    stages: {
      who: identification({ name: 'who', password: true }),
      rules: dummyStage({ name: 'rules' }),
      photo: promptStage({
        name: 'photo',
        prompts: [
          file({
            key: 'attributes.photo',
            label: 'Photo',
            required: false,
            async store({ stream }) {
              for await (const part of stream) void part;
              return { value: { id: 'p1' } };
            },
            discard: () => void (discarded += 1),
          }),
        ],
      }),
      write: userWrite({ name: 'write', creationMode: 'never_create', attributes: ['attributes.photo'] }),
      login: userLogin({ name: 'login' }),
    },
  };

  async function open(stages: readonly string[]): Promise<void> {
    app = await openTestApp({ executorApi: true, flowFiles: { stored: true, ...code } });
    await app.enrollment.ready();
    await change(staffFile(stages));
    await member(app, 'ann');
  }

  const change = (content: string, runningPlans: 'keep' | 'restart' = 'keep') =>
    app.enrollment.flows.import([{ file: 'staff.yaml', text: content }], { by: 'ann', runningPlans });

  /** Ann at the page behind the one that proves who she is. */
  async function atLast(page: 'rules' | 'photo' = 'rules'): Promise<Visitor> {
    await open(['who', page, ...(page === 'photo' ? ['write'] : []), 'login']);
    const visitor = new Visitor(app);
    await visitor.open(staff);
    await visitor.follow(await visitor.submit(credentials));
    assert.match(visitor.step, new RegExp(page));
    return visitor;
  }

  const denied = staffFile(['who', 'rules', 'login'], { denies: true });

  it('starts again where the version says so, and signs in no user', async () => {
    const visitor = await atLast();
    const rest = await holdForm(app, visitor, staff, {});
    await change(denied, 'restart');
    const answer = await rest();
    assert.deepEqual([answer.status, answer.location, await visitor.me()], [303, staff, null]);
    assert.equal((await visitor.open(staff)).status, 403);
  });

  it('goes on with its version where that is kept', async () => {
    const visitor = await atLast();
    const rest = await holdForm(app, visitor, staff, {});
    await change(denied);
    const answer = await rest();
    assert.deepEqual([answer.status, answer.location, await visitor.me()], [303, '/done', 'ann']);
  });

  it('is judged by the new version where it is the first and only one, whatever happens to running plans', async () => {
    for (const runningPlans of ['keep', 'restart'] as const) {
      await open(['who', 'login']);
      const visitor = new Visitor(app);
      await visitor.open(staff);
      const rest = await holdForm(app, visitor, staff, credentials);
      await change(staffFile(['who', 'login'], { denies: true }), runningPlans);
      assert.deepEqual([(await rest()).status, await visitor.me()], [403, null]);
      if (runningPlans === 'keep') await app.close();
    }
  });

  for (const byBearer of [false, true])
    it(`starts again by JSON, too: ${byBearer ? 'with a bearer token' : 'with cookies'}`, async () => {
      await open(['who', 'rules', 'login']);
      const client = new JsonClient(app, { byBearer });
      await client.get('staff');
      await client.post('staff', { component: 'ak-stage-identification', ...credentials });
      const own = byBearer
        ? { authorization: `Bearer ${String(client.token)}` }
        : { cookie: client.browser.cookies.header('/'), 'x-authentik-csrf': client.csrf };
      const headers = { 'content-type': 'application/json', 'x-enrollment-step': client.step, ...own };
      const body = JSON.stringify({ component: 'ak-stage-dummy' });
      const rest = await holdRequest(new URL(client.path('staff'), app.url), headers, body);
      await change(denied, 'restart');
      const answer = await rest();
      client.browser.cookies.take(answer.cookies, '/');
      assert.doesNotMatch(answer.text, /"to":"\/done"/);
      assert.equal(answer.status, byBearer ? 200 : 302, answer.text);
      assert.equal(await client.me(), null);
      const later = await client.get('staff');
      assert.equal(later.body.component, 'ak-stage-access-denied', later.text);
    });

  it('is not found where its flow is removed', async () => {
    const visitor = await atLast();
    const rest = await holdForm(app, visitor, staff, {});
    await app.enrollment.flows.rollBack(0, { by: 'ann', runningPlans: 'restart' });
    assert.deepEqual([(await rest()).status, await visitor.me()], [404, null]);
  });

  it('leaves none of its files', async () => {
    const visitor = await atLast('photo');
    const part = (name: string, value: string, more = '') =>
      `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
    const fields = Object.entries(visitor.form.hidden).map(([name, value]) => part(name, value));
    const body = `${fields.join('')}${part('attributes.photo', 'pixels', '; filename="a.png"')}--x--\r\n`;
    const type = 'multipart/form-data; boundary=x';
    const cookie = visitor.client.cookies.header(staff);
    const rest = await holdRequest(new URL(staff, app.url), { 'content-type': type, cookie }, body);
    await change(staffFile(['who', 'photo', 'write', 'login'], { denies: true }), 'restart');
    const answer = await rest();
    assert.deepEqual([answer.status, answer.location, discarded], [303, staff, 1]);
    assert.equal(await visitor.me(), null);
  });

  for (const runningPlans of ['restart', 'keep'] as const)
    it(`that is repeated after its plan’s end signs in ${runningPlans === 'keep' ? 'again' : 'no user'}: ${runningPlans}`, async () => {
      const visitor = await atLast();
      const { action, hidden } = visitor.form;
      assert.equal((await visitor.submit({})).location, '/done');
      assert.equal(await visitor.me(), 'ann');
      visitor.client.cookies.take(['enrollment.sid=; Path=/; Max-Age=0'], '/');
      assert.equal(await visitor.me(), null);
      await change(denied, runningPlans);
      const answer = await visitor.client.post(action, hidden);
      assert.equal(answer.location, runningPlans === 'keep' ? '/done' : staff);
      assert.equal(await visitor.me(), runningPlans === 'keep' ? 'ann' : null);
    });

  it('is judged by the changed files of a watched folder', async () => {
    const path = join(folder, 'staff.yaml');
    writeFileSync(path, staffFile(['who', 'rules', 'login']));
    app = await openTestApp({ flowFiles: { folder, watch: true, ...code } });
    await member(app, 'ann');
    const visitor = new Visitor(app);
    await visitor.open(staff);
    const rest = await holdForm(app, visitor, staff, credentials);
    writeFileSync(path, denied);
    await waitUntil(
      async () => ((await new Visitor(app).open(staff)).status === 403 ? true : undefined),
      () => 'the changed file was not taken in',
    );
    assert.deepEqual([(await rest()).status, await visitor.me()], [403, null]);
  });
});
