import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { createKeyring } from '../../lib/base/keyring.js';
import {
  deny,
  defineFlow,
  definePolicy,
  inviteCode,
  inviteCodePrompt,
  promptStage,
  text,
  userLogin,
  username,
  userWrite,
} from '../../lib/index.js';
import { checkFlows } from '../../lib/flow/check-flow.js';
import type { Flow } from '../../lib/flow/flow.js';
import { dummyStage, passwordStage, redirectStage } from '../../lib/stages.js';
import { identification } from '../../lib/stages.js';
import { password } from '../support/account.js';
import { ExecutorClient } from '../support/executor/executor-client.js';
import { openScene } from '../support/executor/scene.js';
import { form } from '../support/html-form.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, secrets, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const flow = (slug: string, stages: Parameters<typeof defineFlow>[0]['stages'], more: object = {}): Flow =>
  defineFlow({ slug, title: slug, designation: 'authorization', target: '/end', stages, ...more });

describe('advisories: flows, stages and policies', () => {
  const opened: TestApp[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
  const open = async (flows: readonly Flow[], options: object = {}): Promise<TestApp> => {
    const testApp = await openTestApp({ flows: [...flows], ...options });
    opened.push(testApp);
    return testApp;
  };

  // A policy that gives no verdict, in each way in which it can.
  const broken: readonly (readonly [string, () => unknown])[] = [
    [
      'throws',
      () => {
        throw new TypeError('cannot parse the address');
      },
    ],
    ['rejects', () => Promise.reject(new Error('away'))],
    ['returns nothing', () => undefined],
    ['returns an error object', () => new Error('x')],
    ['returns a truthy text of none', () => ''],
    ['returns 1', () => 1],
  ];
  for (const [how, check] of broken)
    it(`CVE-2024-47070: a policy that ${how} skips no password stage and admits nobody`, async () => {
      const policy = definePolicy({ name: 'broken', check: check as () => boolean });
      for (const negate of [false, true]) {
        const guarded = flow('sign-in', [
          identification({ name: 'identification' }),
          { stage: passwordStage({ name: 'password' }), policies: [{ policy, negate }] },
          userLogin({ name: 'login' }),
        ]);
        const testApp = await open([guarded, signup]);
        await member(testApp, 'ann');
        const visitor = new Visitor(testApp);
        await visitor.open('/if/flow/sign-in/');
        assert.equal((await visitor.follow(await visitor.submit({ uid_field: 'ann' }))).status, 403);
        assert.equal(await visitor.me(), null);
        const client = new ExecutorClient(
          openScene(),
          flow('a', [dummyStage({ name: 'one' })], { policies: [{ policy, negate }] }),
        );
        const reply = await client.get();
        assert.equal(reply.type === 'refusal' && reply.status, 403);
      }
    });

  it('GHSA-8fpg-xm3f-6cx3: a configuration with a mistake does not start', async () => {
    await assert.rejects(open([flow('a', [deny({ name: 'one' })], { target: 'https://evil.example' })]), {
      code: 'ERR_ENROLLMENT_CONFIG',
    });
  });

  it('Cure53 ATH-01-014: what one flow signed is worthless in another', async () => {
    const testApp = await open([
      flow('a', [dummyStage({ name: 'step' })]),
      flow('b', [dummyStage({ name: 'step' })]),
      signup,
    ]);
    const visitor = new Visitor(testApp);
    const { hidden } = form((await visitor.open('/if/flow/a/')).text);
    await visitor.open('/if/flow/b/');
    assert.equal((await visitor.client.post('/if/flow/b/', hidden)).status, 403);
    assert.equal((await visitor.client.post('/if/flow/a/', hidden)).location, '/end');
  });

  it('CVE-2024-47077, CVE-2024-52287: a value signed for one purpose is none for another', () => {
    const keyring = createKeyring([secrets[0]]);
    const purposes = ['step', 'plan-token', 'source', 'form'] as const;
    for (const made of purposes)
      for (const used of purposes)
        assert.equal(keyring.verify(used, 'text', keyring.sign(made, 'text')), made === used, `${made} as ${used}`);
  });

  it('CVE-2024-38371, CVE-2024-49757: every way to an account meets the same gate', async () => {
    const account = promptStage({ name: 'account', prompts: [username({ key: 'username', label: 'Name' })] });
    const write = userWrite({ name: 'write' });
    const code = promptStage({ name: 'code', prompts: [inviteCodePrompt()], validation: [inviteCode()] });
    const registration = { registration: 'invite-only' } as const;
    const never = definePolicy({ name: 'never', check: () => false });
    for (const stages of [
      [account, write],
      [account, write, code],
      [{ stage: code, policies: [never] }, account, write],
    ])
      assert.notDeepEqual(checkFlows([flow('a', stages, { designation: 'enrollment' })], registration), []);
    // A flow that hands its answers over does not carry the gate of the other flow past itself.
    const testApp = await open([
      flow('a', [account, redirectStage({ name: 'away', targetFlow: 'b' })]),
      flow('b', [code, account, write, userLogin({ name: 'login' })], { designation: 'enrollment' }),
    ]);
    const visitor = new Visitor(testApp);
    await visitor.open('/if/flow/a/');
    await visitor.follow(await visitor.submit({ username: 'ann' }));
    assert.match(visitor.step, /^code /);
    assert.equal((await visitor.submit({ invite_code: 'WRONG-CODE' })).status, 422);
    assert.deepEqual(testApp.members, []);
  });

  it('CVE-2023-6787: starting again keeps neither the person nor the session of another', async () => {
    const testApp = await open([
      flow('a', [
        identification({ name: 'identification', password: true }),
        {
          stage: promptStage({ name: 'sure', prompts: [text({ key: 'sure', label: 'Sure?' })], validation: [unsure] }),
          invalidResponseAction: 'restart',
        },
        userLogin({ name: 'login' }),
      ]),
      signup,
    ]);
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await visitor.open('/if/flow/a/');
    await visitor.follow(await visitor.submit({ uid_field: 'ann', password }));
    await visitor.follow(await visitor.submit({ sure: 'no' }));
    assert.match(visitor.step, /^identification /);
    await visitor.follow(await visitor.submit({ uid_field: 'ann', password: 'not her password' }));
    assert.equal(await visitor.me(), null);
  });
  const unsure = definePolicy({
    name: 'unsure',
    fields: ['sure'],
    consumes: ['sure'],
    check: ({ answers }) => answers['sure'] === 'yes',
  });

  it('CVE-2026-48087, CVE-2025-61928: a user id in the form or the query is never who is asking', async () => {
    const whoami = definePolicy({
      name: 'whoami',
      check: ({ facts, context }) => ({
        pass: true,
        messages: [{ id: 'literal', values: { text: `You: ${facts.user ?? context.pending_user ?? 'nobody'}.` } }],
      }),
    });
    const testApp = await open([
      flow('a', [
        { stage: dummyStage({ name: 'one' }), policies: [whoami] },
        { stage: dummyStage({ name: 'two' }), policies: [whoami] },
      ]),
      signup,
    ]);
    const { id } = await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    const forged = {
      user: id,
      user_id: id,
      pending_user: id,
      'prompt_data.pending_user': id,
      proved: id,
    };
    const query = new URLSearchParams(forged).toString();
    assert.match((await visitor.open(`/if/flow/a/?${query}`)).text, /You: nobody\./);
    assert.match((await visitor.follow(await visitor.submit(forged))).text, /You: nobody\./);
  });

  it('CVE-2026-23735: interleaved visitors share nothing of a flow', async () => {
    const telling = definePolicy({
      name: 'telling',
      async check({ context }) {
        await new Promise((resolve) => setImmediate(resolve));
        return {
          pass: true,
          messages: [{ id: 'literal', values: { text: `Said: ${String(context.prompt_data?.['username'])}.` } }],
        };
      },
    });
    const said = promptStage({ name: 'one', prompts: [text({ key: 'username', label: 'Name' })] });
    const testApp = await open([
      flow('a', [
        said,
        { stage: dummyStage({ name: 'two' }), policies: [telling] },
        redirectStage({ name: 'away', targetFlow: 'a' }),
      ]),
      signup,
    ]);
    const pages = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const visitor = new Visitor(testApp);
        await visitor.open('/if/flow/a/');
        return (await visitor.follow(await visitor.submit({ username: `name-${String(index)}` }))).text;
      }),
    );
    for (const [index, html] of pages.entries()) assert.match(html, new RegExp(`Said: name-${String(index)}\\.`));
  });

  it('Cure53 ATH-01-008: a secret in the query is never read; forms are sent by POST', async () => {
    const testApp = await open([
      flow('sign-in', [identification({ name: 'identification', password: true }), userLogin({ name: 'login' })]),
      signup,
    ]);
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    const page = await visitor.open('/if/flow/sign-in/');
    assert.doesNotMatch(page.text, /<form(?![^>]*method="post")/);
    const query = new URLSearchParams({ ...visitor.form.hidden, uid_field: 'ann', password }).toString();
    assert.equal((await visitor.get(`/if/flow/sign-in/?${query}`)).status, 200);
    assert.equal(await visitor.me(), null);
  });
});
