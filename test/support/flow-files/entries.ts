/** Entries of flow files in a few words. Texts are YAML in the flow style: `{name: a}`. */
export const entry = (model: string, identifiers: string, attrs = '{}', more = ''): string =>
  `  - {model: ${model}, identifiers: ${identifiers}, attrs: ${attrs}${more}}`;

/** An entry that is found by its name, which is its `id` too. */
export const named = (model: string, name: string, attrs = '{}'): string =>
  entry(model, `{name: ${name}}`, attrs, `, id: ${name}`);

export const flow = (slug: string, designation = 'enrollment', attrs = ''): string =>
  entry(
    'authentik_flows.flow',
    `{slug: ${slug}}`,
    `{title: T, designation: ${designation}${attrs === '' ? '' : `, ${attrs}`}}`,
    ', id: flow',
  );

/** Binds a stage to the flow; the `id` is that of the stage after `at-`. */
export const bound = (stage: string, order: number, attrs = '{}'): string =>
  entry(
    'authentik_flows.flowstagebinding',
    `{target: !KeyOf flow, stage: !KeyOf ${stage}, order: ${String(order)}}`,
    attrs,
    `, id: at-${stage}`,
  );

/** Binds a policy, or with `what` a group or a user. */
export const guard = (policy: string, target: string, attrs = '{}', what = 'policy'): string =>
  entry(
    'authentik_policies.policybinding',
    `{${what}: !KeyOf ${policy}, target: !KeyOf ${target}, order: 0}`,
    attrs,
    `, id: ${policy}-at-${target}`,
  );

export const prompt = (key: string, type: string, attrs = ''): string =>
  named(
    'authentik_stages_prompt.prompt',
    key.replaceAll('.', '-'),
    `{field_key: ${key}, label: L, type: ${type}${attrs === '' ? '' : `, ${attrs}`}}`,
  );

/** A policy in Python. */
export const expression = (name: string, source: string): string =>
  [
    '  - model: authentik_policies_expression.expressionpolicy',
    `    id: ${name}`,
    `    identifiers: {name: ${name}}`,
    '    attrs:',
    '      expression: |',
    ...source.split('\n').map((line) => `        ${line}`),
  ].join('\n');

/** A page of prompts, by their keys. */
export const page = (name: string, keys: readonly string[], attrs = ''): string =>
  named(
    'authentik_stages_prompt.promptstage',
    name,
    `{fields: [${keys.map((key) => `!KeyOf ${key.replaceAll('.', '-')}`).join(', ')}]${attrs === '' ? '' : `, ${attrs}`}}`,
  );

/** Writes a new account and signs it in. */
export const writeAndSignIn = (order = 20): readonly string[] => [
  named('authentik_stages_user_write.userwritestage', 'write', '{user_creation_mode: always_create}'),
  named('authentik_stages_user_login.userloginstage', 'login'),
  bound('write', order),
  bound('login', order + 10),
];

export const textOf = (...lines: readonly string[]): string => ['version: 1', 'entries:', ...lines, ''].join('\n');
