import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { createEnrollment } from '../../lib/index.js';
import { importFlowFiles, type FlowFile } from '../../lib/flow-files.js';
import { memoryUsers } from '../../lib/stores/memory/user-store.js';
import { commandLine } from '../support/cli/command-line.js';

const entries = (slug: string, designation: string, ...lines: readonly string[]): string =>
  [
    'version: 1',
    'entries:',
    `  - {model: authentik_flows.flow, id: flow, identifiers: {slug: ${slug}}, attrs: {title: T, designation: ${designation}}}`,
    ...lines,
    '',
  ].join('\n');
const stage = (model: string, name: string, attrs = '{}'): string =>
  `  - {model: ${model}, id: ${name}, identifiers: {name: ${name}}, attrs: ${attrs}}`;
const bound = (name: string, order: number, attrs = '{}'): string =>
  `  - {model: authentik_flows.flowstagebinding, id: at-${name}, identifiers: {target: !KeyOf flow, stage: !KeyOf ${name}, order: ${String(order)}}, attrs: ${attrs}}`;
const prompt = (name: string, key: string, type = 'text'): string =>
  stage('authentik_stages_prompt.prompt', name, `{field_key: ${key}, label: L, type: ${type}}`);
const write = stage('authentik_stages_user_write.userwritestage', 'write', '{user_creation_mode: always_create}');
const login = stage('authentik_stages_user_login.userloginstage', 'login');
const page = (name: string, fields: string, more = ''): string =>
  stage('authentik_stages_prompt.promptstage', name, `{fields: [${fields}]${more}}`);
const policy = (id: string): string => stage('authentik_policies_dummy.dummypolicy', id, '{result: true}');
const policyAt = (target: string, id: string, order: number): string =>
  `  - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf ${target}, policy: !KeyOf ${id}, order: ${String(order)}}}`;

/** Each is a mistake of the whole: the file, the line of the flow, binding or stage, and what the sentence says. */
const table: readonly (readonly [what: string, text: string, line: number, says: RegExp])[] = [
  [
    'no gate before the account is made',
    entries(
      'a',
      'enrollment',
      prompt('user', 'username'),
      page('ask', '!KeyOf user'),
      write,
      bound('ask', 1),
      bound('write', 2),
    ),
    6,
    /stage "write": no gate comes before this stage.*: bind a stage of the model authentik_stages_invitation\.invitationstage before it, or set registration: 'open' in the app/,
  ],
  [
    'no stage writes the answer',
    entries('a', 'authorization', prompt('team', 'attributes.team'), page('ask', '!KeyOf team'), bound('ask', 1)),
    5,
    /stage "ask": no later stage writes the answer to 'attributes\.team': bind one of the model authentik_stages_user_write/,
  ],
  [
    'no stage signs in',
    entries('a', 'authentication', stage('authentik_stages_dummy.dummystage', 'dummy'), bound('dummy', 1)),
    3,
    /flow "a": no stage of this authentication flow signs a user in; bind one of the model authentik_stages_user_login\.userloginstage/,
  ],
  [
    'no stage makes an account',
    entries('a', 'enrollment', stage('authentik_stages_dummy.dummystage', 'dummy'), bound('dummy', 1)),
    3,
    /no stage of this enrollment flow makes an account; bind one of the model authentik_stages_user_write/,
  ],
  [
    'no user is known who could sign in',
    entries('a', 'authorization', login, bound('login', 1)),
    4,
    /stage "login": no earlier stage writes 'pending_user'/,
  ],
  [
    'two policies without a mode',
    entries(
      'a',
      'authorization',
      policy('p'),
      policy('q'),
      stage('authentik_stages_dummy.dummystage', 'one'),
      bound('one', 1),
      policyAt('at-one', 'p', 1),
      policyAt('at-one', 'q', 2),
    ),
    7,
    /stage "one": 2 policies are bound: set policy_engine_mode to any/,
  ],
  [
    'policies that would never run',
    entries(
      'a',
      'authorization',
      policy('p'),
      stage('authentik_stages_dummy.dummystage', 'one'),
      bound('one', 1, '{evaluate_on_plan: false, re_evaluate_policies: false}'),
      policyAt('at-one', 'p', 1),
    ),
    6,
    /with evaluate_on_plan and re_evaluate_policies both false/,
  ],
  [
    'a value in braces that is none',
    entries('a', 'authorization', stage('authentik_stages_dummy.dummystage', 'one'), bound('one', 1)).replace(
      '{title: T',
      '{intro: "Hello {x}", title: T',
    ),
    3,
    /flow "a": "intro": there is no \{x\} here, only \{brand\}/,
  ],
];

