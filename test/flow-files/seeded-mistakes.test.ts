import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { flowIssues } from '../../lib/flow/check-flow.js';
import { composedProblems } from '../../lib/flow-files/composed-problems.js';
import { problemLine } from '../../lib/flow-files/problems.js';
import { applyFlowFiles, type FlowFile } from '../../lib/flow-files/public.js';
import { effort, sampleOf } from '../support/campaign.js';

const bound = (flow: string, stage: string, order: string, more = ''): string =>
  `  - {model: authentik_flows.flowstagebinding, id: at-${stage}, identifiers: {target: !KeyOf ${flow}, stage: !KeyOf ${stage}, order: ${order}}${more}}`;

/** A set without a mistake. */
const good: Readonly<Record<string, string>> = {
  'a.yaml': `version: 1
metadata: {name: A}
context: {team: Red}
entries:
  - {model: authentik_flows.flow, id: flow, identifiers: {slug: join}, attrs: {title: Join, designation: enrollment, denied_action: message}}
  - {model: authentik_stages_prompt.prompt, id: user, identifiers: {name: a-user}, attrs: {field_key: username, label: Username, type: username, order: 1}}
  - {model: authentik_stages_prompt.prompt, id: team, identifiers: {name: a-team}, attrs: {field_key: attributes.team, label: !Context team, type: text, order: 2, initial_value: 'return "x"', initial_value_expression: true}}
  - {model: authentik_policies_expression.expressionpolicy, id: rule, identifiers: {name: a-rule}, attrs: {expression: 'return True'}}
  - {model: authentik_stages_prompt.promptstage, id: account, identifiers: {name: a-account}, attrs: {fields: [!KeyOf user, !KeyOf team], validation_policies: [!KeyOf rule]}}
  - {model: authentik_stages_user_write.userwritestage, id: write, identifiers: {name: a-write}, attrs: {user_creation_mode: always_create}}
  - {model: authentik_stages_user_login.userloginstage, id: login, identifiers: {name: a-login}, attrs: {session_duration: hours=1, network_binding: bind_asn}}
${bound('flow', 'account', '10')}
${bound('flow', 'write', '20')}
${bound('flow', 'login', '30', ', attrs: {re_evaluate_policies: true}, state: present')}
`,
  'b.yaml': `version: 1
metadata: {name: B}
entries:
  - {model: authentik_flows.flow, id: in, identifiers: {slug: in}, attrs: {title: In, designation: authentication}}
  - {model: authentik_stages_identification.identificationstage, id: who, identifiers: {name: b-who}, attrs: {user_fields: [username], enrollment_flow: !Find [authentik_flows.flow, [slug, join]]}}
  - {model: authentik_stages_password.passwordstage, id: pass, identifiers: {name: b-pass}, attrs: {failed_attempts_before_cancel: 3}}
  - {model: authentik_stages_user_login.userloginstage, id: sign, identifiers: {name: b-sign}}
${bound('in', 'who', '1')}
${bound('in', 'pass', '2')}
${bound('in', 'sign', '3')}
  - {model: authentik_stages_redirect.redirectstage, id: away, identifiers: {name: b-unused}, attrs: {mode: flow, target_flow: !Find [authentik_flows.flow, [slug, in]]}}
  - {model: authentik_policies_dummy.dummypolicy, id: dummy, identifiers: {name: b-dummy}, attrs: {result: true, wait_min: 1}}
  - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf in, policy: !KeyOf dummy, order: 0}, attrs: {timeout: 30, negate: false}}
  - {model: authentik_policies_expression.expressionpolicy, identifiers: {name: b-calls}, attrs: {expression: 'return ak_call_policy("b-called").passing'}}
  - {model: authentik_policies_expression.expressionpolicy, identifiers: {name: b-called}, attrs: {expression: 'return 1 > 0'}}
  - {model: authentik_brands.brand, identifiers: {domain: b.example}, attrs: {default: true, flow_authentication: !KeyOf in}}
`,
  'c.yaml': `version: 1
entries:
  - {model: authentik_flows.flow, id: terms, identifiers: {slug: terms}, attrs: {title: !Format ["%s", Terms], designation: authorization}}
  - {model: authentik_stages_dummy.dummystage, id: page, identifiers: {name: c-page}}
${bound('terms', 'page', '1')}
  - {model: authentik_stages_dummy.dummystage, identifiers: {name: c-unused}, attrs: {throw_error: false}}
`,
  'd.yaml': `version: 1
entries:
  - {model: authentik_flows.flow, id: ask, identifiers: {slug: ask}, attrs: {title: Ask, designation: enrollment, policy_engine_mode: any}}
  - {model: authentik_stages_prompt.prompt, id: name, identifiers: {name: d-name}, attrs: {field_key: username, label: Name, type: username}}
  - {model: authentik_stages_prompt.promptstage, id: form, identifiers: {name: d-form}, attrs: {fields: [!KeyOf name]}}
  - {model: authentik_stages_user_write.userwritestage, id: make, identifiers: {name: d-make}, attrs: {user_creation_mode: always_create}}
  - {model: authentik_policies_dummy.dummypolicy, id: one, identifiers: {name: d-one}, attrs: {result: true}}
  - {model: authentik_policies_dummy.dummypolicy, id: two, identifiers: {name: d-two}, attrs: {result: true}}
${bound('ask', 'form', '1')}
${bound('ask', 'make', '2')}
  - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf ask, policy: !KeyOf one, order: 0}}
  - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf ask, policy: !KeyOf two, order: 1}}
`,
};

