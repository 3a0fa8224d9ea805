import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelEnum } from '@goauthentik/api';
import { describe, it } from 'mocha';
import { shape } from '../support/flow-shape.js';
import { openTestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { isEnrollmentError } from '../../lib/base/error.js';
import { exportFlows, importFlowFiles, readFlowFolder, type FlowFileSettings } from '../../lib/flow-files.js';
import { importFlows } from '../../lib/flow-files/import-flows.js';
import { nothingApplied } from '../../lib/flow-files/records/apply.js';
import { isPrompt } from '../../lib/flow-files/models/factories.js';
import { modelKind } from '../../lib/flow-files/models/models.js';
import { definePolicy } from '../../lib/flow/policy.js';

const signUp = `
version: 1
metadata: {name: Sign-up}
entries:
  - model: authentik_flows.flow
    id: flow
    identifiers: {slug: join}
    attrs: {name: Join, title: Join us, designation: enrollment}
  - model: authentik_stages_prompt.prompt
    id: username
    identifiers: {name: field-username}
    attrs: {field_key: username, label: Username, type: username, order: 1}
  - model: authentik_stages_prompt.prompt
    id: password
    identifiers: {name: field-password}
    attrs: {field_key: password, label: Password, type: password, order: 2}
  - model: authentik_stages_prompt.promptstage
    id: account
    identifiers: {name: account}
    attrs: {fields: [!KeyOf username, !KeyOf password]}
  - model: authentik_stages_user_write.userwritestage
    id: write
    identifiers: {name: write}
  - model: authentik_stages_user_login.userloginstage
    id: login
    identifiers: {name: login}
    attrs: {session_duration: hours=1;minutes=30}
  - model: authentik_flows.flowstagebinding
    id: account-binding
    identifiers: {target: !KeyOf flow, stage: !KeyOf account, order: 10}
  - model: authentik_flows.flowstagebinding
    identifiers: {target: !KeyOf flow, stage: !KeyOf write, order: 20}
  - model: authentik_flows.flowstagebinding
    identifiers: {target: !KeyOf flow, stage: !KeyOf login, order: 30}
`;
const file = (text: string, name = 'a.yaml') => ({ file: name, text });
const more = (entries: string): string => `version: 1\nmetadata: {name: More}\nentries:\n${entries}`;

function issuesOf(texts: readonly string[], settings: FlowFileSettings = {}): readonly string[] {
  try {
    importFlowFiles(
      texts.map((text, at) => file(text, `${'abc'[at] ?? ''}.yaml`)),
      settings,
    );
    return [];
  } catch (error) {
    assert.ok(isEnrollmentError(error));
    assert.equal(error.code, 'ERR_ENROLLMENT_FLOW_FILE');
    return error.issues;
  }
}

describe('flow files: import', () => {
  it('makes a flow of its file', () => {
    const { flows, problems } = importFlowFiles([file(signUp)]);
    assert.deepEqual(problems, []);
    const [flow] = flows;
    assert.equal(flow?.slug, 'join');
    assert.equal(flow.authentication, 'none');
    assert.deepEqual(
      flow.bindings.map(({ key, order, stage }) => [key, order, stage.kind]),
      [
        ['account', 10, 'prompt'],
        ['write', 20, 'user_write'],
        ['login', 30, 'user_login'],
      ],
    );
    assert.deepEqual(flow.bindings[2]?.stage.settings, { name: 'login', rememberSeconds: 5400 });
  });

  it('changes what a later file changes, and nothing else', () => {
    const change = more(`
  - model: authentik_flows.flow
    identifiers: {slug: join}
    attrs: {title: Welcome}
  - model: authentik_stages_user_login.userloginstage
    state: absent
    identifiers: {name: login}
  - model: authentik_stages_prompt.prompt
    state: created
    identifiers: {name: field-username}
    attrs: {label: Ignored}
  - model: authentik_flows.flow
    identifiers: {slug: other}
    attrs: {name: Other, title: Other, designation: authentication}
    conditions: [!Condition [AND, true, !Context [wanted, false]]]`);
    const { flows } = importFlowFiles([file(signUp), file(change, 'b.yaml')]);
    assert.deepEqual(
      flows.map(({ slug, title, bindings }) => [slug, title.values, bindings.map(({ key }) => key)]),
      // What bound the stage that is gone went with it.
      [['join', { text: 'Welcome' }, ['account', 'write']]],
    );
    const wanted = importFlowFiles([file(signUp), file(change, 'b.yaml')], { context: { wanted: true } });
    assert.deepEqual(
      wanted.flows.map(({ slug }) => slug),
      ['join', 'other'],
    );
  });

  it('tells what an import would change, and changes nothing by itself', () => {
    const nothing = { part: null, mistakes: [], notices: [] };
    const settings = {
      code: { policies: new Map(), stages: new Map(), prompts: new Map() },
      expressions: { policy: () => nothing, value: () => nothing },
      context: {},
      foreign: 'refuse',
      environment: () => undefined,
      file: () => undefined,
    } as const;
    const empty = nothingApplied;
    const first = importFlows([file(signUp)], empty, settings);
    assert.deepEqual(new Set(first.changes.map(({ change }) => change)), new Set(['created']));
    assert.equal(empty.records.size, 0);
    const again = importFlows([file(signUp)], first.applied, settings);
    assert.deepEqual(new Set(again.changes.map(({ change }) => change)), new Set(['unchanged']));
    const changed = importFlows(
      [file(more('  - {model: authentik_flows.flow, identifiers: {slug: join}, attrs: {title: New}}'))],
      first.applied,
      settings,
    );
    assert.deepEqual(
      changed.changes
        .filter(({ change }) => change !== 'unchanged')
        .map(({ change, name, fields }) => [change, name, fields]),
      [['updated', 'join', ['title']]],
    );
  });

  it('finds code by its name, and says which names there are', () => {
    const bound = `${signUp}
  - model: express_enrollment.policy
    id: staff
    identifiers: {name: is-staff}
  - model: authentik_policies.policybinding
    identifiers: {target: !KeyOf account-binding, policy: !KeyOf staff, order: 0}`;
    const isStaff = definePolicy({ name: 'any', check: () => true });
    const { flows } = importFlowFiles([file(bound)], { policies: { 'is-staff': isStaff } });
    assert.equal(flows[0]?.bindings[0]?.guard.bindings[0]?.policy, isStaff);
    assert.deepEqual(issuesOf([bound], { policies: { 'is-staf': isStaff } }), [
      'a.yaml:38:25: the app has no policy "is-staff" for flow files; did you mean "is-staf"?',
    ]);
  });

  it('asks for a password twice, and tells a weak one once', async () => {
    const twice = signUp.replace('{fields: [', '{fields: [!KeyOf again, ').replace(
      '  - model: authentik_stages_prompt.promptstage',
      `  - model: authentik_stages_prompt.prompt
    id: again
    identifiers: {name: field-again}
    attrs: {field_key: password_repeat, label: Password (repeat), type: password, order: 1}
  - model: authentik_stages_prompt.promptstage`,
    );
    const { flows } = importFlowFiles([file(twice)]);
    const { prompts }: { readonly prompts?: unknown } = flows[0]?.bindings[0]?.stage.settings ?? {};
    assert.ok(Array.isArray(prompts));
    const repeats = prompts.map((prompt) => (isPrompt(prompt) ? [prompt.key, 'repeats' in prompt.settings] : []));
    assert.deepEqual(repeats, [
      ['password_repeat', true],
      ['username', false],
      ['password', false],
    ]);
  });

  it('finds the account by the passkey where a sign-in begins with one, and nowhere else', () => {
    const begun = (designation: string, first: string, policy = ''): readonly string[] => {
      const { flows } = importFlowFiles([
        file(
          more(`
  - {model: authentik_flows.flow, id: flow, identifiers: {slug: x}, attrs: {name: X, title: X, designation: ${designation}}}
  - {model: authentik_stages_identification.identificationstage, id: name, identifiers: {name: name}, attrs: {user_fields: [username]}}
  - model: authentik_stages_authenticator_validate.authenticatorvalidatestage
    id: passkey
    identifiers: {name: passkey}
    attrs: {device_classes: [webauthn], not_configured_action: deny}
  - {model: authentik_stages_user_login.userloginstage, id: login, identifiers: {name: login}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf ${first}, order: 0}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf passkey, order: 1}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf login, order: 2}}${policy}`)
            // The same stage has one binding.
            .replace(/.*stage: !KeyOf passkey, order: 1.*\n/, (line) => (first === 'passkey' ? '' : line)),
        ),
      ]);
      return flows[0]?.bindings.map(({ stage }) => stage.factory) ?? [];
    };
    assert.deepEqual(begun('authentication', 'passkey'), ['passkey_sign_in', 'user_login']);
    assert.deepEqual(begun('authentication', 'name'), ['identification', 'authenticator_validate', 'user_login']);
    const ofSource = `
  - {model: authentik_policies_expression.expressionpolicy, id: sso, identifiers: {name: sso}, attrs: {expression: return ak_is_sso_flow}}
  - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf flow, policy: !KeyOf sso, order: 0}}`;
    assert.deepEqual(begun('authentication', 'passkey', ofSource), ['authenticator_validate', 'user_login']);
  });

  it('tells every mistake of every file at once, and imports nothing', () => {
    const broken = more(`
  - model: authentik_flows.flow
    identifiers: {slug: x}
    attrs: {name: X, title: X, designation: enrolment, authentication: require_superuser, tilte: X}
  - model: authentik_flows.flow
    identifiers: {slug: y}
    attrs: {name: Y, title: Y, designation: enrollment, denied_action: 7}
  - model: authentik_stages_user_login.userloginstage
    id: login
    identifiers: {name: login}
    attrs: {session_duration: soon}
  - model: authentik_flows.flowstagebinding
    identifiers: {target: !Find [authentik_flows.flow, [slug, y]], stage: !KeyOf login, order: 1}`);
    assert.deepEqual(issuesOf([broken]), [
      'a.yaml:7:45: "designation" must be one of authentication, authorization, invalidation, enrollment, unenrollment, recovery, stage_configuration',
      'a.yaml:7:72: "require_superuser" has no meaning here: bind a group, or a policy of your own',
      'a.yaml:8:5: flow "y": no stage of this enrollment flow makes an account; bind one of the model authentik_stages_user_write.userwritestage',
      'a.yaml:10:72: "denied_action" must be one of message_continue, message, continue',
      `a.yaml:11:5: flow "y", stage "login": no earlier stage writes 'pending_user', which user_login needs; bind one before it that proves who the visitor is, or set provided_context: [pending_user] of the flow where a link or another flow brings the user`,
      'a.yaml:14:31: "session_duration" must be a duration, for example "hours=1;minutes=30"',
    ]);
  });

  it('says that the object is not there where only its key is asked for, and !Find finds none', () => {
    const of = (identifiers: string, state = 'present'): string =>
      more(`\n  - {model: authentik_flows.flow, state: ${state}, identifiers: {${identifiers}}, attrs: {title: Two}}`);
    const find = 'pk: !Find [authentik_flows.flow, [slug, none]]';
    assert.deepEqual(
      issuesOf([of(find)]).map((issue) => issue.replace(/^a\.yaml:\d+:\d+: /, '')),
      ['there is no object that "pk" asks for'],
    );
    // What is not there need not be removed, and an object has other identifiers.
    assert.deepEqual(issuesOf([of(find, 'absent')]), []);
    assert.deepEqual(issuesOf([of(`${find}, slug: two, designation: authorization`)]), []);
  });

  it('tells where !Find finds nothing, and leaves a default flow of a brand out', () => {
    const slips = more(`
  - model: authentik_brands.brand
    identifiers: {domain: a.example}
    attrs: {default: true, flow_authentication: !Find [authentik_flows.flow, [slug, of-code]], flow_recovery: null}
  - {model: express_enrollment.builtinpolicy, id: never, identifiers: {name: never}, attrs: {kind: dummyPolicy, given: [{result: true}]}}
  - model: authentik_brands.brand
    identifiers: {domain: b.example}
    attrs: {flow_authentication: !If [!Find [authentik_flows.flow, [slug, none]], x, null]}`);
    const { problems, defaultFlows } = importFlowFiles([file(signUp), file(slips, 'b.yaml')]);
    const why = 'is left out: !Find finds nothing. It sees what the flow files make, not the flows of the code';
    assert.deepEqual(
      problems.map(({ line, severity, message }) => [line, severity, message]),
      [[7, 'noticed', `"flow_authentication" ${why}`]],
    );
    assert.deepEqual(defaultFlows, {});
  });

  it('reports default flows of another designation, or of no flow, at their field of the brand', () => {
    const brands = more(`
  - {model: authentik_brands.brand, identifiers: {domain: "a.example:80"}, attrs: {flow_unenrollment: !Find [authentik_flows.flow, [slug, join]], flow_recovery: !Find [authentik_stages_user_write.userwritestage, [name, write]]}}
  - {model: authentik_flows.flow, id: out, identifiers: {slug: out}, attrs: {title: Out, designation: invalidation}}
  - {model: authentik_stages_user_logout.userlogoutstage, id: stage, identifiers: {name: out}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf out, stage: !KeyOf stage, order: 0}}
  - {model: authentik_brands.brand, identifiers: {domain: "b.example:80"}, attrs: {flow_invalidation: !KeyOf out}}`);
    assert.deepEqual(issuesOf([signUp, brands]), [
      `b.yaml:5:109: "flow_unenrollment" is to be a flow of the designation unenrollment: the flow 'join' has the designation 'enrollment'`,
      'b.yaml:5:168: "flow_recovery" refers to authentik_stages_user_write.userwritestage, which is no flow',
      `b.yaml:9:59: "domain": 'b.example:80' is not a host name; write it without a port`,
    ]);
  });

  it('leaves out members of lists that only authentik has, and refuses what is none', () => {
    const stages = (classes: string, fields: string): string =>
      more(`
  - {model: authentik_stages_authenticator_validate.authenticatorvalidatestage, identifiers: {name: v}, attrs: {device_classes: ${classes}, webauthn_hints: [hybrid]}}
  - {model: authentik_stages_identification.identificationstage, identifiers: {name: i}, attrs: {user_fields: ${fields}}}`);
    const { problems } = importFlowFiles([file(stages('[static, duo, sms]', '[email, upn]'))]);
    assert.deepEqual(
      problems.map(({ line, severity, message }) => `${String(line)} ${severity} ${message}`),
      [
        '5 noticed "device_classes": "duo" is left out: it has no meaning here',
        '5 noticed "device_classes": "sms" is left out: it has no meaning here',
        '6 noticed "user_fields": "upn" is left out: it has no meaning here',
      ],
    );
    assert.deepEqual(issuesOf([stages('[totpp]', '[usernme]').replace('[hybrid]', '[hybrd]')]), [
      'a.yaml:5:130: "device_classes": "totpp" is none of static, totp, webauthn; did you mean "totp"?',
      'a.yaml:5:155: "webauthn_hints": "hybrd" is none of security-key, client-device, hybrid; did you mean "hybrid"?',
      'a.yaml:6:112: "user_fields": "usernme" is none of username, email; did you mean "username"?',
    ]);
  });

  it('reports an identification without user_fields, which finds nobody in authentik; its own exports have none', () => {
    const signIn = (attrs: string): string => `version: 1
entries:
  - {model: authentik_flows.flow, id: flow, identifiers: {slug: in}, attrs: {title: In, designation: authentication}}
  - {model: authentik_stages_identification.identificationstage, id: who, identifiers: {name: who}, attrs: ${attrs}}
  - {model: authentik_stages_password.passwordstage, id: secret, identifiers: {name: secret}}
  - {model: authentik_stages_user_login.userloginstage, id: login, identifiers: {name: login}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf who, order: 0}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf secret, order: 1}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf login, order: 2}}
`;
    const reported = (text: string): readonly string[] =>
      importFlowFiles([file(text)]).problems.map(({ line, message }) => `${String(line)}: ${message}`);
    assert.deepEqual(reported(signIn('{}')), [
      '4: the stage has no "user_fields": accounts are found by username and email, where authentik finds none',
    ]);
    assert.deepEqual(reported(signIn('{user_fields: []}')), [
      '4: "user_fields" has nothing that is known here: accounts are found by username and email',
    ]);
    assert.deepEqual(reported(signIn('{user_fields: [email]}')), []);
    const exported = exportFlows(importFlowFiles([file(signIn('{}'))]).flows);
    assert.match(exported, /identificationstage/);
    assert.deepEqual(reported(exported), []);
  });

  it('shows {brand} in labels and messages of authentik’s models as it is', async () => {
    const rule = `  - model: authentik_policies_expression.expressionpolicy
    id: rule
    identifiers: {name: rule}
    attrs: {expression: "ak_message('Ask {brand}, 5%')\\nreturn False"}
  - model: authentik_stages_prompt.promptstage\n`;
    const words = signUp
      .replace('label: Username', 'label: "At {brand}, 5%"')
      .replace('  - model: authentik_stages_prompt.promptstage\n', () => rule)
      .replace('!KeyOf password]', '!KeyOf password], validation_policies: [!KeyOf rule]');
    const [flow] = importFlowFiles([file(words)]).flows;
    assert.ok(flow !== undefined);
    const text = exportFlows([flow]);
    assert.equal(exportFlows(importFlowFiles([file(text)]).flows), text);
    const app = await openTestApp({ brand: { name: 'Kopi Club' }, registration: 'open', flows: [flow] });
    const visitor = new Visitor(app);
    assert.match((await visitor.open('/if/flow/join/')).text, /At \{brand\}, 5%/);
    const refused = await visitor.submit({ username: 'ann', password: 'velvet tram over the harbour' });
    await app.close();
    assert.match(refused.text, /Ask \{brand\}, 5%/);
  });

  it('refuses models that it does not know, and skips those of authentik where asked to', () => {
    const ldap = more('  - {model: authentik_sources_ldap.ldapsource, identifiers: {slug: ad}}');
    assert.deepEqual(issuesOf([ldap]), ['a.yaml:4:13: authentik_sources_ldap.ldapsource has no meaning here']);
    const { problems } = importFlowFiles([file(ldap)], { foreignModels: 'skip' });
    assert.deepEqual(
      problems.map(({ severity }) => severity),
      ['skipped'],
    );
    const slip = more('  - {model: authentik_flows.flwo, identifiers: {slug: ad}}');
    assert.deepEqual(issuesOf([slip], { foreignModels: 'skip' }), [
      'a.yaml:4:13: there is no model "authentik_flows.flwo"; did you mean "authentik_flows.flow"?',
    ]);
    for (const [written, meant] of [
      ['authentik_polices.policybinding', 'authentik_policies.policybinding'],
      ['authentik_policies_expresion.expressionpolicy', 'authentik_policies_expression.expressionpolicy'],
      ['authentik_flow.flowstagebinding', 'authentik_flows.flowstagebinding'],
      ['authentik_source.policybinding', 'authentik_policies.policybinding'],
    ])
      for (const foreignModels of ['refuse', 'skip'] as const)
        assert.match(
          issuesOf([more(`  - {model: ${String(written)}, identifiers: {name: a}}`)], { foreignModels }).join(),
          new RegExp(`there is no model "${String(written)}"(?:; did you mean "${String(meant)}"\\?)?$`),
          written,
        );
    for (const known of ['authentik_providers_wsfed.provider', 'authentik_stages_mtls.mutualtlsstage'])
      assert.deepEqual(
        importFlowFiles([file(more(`  - {model: ${known}, identifiers: {name: a}}`))], {
          foreignModels: 'skip',
        }).problems.map(({ severity }) => severity),
        ['skipped'],
      );
  });

  it('knows every model that authentik has, or leaves it out where asked to', () => {
    const found = Object.values(ModelEnum).filter((model) => modelKind(model) === 'unknown');
    assert.deepEqual(
      found.filter((model) => model !== ModelEnum.UnknownDefaultOpenApi),
      [],
    );
    assert.ok(Object.values(ModelEnum).length > 100);
  });

  it('leaves out what refers to an entry that was left out', () => {
    const bound = more(`
  - {model: authentik_sources_ldap.ldapsource, id: ad, identifiers: {slug: ad}}
  - {model: authentik_flows.flow, id: flow, identifiers: {slug: x}, attrs: {name: X, title: X, designation: authentication}}
  - model: authentik_policies.policybinding
    identifiers: {target: !KeyOf flow, policy: !KeyOf ad, order: 0}`);
    const { flows, problems } = importFlowFiles([file(bound)], { foreignModels: 'skip' });
    assert.deepEqual(
      flows.map(({ slug, guard }) => [slug, guard.bindings.length]),
      [['x', 0]],
    );
    assert.equal(problems.length, 2);
  });

  it('applies the file that another one asks for first, whatever their order', () => {
    const asking = `version: 1
metadata: {name: Asking}
entries:
  - model: authentik_blueprints.metaapplyblueprint
    attrs: {identifiers: {name: Sign-up}, required: true}
  - {model: authentik_flows.flow, identifiers: {slug: join}, attrs: {title: !Format ["%s!", Hello]}, state: present}`;
    const { flows } = importFlowFiles([file(asking), file(signUp, 'b.yaml')]);
    assert.deepEqual(
      flows.map(({ title }) => title.values),
      [{ text: 'Hello!' }],
    );
    assert.match(issuesOf([asking])[0] ?? '', /a\.yaml:4:5: the flow file "Sign-up", .* is not among the files/);
    const other = asking
      .replace('name: Asking', 'name: Sign-up')
      .replace('name: Sign-up}, required', 'name: Asking}, required');
    const [one = '', two = ''] = [asking, other].map((text) => text.replace(/\n.*flows\.flow.*$/, ''));
    assert.deepEqual(issuesOf([one, two]), ['a.yaml:1:1: the file asks for files that ask for it']);
    assert.deepEqual(issuesOf([one.replace('Asking', 'Sign-up')]), [
      'a.yaml:1:1: the file asks for files that ask for it',
    ]);
    const damaged = issuesOf([one, 'version: 1\nmetadata: {name: Sign-up}\nentries: [']);
    assert.ok(damaged.length > 0 && damaged.every((issue) => issue.startsWith('b.yaml:')), damaged.join());
  });

  it('reads environment and files only where the app allows it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'flows-'));
    writeFileSync(join(folder, 'title.txt'), 'From a file');
    symlinkSync('/etc/hostname', join(folder, 'link.txt'));
    const entry = (title: string): string =>
      more(
        `  - {model: authentik_flows.flow, identifiers: {slug: x}, attrs: {name: X, title: ${title}, designation: authentication}}`,
      );
    const titleOf = (title: string, settings: FlowFileSettings): unknown =>
      importFlowFiles([file(entry(title))], settings).flows[0]?.title.values;
    assert.deepEqual(titleOf('!File title.txt', { folder }), { text: 'From a file' });
    for (const path of ['/etc/hostname', '../../etc/hostname', 'link.txt'])
      assert.match(issuesOf([entry(`!File ${path}`)], { folder }).join('\n'), /there is no file/);
    process.env['FLOW_TITLE'] = 'From the environment';
    assert.deepEqual(titleOf('!Env FLOW_TITLE', { environment: ['FLOW_TITLE'] }), { text: 'From the environment' });
    assert.deepEqual(titleOf('!Env [FLOW_TITLE, none]', {}), { text: 'none' });
  });
});