// TypeScript's names of stages and settings, which no flow file has.
const typeScript =
  /\b(?:user|invite|email|prompt|validate|if)[A-Z]\w*\(|sourceRole|evaluateOnPlan|configureFlow|timeoutSeconds|skipsSecondFactor/;

const { users } = memoryUsers();

function app(
  flows: Parameters<typeof createEnrollment>[0]['flows'] = [],
  registration: 'open' | 'invite-only' = 'invite-only',
) {
  return createEnrollment({
    baseUrl: 'http://localhost:3000',
    users,
    login: { current: async () => null, signIn: async () => undefined },
    flowFiles: {},
    flows,
    registration,
  });
}

function issuesOf(act: () => unknown): readonly string[] {
  try {
    act();
    return [];
  } catch (error) {
    assert.ok(isEnrollmentError(error), String(error));
    return error.issues;
  }
}

describe('flow files: mistakes of a flow as a whole', () => {
  it('have file, line and column, and say what to write in a file', async () => {
    const enrollment = app();
    for (const [what, text, line, says] of table) {
      const file: FlowFile = { file: 'a.yaml', text };
      const { ok, problems, issues } = enrollment.flows.check([file]);
      assert.deepEqual([ok, issues], [false, []], what);
      const found = problems.filter(({ message }) => says.test(message));
      assert.deepEqual(
        found.map((one) => [one.file, one.line, one.severity]),
        [['a.yaml', line, 'refused']],
        `${what}: ${JSON.stringify(problems)}`,
      );
      for (const { message } of problems) assert.doesNotMatch(message, typeScript);
      await assert.rejects(enrollment.flows.import([file], { dryRun: true }), (error) => {
        assert.ok(isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_FLOW_FILE');
        assert.match(error.issues.join('\n'), new RegExp(`^a\\.yaml:${String(line)}:\\d+: `, 'm'));
        return true;
      });
      // Flows that the app imports itself have their places as well.
      const { flows } = importFlowFiles([file]);
      const started = issuesOf(() => app(flows));
      assert.ok(
        started.some((issue) => issue.startsWith(`a.yaml:${String(line)}:`) && says.test(issue)),
        `${what}: ${started.join('\n')}`,
      );
    }
    await enrollment.close();
  });

  it('of several files are reported together', () => {
    const files = table.slice(0, 4).map(([, text], at) => ({
      file: `${String(at)}.yaml`,
      text: text.replace('slug: a', `slug: a${String(at)}`).replaceAll('{name: ', `{name: ${String(at)}`),
    }));
    const { problems } = app().flows.check(files);
    assert.deepEqual(
      problems.map(({ file, line }) => [file, line]),
      table.slice(0, 4).map(([, , line], at) => [`${String(at)}.yaml`, line]),
    );
  });

  it('are reported together with what is wrong with other files, and with the options of the app', async () => {
    const [, text = ''] = table[0] ?? [];
    const files = [
      { file: 'broken.yaml', text: 'entries: [' },
      { file: 'a.yaml', text: text.replace('label: L', 'label: [L]') },
      {
        file: 'b.yaml',
        text: entries('b', 'authorization', login, bound('login', 1).replace('order: 1', 'order: ten')),
      },
    ];
    const enrollment = app();
    const lines = [
      /^broken\.yaml:1:/m,
      /^a\.yaml:4:\d+: "label"/m,
      /^a\.yaml:6:\d+: .*no gate/m,
      /^b\.yaml:5:\d+: "order"/m,
    ];
    await assert.rejects(enrollment.flows.import(files, { dryRun: true }), (error) => {
      assert.ok(isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_FLOW_FILE');
      for (const line of lines) assert.match(error.issues.join('\n'), line);
      assert.equal(error.issues.length, lines.length, error.issues.join('\n'));
      return true;
    });
  });

  const upstream = '../shared/blueprints/example/flows-enrollment-2-stage.yaml';
  const here = existsSync(upstream);
  const title = 'authentik’s enrollment in two stages passes flow check, which says what the app must allow';
  (here ? it : it.skip)(here ? title : `${title} (skipped: the files are not beside the project)`, async () => {
    const text = readFileSync(upstream, 'utf8');
    const alone = commandLine(null);
    alone.file('two.yaml', text);
    const { code, out } = await alone.run(['flow', 'check', 'two.yaml']);
    assert.equal(code, 0, out);
    assert.match(
      out,
      /^two\.yaml:97:\d+: flow "default-enrollment-flow", stage ".*": no gate comes before .*set registration: 'open' in the app.* \(noticed\)$/m,
    );
    assert.match(out, /These flows can be used: default-enrollment-flow/);
    for (const [registration, ok] of [
      ['open', true],
      ['invite-only', false],
    ] as const)
      assert.equal(app([], registration).flows.check([{ file: 'two.yaml', text }]).ok, ok);
  });
});
