import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { importFlowFiles } from '../../lib/flow-files.js';
import { defineFlow, identification, signInFlow, userWrite, type Flow } from '../../lib/index.js';
import type { StageBindingSpec } from '../../lib/flow/flow.js';
import { password as passwordPrompt } from '../../lib/prompts.js';
import { passwordStage, promptStage, userDelete } from '../../lib/stages.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const other = 'another velvet tram in the snow';
const name = (key: string): StageBindingSpec => ({ stage: identification({ name: key }) });
const proof: StageBindingSpec = { stage: passwordStage({ name: 'pw' }) };
const remove: StageBindingSpec = { stage: userDelete({ name: 'delete' }) };
const change: readonly StageBindingSpec[] = [
  { stage: promptStage({ name: 'ask', prompts: [passwordPrompt({ key: 'password', label: 'Password' })] }) },
  { stage: userWrite({ name: 'write', creationMode: 'never_create' }) },
];
const own = (slug: string, designation: Flow['designation'], stages: readonly StageBindingSpec[]): Flow =>
  defineFlow({ slug, title: 'T', designation, target: '/inside', authentication: 'require_authenticated', stages });

describe('a name that is typed in the session of another user', () => {
  let app: TestApp;
  let visitor: Visitor;
  let count = 0;
  let ann = '';
  let eve = '';
  before(async () => {
    app = await openTestApp({
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        own('change', 'stage_configuration', [name('who'), proof, name('who-else'), ...change]),
        own('change-named', 'stage_configuration', [name('who'), ...change]),
        own('leave', 'unenrollment', [name('who'), proof, name('who-else'), remove]),
        own('leave-named', 'unenrollment', [name('who'), remove]),
        signup,
      ],
    });
  });
  after(() => app.close());
  beforeEach(async () => {
    count += 1;
    [ann, eve] = [`ann-${String(count)}`, `eve-${String(count)}`];
    await member(app, ann);
    await member(app, eve);
    visitor = new Visitor(app);
    await signIn(visitor, ann);
  });

  const typed = (uid_field: string) => ({ uid_field });

  async function walked(slug: string, ...names: readonly string[]): Promise<number> {
    await visitor.open(`/if/flow/${slug}/`);
    const [first = '', second] = names;
    const proved = second === undefined ? [] : [{ password }, typed(second)];
    const last = slug.startsWith('change') ? { password: other } : {};
    let status = 0;
    for (const form of [typed(first), ...proved, last]) ({ status } = await visitor.follow(await visitor.submit(form)));
    return status;
  }

  /** Whether the account is there, and has the password that it had. */
  async function isAsBefore(): Promise<boolean> {
    const guest = new Visitor(app);
    await signIn(guest, ann);
    return (await guest.me()) === ann;
  }

  it('changes nothing of that user, whatever was proved before', async () => {
    for (const second of ['zzz', ann, eve]) {
      await walked('change', eve, second);
      await walked('leave', eve, second);
      assert.equal(await isAsBefore(), true, second);
    }
    for (const one of ['zzz', eve]) {
      assert.equal(await walked('change-named', one), 403);
      assert.equal(await walked('leave-named', one), 403);
      assert.equal(await isAsBefore(), true, one);
    }
  });

  it('may be their own', async () => {
    assert.equal(await walked('change', ann, ann), 303);
    assert.equal(await isAsBefore(), false);
    await member(app, (ann = `${ann}-2`));
    visitor = new Visitor(app);
    await signIn(visitor, ann);
    await walked('leave-named', ann);
    assert.equal(await isAsBefore(), false);
  });
});

describe('an imported flow that asks a signed-in visitor for a name alone', () => {
  const stage = (model: string, id: string): string =>
    `  - {model: authentik_stages_${model}, id: ${id}, identifiers: {name: ${id}}}`;
  const imported = (designation: string, ...stages: readonly (readonly [model: string, id: string])[]) =>
    importFlowFiles([
      {
        file: 'a.yaml',
        text: [
          'version: 1',
          'entries:',
          `  - {model: authentik_flows.flow, id: flow, identifiers: {slug: f}, attrs: {title: T, designation: ${designation}, authentication: require_authenticated}}`,
          ...stages.flatMap(([model, id], at) => [
            stage(model, id),
            `  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf ${id}, order: ${String(at)}}}`,
          ]),
          '',
        ].join('\n'),
      },
    ]).flows.flatMap(({ bindings }) => bindings.map(({ key }) => key));

  it('begins with a page on which they confirm who they are; one that asks for the password, too, does not', () => {
    const who = ['identification.identificationstage', 'who'] as const;
    const act = ['user_delete.userdeletestage', 'act'] as const;
    const app = ['authenticator_totp.authenticatortotpstage', 'app'] as const;
    assert.deepEqual(imported('unenrollment', who, act), ['sign-in-again', 'confirm', 'who', 'act']);
    assert.deepEqual(imported('stage_configuration', who, app), ['confirm', 'who', 'app']);
    const secret = ['password.passwordstage', 'secret'] as const;
    assert.deepEqual(imported('unenrollment', who, secret, act), ['who', 'secret', 'act']);
  });
});