const upstream = '../shared/blueprints';
const here = existsSync(upstream);

describe('flow files: expressions in Python', () => {
  it('are checked before anything is imported, with the line of the file', () => {
    const policy = more(`
  - model: authentik_policies_expression.expressionpolicy
    id: p
    identifiers: {name: p}
    attrs:
      expression: |
        # A comment.
        import os
        return unknown_name.bar
  - {model: authentik_flows.flow, id: f, identifiers: {slug: x}, attrs: {name: X, title: X, designation: authorization}}
  - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf f, policy: !KeyOf p, order: 0}}`);
    const issues = issuesOf([policy]);
    assert.match(issues[0] ?? '', /^a\.yaml:11:8: in the expression: the module 'os' is not available/);
    assert.match(issues[1] ?? '', /^a\.yaml:12:8: in the expression: the name 'unknown_name' is not defined/);
  });

  it('call other policies of the files by name, and never themselves', () => {
    const calling = (name: string): string =>
      more(`
  - {model: authentik_policies_expression.expressionpolicy, identifiers: {name: first}, attrs: {expression: 'return True'}}
  - {model: authentik_policies_expression.expressionpolicy, id: p, identifiers: {name: second}, attrs: {expression: 'return ak_call_policy("${name}").passing'}}
  - {model: authentik_flows.flow, id: f, identifiers: {slug: x}, attrs: {name: X, title: X, designation: authorization}}
  - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf f, policy: !KeyOf p, order: 0}}`);
    assert.equal(importFlowFiles([file(calling('first'))]).flows[0]?.guard.bindings[0]?.policy.name, 'second');
    assert.match(
      issuesOf([calling('second')]).join(),
      /the policy "second", which the expression calls, cannot be made/,
    );
    assert.match(issuesOf([calling('thrid')]).join(), /thrid/);
  });
});

describe('flow files: authentik’s own blueprints', () => {
  const title = 'each of them is read without a mistake';
  (here ? it : it.skip)(here ? title : `${title} (skipped: the files are not beside the project)`, () => {
    for (const one of readFlowFolder(upstream)) importFlowFiles([one]);
  });
  const again = 'each of them can be exported, and imports to the same flows';
  (here ? it : it.skip)(here ? again : `${again} (skipped: the files are not beside the project)`, () => {
    for (const one of readFlowFolder(upstream)) {
      const { flows } = importFlowFiles([one]);
      if (flows.length === 0) continue;
      const text = exportFlows(flows);
      const made = importFlowFiles([{ file: one.file, text }]).flows;
      assert.deepEqual(made.map(shape), flows.map(shape), one.file);
      assert.equal(exportFlows(made), text);
    }
  });
});