interface Mistake {
  readonly file: string;
  /** Stands in the file once. */
  readonly instead: string;
  readonly write: string;
  /** What the mistake is reported at: a part of what is written, or of the line that it is about. */
  readonly at: string;
  /** The column, where it is that of an expression. */
  readonly column?: number;
  readonly says: RegExp;
  /** Of mistakes of one group, one at a time: one of them changes what the others are about. */
  readonly group?: string;
}

const own = (
  file: string,
  instead: string,
  write: string,
  at: string,
  says: RegExp,
  more: Partial<Mistake> = {},
): Mistake => ({
  file,
  instead,
  write,
  at,
  says,
  ...more,
});

const mistakes: readonly Mistake[] = [
  own('a.yaml', 'metadata:', 'matadata:', 'matadata', /has no key "matadata"/),
  own('a.yaml', 'context: {team: Red}', 'context: {team: !AtIndex [[a], 7]}', '7]}', /has no member 7/),
  own('a.yaml', 'denied_action: message', 'denied_action: mesage', 'mesage', /"denied_action" must be one of/),
  own('a.yaml', 'title: Join', 'title: !Fromat Jane', 'Jane,', /unknown tag !Fromat/),
  own('a.yaml', 'label: Username', 'label: [x]', '[x]', /"label" must be a text/),
  own('a.yaml', 'type: username', 'type: usernme', 'usernme', /"usernme" is none of/),
  own('a.yaml', 'order: 1}', 'order: one}', 'one}', /"order" must be a whole number/),
  own('a.yaml', `'return "x"'`, `'return (('`, `'return (('`, /in the expression/, { column: 10 }),
  own(
    'a.yaml',
    'field_key: attributes.team',
    'field_key: attributes.team, field_key: x',
    'field_key: x',
    /stands here twice/,
  ),
  own('a.yaml', `'return True'`, `'import os'`, `'import os'`, /in the expression: .*'os'/, { column: 8 }),
  own('a.yaml', '!KeyOf team]', '!KeyOf teem]', 'teem', /no entry above has the id "teem"/),
  own(
    'a.yaml',
    'user_creation_mode: always_create',
    'user_creation_mode: always',
    'always}',
    /"user_creation_mode" must be one of/,
  ),
  own('a.yaml', 'hours=1', 'soon', 'soon', /must be a duration/, { group: 'login' }),
  own('a.yaml', 'bind_asn', 'bind_as', 'bind_as}', /"network_binding" must be one of/, { group: 'login' }),
  own(
    'a.yaml',
    'userloginstage',
    'userlogin',
    'authentik_stages_user_login.userlogin',
    /there is no model .*did you mean/,
    { group: 'login' },
  ),
  own('a.yaml', 'order: 10', 'order: ten', 'ten}', /"order" must be a whole number/),
  own(
    'a.yaml',
    'stage: !KeyOf write, order: 20',
    'stage: !KeyOf wrote, order: 20',
    'wrote',
    /no entry above has the id "wrote"/,
  ),
  own('a.yaml', 'order: 20', 'order: twenty', 'twenty}', /"order" must be a whole number/),
  own('a.yaml', 're_evaluate_policies: true', 're_evaluate_policies: 3', '3}, state', /must be true or false/),
  own('a.yaml', 'state: present', 'state: presnt', 'presnt', /"presnt" is no state; did you mean "present"/),
  own('a.yaml', '{slug: join}', '{slug: !Env}', '{slug: !Env}', /!Env needs the name of a variable/, { column: 69 }),
  own('b.yaml', 'version: 1', 'version: 2', '2', /version must be 1/),
  own(
    'b.yaml',
    'designation: authentication',
    'designation: authentification',
    'authentification',
    /"designation" must be one of/,
  ),
  own('b.yaml', '[username]', 'username', 'username,', /must be a list of texts/),
  own('b.yaml', '[username]', '[username, emial]', 'emial]', /"emial" is none of .*did you mean "email"/),
  own(
    'b.yaml',
    'failed_attempts_before_cancel: 3',
    'failed_attempts_before_cancel: 0',
    '0}}',
    /"failed_attempts_before_cancel" must be a whole number from 1/,
  ),
  own('b.yaml', 'identifiers: {name: b-sign}', 'identifiers: {}', '{}}', /the entry has no identifiers/),
  own('b.yaml', 'mode: flow', 'mode: flwo', 'flwo', /"mode" must be one of/),
  own('b.yaml', 'result: true', 'result: maybe', 'maybe', /must be true or false/),
  own('b.yaml', 'wait_min: 1', 'wait_min: few', 'few}', /must be a whole number/),
  own('b.yaml', 'target: !KeyOf in, policy', 'target: !KeyOf inn, policy', 'inn', /no entry above has the id "inn"/),
  own(
    'b.yaml',
    'policy: !KeyOf dummy',
    'policy: !KeyOf who',
    'who, order: 0',
    /"policy" refers to .*, which is no policy/,
  ),
  own('b.yaml', 'timeout: 30', 'timeout: later', 'later', /must be a whole number/),
  own('b.yaml', 'negate: false', 'negate: no way', 'no way', /must be true or false/),
  own('b.yaml', `'return 1 > 0'`, `'return nothing'`, `'return nothing'`, /'nothing' is not defined/, { column: 8 }),
  own('b.yaml', 'passing', 'passes.x(', `'return ak_call`, /in the expression/, { column: 44 }),
  own('b.yaml', 'authentik_brands.brand', 'authentik_brands.brnad', 'authentik_brands.brnad', /there is no model/),
  own('c.yaml', 'slug: terms}', 'slug: ../terms x}', '../terms x', /a slug has 1 to 50 letters/, { group: 'syntax' }),
  own('c.yaml', 'slug: terms}', 'slug: terms}}', '}}, attrs', /Unexpected/, { group: 'syntax', column: 73 }),
  own('c.yaml', '["%s", Terms]', '["%s%s", Terms]', '["%s%s', /more places than values/, { group: 'syntax' }),
  own('c.yaml', 'throw_error: false', 'throw_error: [', '{throw_error: [', /must be sufficiently indented/, {
    group: 'syntax',
    column: 101,
  }),
  own('c.yaml', 'throw_error: false', 'throw_error: "a"', '"a"', /must be true or false/, { group: 'syntax' }),
  own(
    'd.yaml',
    'policy_engine_mode: any',
    'denied_action: message',
    '{model: authentik_flows.flow,',
    /2 policies are bound: set policy_engine_mode/,
  ),
  own(
    'd.yaml',
    'always_create',
    'never_create',
    '{model: authentik_flows.flow,',
    /no stage of this enrollment flow makes an account/,
  ),
  own(
    'd.yaml',
    'title: Ask',
    'title: !!python/object:os.system Ask',
    'Ask, d',
    /unknown tag !!python\/object:os\.system/,
  ),
  own('d.yaml', 'label: Name', 'label: {}', '{}, type', /"label" must be a text/),
  own('a.yaml', 'field_key: username', 'field_key: 1x', '1x, label', /"field_key": '1x' cannot be the key of a field/),
];

