import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { exportFlows, importFlowFiles } from '../../lib/flow-files.js';
import type { ContextKey } from '../../lib/flow/context.js';
import { defineFlow, designations, type Flow } from '../../lib/flow/flow.js';
import { definePolicy } from '../../lib/flow/policy.js';
import type { Stage } from '../../lib/flow/stage.js';
import { builtInPolicies } from '../../lib/flow-files/models/factories.js';
import { celPolicy, ifSso, inGroup, inviteCode, isUser, passwordPolicy, reputation } from '../../lib/policies.js';
import { checkbox, dropdown, hidden, number, password, text, username } from '../../lib/prompts.js';
import {
  consentStage,
  deny,
  dummyStage,
  identification,
  invitationStage,
  passwordStage,
  promptStage,
  recoveryCodesSetup,
  redirectStage,
  totpSetup,
  userLogin,
  userLogout,
  userWrite,
  validateAuthenticator,
} from '../../lib/stages.js';
import { defineSilentStage } from '../../lib/flow/define-stage.js';
import { definePrompt } from '../../lib/flow/prompt.js';
import { pythonPolicy } from '../../lib/python.js';
import { effort } from '../support/campaign.js';
import { shape } from '../support/flow-shape.js';

function again(flow: Flow): Flow {
  const { flows } = importFlowFiles([{ file: 'flow.yaml', text: exportFlows([flow]) }]);
  const [first] = flows;
  assert.ok(first !== undefined && flows.length === 1);
  return first;
}

const name = fc.stringMatching(/^[a-z][a-z-]{0,8}[a-z]$/);
const words = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((one) => one.trim() !== ''),
  fc.constantFrom(
    'yes',
    'n',
    'null',
    '012',
    '2026-12-31',
    '1:30',
    '!KeyOf x',
    '- a',
    'a: b',
    '#',
    '~',
    '{}',
    ' x',
    '&a',
    '*a',
    '%d',
  ),
);
const policy = fc.oneof(
  fc.constant(ifSso()),
  fc
    .record({ minLength: fc.integer({ min: 8, max: 60 }), digits: fc.integer({ min: 0, max: 3 }) })
    .map((one) => passwordPolicy(one)),
  fc.integer({ min: -20, max: 20 }).map((threshold) => reputation({ threshold })),
  fc.uniqueArray(name, { minLength: 1, maxLength: 3 }).map((groups) => inGroup(groups)),
  fc.uniqueArray(name, { minLength: 1, maxLength: 3 }).map((ids) => isUser(ids)),
  fc.constant(celPolicy('"staff" in user.groups', { name: 'staff' })),
);
const prompt = fc.oneof(
  fc.record({ key: name, label: words, required: fc.boolean(), initial: words }).map((one) => text(one)),
  fc.record({ key: name, label: words, min: fc.integer({ min: -9, max: 0 }) }).map((one) => number(one)),
  fc.record({ key: name, label: words, required: fc.boolean() }).map((one) => checkbox(one)),
  fc
    .record({ key: name, label: words, choices: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }) })
    .map((one) => dropdown(one)),
  fc
    .record({ key: name, label: words, initial: fc.constantFrom(1e21, 1e-7, -1.5e300, 0.5, 12) })
    .map((one) => hidden(one)),
  fc.record({ label: words }).map((one) => username({ ...one, key: 'username' })),
  fc.record({ label: words }).map((one) => password({ ...one, key: 'password' })),
);
const prompts = fc.uniqueArray(prompt, { minLength: 1, maxLength: 4, selector: ({ key }) => key });
const stage = fc
  .oneof(
    fc.record({ prompts, title: words }),
    fc.record({ prompts }).map((settings) => settings),
  )
  .map(
    (settings) => (named: string) =>
      promptStage({ ...settings, name: named, validation: [inviteCode({ field: 'code' })] }),
  );
const otherStage: fc.Arbitrary<(named: string) => Stage> = fc.oneof(
  fc
    .record({ rememberSeconds: fc.integer({ min: 1, max: 1e7 }), endOtherSessions: fc.boolean() })
    .map((one) => (named: string) => userLogin({ ...one, name: named })),
  fc.constantFrom(
    (named: string) => userLogout({ name: named }),
    (named: string) => userWrite({ name: named, creationMode: 'never_create', attributes: ['team'] }),
    (named: string) => identification({ name: named, userFields: ['email'], links: { enrollment: 'join' } }),
    (named: string) => passwordStage({ name: named, failedAttemptsBeforeCancel: 3 }),
    (named: string) =>
      validateAuthenticator({ name: named, required: true, deviceClasses: ['totp', 'recovery_codes'] }),
    (named: string) => totpSetup({ name: named, digits: 8 }),
    (named: string) => recoveryCodesSetup({ name: named, count: 8 }),
    (named: string) => invitationStage({ name: named, continueWithoutInvitation: true }),
    (named: string) => consentStage({ name: named, mode: 'permanent' }),
    (named: string) => dummyStage({ name: named }),
    (named: string) => redirectStage({ name: named, targetStatic: '/welcome', keepContext: false }),
  ),
  words.map((message) => (named: string) => deny({ name: named, message })),
);

const binding = fc.record(
  {
    made: fc.oneof(stage, otherStage),
    evaluateOnPlan: fc.boolean(),
    reEvaluatePolicies: fc.boolean(),
    invalidResponseAction: fc.constantFrom('retry', 'restart', 'restart_with_context'),
    policies: fc.array(
      fc.record({
        policy,
        negate: fc.boolean(),
        failureResult: fc.boolean(),
        timeoutSeconds: fc.integer({ min: 1, max: 300 }),
      }),
      { maxLength: 2 },
    ),
    mode: fc.constantFrom('any', 'all'),
    // The stage's name is the key of the step where none is given.
    named: fc.constantFrom('stage', 'Your account', 'Konto é', 'a.b', '2:fa', '-'),
    hasKey: fc.boolean(),
  },
  { requiredKeys: ['made', 'policies', 'mode', 'named', 'hasKey'] },
);

const flowOf = fc
  .record({
    slug: name,
    title: words,
    intro: words,
    designation: fc.constantFrom(...designations),
    deniedAction: fc.constantFrom('message', 'continue', 'message_continue'),
    bindings: fc.array(binding, { maxLength: 5 }),
  })
  .map(({ bindings, ...spec }) =>
    defineFlow({
      ...spec,
      stages: bindings.map(({ made, named, hasKey, ...rest }, at) => ({
        ...rest,
        stage: made(`${named}-${String(at)}`),
        ...(hasKey ? { key: `step-${String(at)}` } : {}),
      })),
    }),
  );