function seeded(chosen: readonly Mistake[]): readonly FlowFile[] {
  return Object.entries(good).map(([file, text]) => ({
    file,
    text: chosen
      .filter((one) => one.file === file)
      .reduce((all, { instead, write }) => {
        assert.equal(all.split(instead).length, 2, `${file}: ${instead}`);
        return all.replace(instead, () => write);
      }, text),
  }));
}

/** What an app with open registration would refuse of the files. */
function issuesOf(files: readonly FlowFile[]): readonly string[] {
  const { flows, problems } = applyFlowFiles(files, {});
  const whole = composedProblems(flowIssues(flows, { registration: 'open' }), flows);
  return [...problems, ...whole].filter(({ severity }) => severity === 'refused').map(problemLine);
}

function placeOf({ file, at, column }: Mistake, files: readonly FlowFile[]): string {
  const text = files.find((one) => one.file === file)?.text ?? '';
  const before = text.slice(0, text.indexOf(at)).split('\n');
  return `${file}:${String(before.length)}:${String(column ?? (before.at(-1)?.length ?? 0) + 1)}: `;
}

/** What stands at the same place, too, is one at a time. */
function isSameGroup(one: Mistake, other: Mistake): boolean {
  if (one === other) return true;
  if (one.file !== other.file) return false;
  if (one.group !== undefined && one.group === other.group) return true;
  return one.instead.includes(other.instead) || other.instead.includes(one.instead);
}