describe('flow files: export', () => {
  it('what is exported imports to the same flow', () => {
    fc.assert(
      fc.property(flowOf, (flow) => {
        assert.deepEqual(shape(again(flow)), shape(flow));
      }),
      { numRuns: effort(60, 2_000) },
    );
  });

  it('expressions in Python have their text, also those that an import takes for something else', () => {
    const policies = ['return True', 'return ak_is_sso_flow', 'return context.get("is_restored", False)'].map((text) =>
      pythonPolicy(`${text}\n`, { fields: ['a'], message: 'no', limits: { steps: 1_000 } }),
    );
    const flow = defineFlow({
      slug: 'x',
      title: 'X',
      designation: 'authorization',
      stages: [userLogout({ name: 'out' })],
      policies,
    });
    assert.deepEqual(shape(again(flow)), shape(flow));
  });

  it('takes no part of the app for one of the kit: neither one of the same name nor a changed copy', () => {
    const run = () => ({ type: 'completed' }) as const;
    const named = (kind: string) =>
      defineSilentStage<object>({ kind, settings: () => ({}), hasSideEffects: false, run })({ name: 'own' });
    const policyCopy = { ...isUser('ann'), check: () => ({ pass: true }) };
    const withStage = (one: Stage) =>
      defineFlow({ slug: 'x', title: 'X', designation: 'authorization', stages: [one] });
    const copied = Object.freeze({ ...userLogout({ name: 'own' }), run });
    for (const one of [named('deny'), named('user_logout'), named('dummy'), copied])
      assert.throws(() => exportFlows([withStage(one)]), /the stage "own" is code of the app/);
    const guarded = defineFlow({
      designation: 'authorization',
      title: 'X',
      slug: 'x',
      stages: [userLogout({ name: 'out' })],
      policies: [policyCopy],
    });
    assert.throws(() => exportFlows([guarded]), /the policy "is-user" is code of the app/);
  });

  it('of two flows, each in a file of its own, does not change the other where both are imported', () => {
    const flowOf = (slug: string, rememberSeconds: number) =>
      defineFlow({
        slug,
        title: slug,
        designation: 'authorization',
        stages: [userLogin({ name: 'login', rememberSeconds })],
        policies: [pythonPolicy(`return ${String(rememberSeconds)} > 0`, { name: 'rule' })],
      });
    const flows = [flowOf('one', 60), flowOf('two', 120)];
    const files = flows.map((flow) => ({ file: `${flow.slug}.yaml`, text: exportFlows([flow]) }));
    assert.deepEqual(importFlowFiles(files).flows.map(shape), flows.map(shape));
    assert.deepEqual(importFlowFiles([...files].reverse()).flows.map(shape), [...flows].reverse().map(shape));
  });

  it('an empty list of validation policies stays one', () => {
    const flow = defineFlow({
      slug: 'ask',
      title: 'Ask',
      designation: 'stage_configuration',
      stages: [promptStage({ name: 'page', prompts: [text({ key: 'team', label: 'Team' })], validation: [] })],
    });
    const [again] = importFlowFiles([{ file: 'a.yaml', text: exportFlows([flow]) }]).flows;
    const settings = new Map(Object.entries(again?.bindings[0]?.stage.settings ?? {}));
    assert.deepEqual(settings.get('validation'), []);
  });

  it('writes every policy of the kit that needs no settings', () => {
    const needs = ['ifAnswered', 'rarely', 'ifMissing'];
    const made = [...builtInPolicies].flatMap(([name, make]) => {
      if (needs.includes(name)) return [];
      try {
        return [[name, make([])] as const];
      } catch {
        return [];
      }
    });
    assert.ok(made.length > 10, String(made.length));
    for (const [name, policy] of made) {
      const flow = defineFlow({
        slug: 'x',
        title: 'X',
        designation: 'authorization',
        stages: [{ stage: userLogout({ name: 'out' }), policies: [policy] }],
      });
      assert.deepEqual(shape(again(flow)), shape(flow), name);
    }
  });

  it('a stage that is bound several times has a step for each binding, in a file of authentik too', () => {
    const [end, second] = [dummyStage({ name: 'end' }), dummyStage({ name: 'end-2' })];
    const twice = defineFlow({
      slug: 'twice',
      title: 'Twice',
      designation: 'stage_configuration',
      stages: [end, { stage: end, key: 'last' }, second],
    });
    assert.deepEqual(shape(again(twice)), shape(twice));
    const written = exportFlows([twice]).replace(/\n +(key: last|stages_as_written: true)/g, '');
    const [flow] = importFlowFiles([{ file: 'twice.yaml', text: written }]).flows;
    assert.deepEqual(flow?.bindings.map(({ key, stage }) => [key, stage.name]).slice(-3), [
      ['end', 'end'],
      ['end-3', 'end'],
      ['end-2', 'end-2'],
    ]);
  });

  it('keeps context keys that only the app knows', () => {
    const keys: readonly string[] = ['identity', 'shop_cart'];
    const isKey = (key: string): key is ContextKey => key !== '';
    const flow = defineFlow({
      slug: 'x',
      title: 'X',
      designation: 'authorization',
      stages: [userLogout({ name: 'out' })],
      providedContext: keys.filter(isKey),
    });
    assert.deepEqual(again(flow).providedContext, keys);
  });

  it('says of code without a name which setting it is, of what, and where to name it', () => {
    const own = definePrompt({
      type: 'text',
      asked: true,
      concealed: false,
      autocomplete: 'off',
      read: (typed) => ({ value: typed }),
    });
    const first = own({ key: 'own', label: 'Own' });
    const computed = text({ key: 'computed', label: 'Computed', initial: () => 'x' });
    const copy = { ...text({ key: 'copy', label: 'Copy' }), order: 2 };
    const prompts = [first, computed, copy];
    const ask = promptStage({ name: 'ask', prompts, links: [{ flow: 'y', label: 'Y', when: () => true }] });
    const mine = defineSilentStage<object>({
      kind: 'own',
      settings: () => ({}),
      hasSideEffects: false,
      run: () => ({ type: 'completed' }),
    })({ name: 'mine' });
    const stages = [ask, mine];
    const flow = defineFlow({ slug: 'x', title: 'X', designation: 'authorization', stages });
    const named = 'of the settings of flow files';
    assert.throws(
      () => exportFlows([flow]),
      (error) => {
        assert.ok(isEnrollmentError(error));
        assert.deepEqual(error.issues, [
          `x.ask: the prompt "own" is code of the app: give it a name in "prompts" ${named}`,
          `x.ask: the prompt "computed" has code of the app in its setting "initial": give it a name in "prompts" ${named}`,
          `x.ask: the prompt "copy" is code of the app: give it a name in "prompts" ${named}`,
          `x: the stage "ask" has code of the app in its setting "links.0.when": give it a name in "stages" ${named}`,
          `x: the stage "mine" is code of the app: give it a name in "stages" ${named}`,
        ]);
        return true;
      },
    );
    const given = { prompts: { own: first, computed, copy }, stages: { ask, mine } };
    assert.match(exportFlows([flow], given), /name: mine/);
  });

  it('leaves out the initial text of a password, and says so', () => {
    const prompts = [password({ key: 'password', label: 'Password', initial: 'a quiet lamp in the rain' })];
    const flow = defineFlow({
      slug: 'x',
      title: 'X',
      designation: 'authorization',
      stages: [promptStage({ name: 'ask', prompts })],
    });
    const written = exportFlows([flow]);
    assert.doesNotMatch(written, /quiet/);
    assert.match(written, /^# Left out:\n# x\.ask: the initial text of the prompt "password"/);
    assert.equal(importFlowFiles([{ file: 'x', text: written }]).flows.length, 1);
  });

  it('says of which texts it writes may be secrets: those of hidden prompts, and codes of expressions', () => {
    const stages = [
      promptStage({
        name: 'ask',
        prompts: [
          hidden({ key: 'key', label: 'Key', initial: 'sk_live_123' }),
          text({ key: 'invite_code', label: 'Code' }),
        ],
        validation: [
          pythonPolicy('return context["prompt_data"]["invite_code"] == "TESCODE"', { name: 'check' }),
          pythonPolicy('return context["prompt_data"]["word"] == "lamp"', { name: 'word', consumes: ['word'] }),
          pythonPolicy('return request.user.username != "ann"', { name: 'other' }),
        ],
      }),
    ];
    const written = exportFlows([defineFlow({ slug: 'x', title: 'X', designation: 'authorization', stages })]);
    assert.deepEqual(
      written.split('\n').filter((line) => line.startsWith('#')),
      [
        '# Written as it is, so look before you share it:',
        '# x.ask: the value of the hidden prompt "key"',
        '# x.ask: the text of the expression "check", with the codes that it has',
        '# x.ask: the text of the expression "word", with the codes that it has',
      ],
    );
    assert.match(written, /sk_live_123[^]*TESCODE/);
  });

  it('writes a flow without stages as one', () => {
    const text =
      'version: 1\nentries:\n  - {model: authentik_flows.flow, identifiers: {slug: x}, attrs: {title: X, designation: authorization}}';
    const { flows } = importFlowFiles([{ file: 'x', text }]);
    const written = exportFlows(flows);
    assert.doesNotMatch(written, /stage/);
    const [flow] = importFlowFiles([{ file: 'x', text: written }]).flows;
    assert.deepEqual(
      flow?.bindings.map(({ key }) => key),
      ['nothing-to-do'],
    );
  });

  it('writes code by its name, and refuses code without one', () => {
    const own = definePolicy({ name: 'own', check: () => true });
    const flow = defineFlow({ slug: 'x', title: 'X', designation: 'authorization', stages: [], policies: [own] });
    const written = exportFlows([flow], { policies: { mine: own } });
    assert.match(written, /model: express_enrollment\.policy\n.*\n +identifiers:\n +name: mine/);
    assert.equal(
      importFlowFiles([{ file: 'x', text: written }], { policies: { mine: own } }).flows[0]?.guard.bindings[0]?.policy,
      own,
    );
    assert.throws(
      () => exportFlows([flow]),
      (error) =>
        isEnrollmentError(error) &&
        error.issues[0] ===
          'x: the policy "own" is code of the app: give it a name in "policies" of the settings of flow files',
    );
  });
});