/** Each of them is reported at its place, and nothing else is. */
function checkAll(chosen: readonly Mistake[]): void {
  const files = seeded(chosen);
  const issues = issuesOf(files);
  const left = [...issues];
  for (const mistake of chosen) {
    const place = placeOf(mistake, files);
    const found = left.findIndex((issue) => issue.startsWith(place) && mistake.says.test(issue));
    assert.notEqual(
      found,
      -1,
      `not reported: ${place}${String(mistake.says)} (${mistake.write})\n${issues.join('\n')}`,
    );
    left.splice(found, 1);
  }
  assert.deepEqual(left, [], `${chosen.map(({ write }) => write).join(' | ')}:\n${issues.join('\n')}`);
}

describe('flow files: mistakes that are seeded into good files', () => {
  it('none in the good files', () => {
    assert.deepEqual(issuesOf(seeded([])), []);
  });

  it('a wrong designation alone: what a flow of another one would need is not said', () => {
    const text = (designation: string): string =>
      [
        'version: 1',
        'entries:',
        `  - {model: authentik_flows.flow, id: flow, identifiers: {slug: a}, attrs: {title: T, designation: ${designation}}}`,
        '  - {model: authentik_stages_authenticator_totp.authenticatortotpstage, id: totp, identifiers: {name: totp}}',
        '  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf totp, order: 1}}',
        '',
      ].join('\n');
    const said = (designation: string): readonly string[] =>
      applyFlowFiles([{ file: 'a.yaml', text: text(designation) }], {}).problems.map(({ message }) => message);
    const first = 'the visitor confirms who they are on a first page of its own';
    assert.ok(said('stage_configuration').includes(first));
    assert.match(said('stage_config').join('\n'), /^"designation" must be one of [a-z_, ]*$/);
  });

  const chosen = fc
    .shuffledSubarray([...mistakes], { minLength: 2 })
    .map((some) => some.filter((one, at) => some.findIndex((other) => isSameGroup(one, other)) === at));

  it('any of them together are all reported, with file, line and column, and nothing else is', () => {
    fc.assert(fc.property(chosen, checkAll), { numRuns: effort(15, 600) });
  });

  for (const mistake of sampleOf(mistakes, 12))
    it(`${mistake.file}: ${mistake.write}`, () => {
      checkAll([mistake]);
    });
});
