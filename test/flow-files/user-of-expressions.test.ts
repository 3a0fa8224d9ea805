import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { memoryUsers } from '../../lib/index.js';
import { exportFlows, importFlowFiles, type FlowFile } from '../../lib/flow-files.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { password as typedPassword } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, quickPasswords } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const entry = (model: string, identifiers: string, attrs: string, id: string): string =>
  `  - {model: authentik_${model}, identifiers: ${identifiers}, attrs: ${attrs}, id: ${id}}`;
const named = (model: string, name: string, attrs = '{}'): string => entry(model, `{name: ${name}}`, attrs, name);
const bound = (stage: string, order: number): string =>
  entry(
    'flows.flowstagebinding',
    `{target: !KeyOf flow, stage: !KeyOf ${stage}, order: ${String(order)}}`,
    '{}',
    `at-${stage}`,
  );
const flow = (slug: string, designation: string): string =>
  entry('flows.flow', `{slug: ${slug}}`, `{name: N, title: T, designation: ${designation}}`, 'flow');
const guard = (what: string, target: string): string =>
  entry('policies.policybinding', `{${what}, target: !KeyOf ${target}, order: 0}`, '{}', 'guard');
const expression = (text: string): readonly string[] => [
  `  - model: authentik_policies_expression.expressionpolicy`,
  `    id: asks`,
  `    identifiers: {name: asks}`,
  `    attrs: {expression: ${JSON.stringify(text)}}`,
];
const file = (name: string, lines: readonly string[]): FlowFile => ({
  file: name,
  text: ['version: 1', 'entries:', ...lines, ''].join('\n'),
});

const signUp = file('sign-up.yaml', [
  flow('join', 'enrollment'),
  ...(['username', 'email', 'password', 'attributes.role'] as const).map((key) =>
    named('stages_prompt.prompt', key, `{field_key: ${key}, label: L, type: ${key.includes('.') ? 'text' : key}}`),
  ),
  named(
    'stages_prompt.promptstage',
    'ask',
    '{fields: [!KeyOf username, !KeyOf email, !KeyOf password, !KeyOf attributes.role]}',
  ),
  named('stages_user_write.userwritestage', 'write', '{user_creation_mode: always_create}'),
  bound('ask', 10),
  bound('write', 20),
]);

/** A deny stage before or after the password, with what guards it. */
const signIn = (order: number, ...lines: readonly string[]): FlowFile =>
  file('sign-in.yaml', [
    '  - {model: authentik_core.group, identifiers: {name: banned}, id: banned}',
    flow('sign-in', 'authentication'),
    named('stages_identification.identificationstage', 'identify', '{user_fields: [username, email]}'),
    named('stages_password.passwordstage', 'password'),
    named('stages_deny.denystage', 'refuse', '{deny_message: Suspended.}'),
    named('stages_user_login.userloginstage', 'login'),
    bound('identify', 10),
    bound('password', 20),
    bound('login', 30),
    bound('refuse', order),
    ...lines,
  ]);

const asks = (text: string): readonly string[] => [...expression(text), guard('policy: !KeyOf asks', 'at-refuse')];

/** What the visitor of `name` meets after the name, and after the password. */
async function signInOf(
  files: readonly FlowFile[],
  { name = 'ann', data = null }: { readonly name?: string; readonly data?: 'own' | null } = {},
): Promise<readonly string[]> {
  const { flows, problems } = importFlowFiles(files);
  assert.deepEqual(problems, []);
  const memory = memoryUsers();
  const users = {
    ...memory.users,
    toProfile: (user: Parameters<typeof memory.users.toProfile>[0]) => {
      const profile = memory.users.toProfile(user);
      return { ...profile, groups: ['banned'], ...(data === null ? {} : { data: { role: 'suspended' } }) };
    },
  };
  const app = await openTestApp({
    registration: 'open',
    flows: [...flows],
    ...memory,
    users,
    passwords: quickPasswords,
  });
  try {
    const author = new Visitor(app);
    await author.open('/if/flow/join/');
    const account = { username: 'ann', email: 'ann@example.com', password: typedPassword };
    const done = await author.submit({ ...account, 'attributes.role': 'suspended' });
    assert.equal(done.status, 303, done.text);
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/sign-in/');
    const met: string[] = [];
    for (const form of [{ uid_field: name }, { password: typedPassword }]) {
      const { status, text } = await visitor.follow(await visitor.submit(form));
      met.push(text.includes('Suspended.') ? 'denied' : String(status));
      if (met.at(-1) === 'denied') break;
    }
    return [...met, (await visitor.me()) ?? ''];
  } finally {
    await app.close();
  }
}

describe('the user that policies of imported flows see', () => {
  it('has as attributes what flow files write there, and what the app’s own flows have beside it', async () => {
    const byRole = asks('return request.user.attributes.get("role") == "suspended"');
    for (const data of [null, 'own'] as const)
      assert.deepEqual(await signInOf([signUp, signIn(25, ...byRole)], { data }), ['200', 'denied', '']);
  });

  const ofAnn: readonly (readonly [what: string, lines: readonly string[]])[] = [
    ['a group', [guard('group: !KeyOf banned', 'at-refuse')]],
    ['ak_is_group_member', asks('return ak_is_group_member(request.user, name="banned")')],
    ['request.user', asks('return request.user.username == "ann"')],
    ['pending_user', asks('u = context.get("pending_user")\nreturn bool(u) and u.email == "ann@example.com"')],
  ];
  for (const [what, lines] of ofAnn)
    it(`is the one of the name that was typed, before the password too: ${what}`, async () => {
      for (const order of [15, 25]) {
        const met = await signInOf([signUp, signIn(order, ...lines)], {
          name: order === 15 ? 'ann@example.com' : 'ann',
        });
        assert.deepEqual(met, order === 15 ? ['denied', ''] : ['200', 'denied', '']);
      }
      const other = await signInOf([signUp, signIn(15, ...lines)], { name: 'bob' });
      assert.deepEqual(other, ['200', '422', '']);
    });

  it('is a member of the groups that contain theirs, also after an export', async () => {
    const group = '  - {model: authentik_core.group, identifiers: {name: banned}, id: banned}';
    const contained = [
      '  - {model: authentik_core.group, identifiers: {name: outer}, id: outer}',
      group.replace('}, id', '}, attrs: {parents: [!KeyOf outer]}, id'),
    ].join('\n');
    const { text } = signIn(25, ...asks('return ak_is_group_member(request.user, name="outer")'));
    assert.deepEqual(await signInOf([signUp, { file: 'in.yaml', text }]), ['200', '303', 'ann']);
    const nested = { file: 'in.yaml', text: text.replace(group, contained) };
    assert.deepEqual(await signInOf([signUp, nested]), ['200', 'denied', '']);
    const exported = exportFlows(importFlowFiles([nested]).flows);
    assert.deepEqual(await signInOf([signUp, { file: 'again.yaml', text: exported }]), ['200', 'denied', '']);
  });

  it('of a name that no account has was never saved, and no expression fails for it', async () => {
    const text = [
      'u = context["pending_user"]',
      'assert u == request.user and u.username == "bob" and u.pk is None and u.is_authenticated',
      'return bool(u.attributes or u.groups.exists() or ak_user_has_authenticator(u) or not u.has_usable_password())',
    ].join('\n');
    assert.deepEqual(await signInOf([signUp, signIn(15, ...asks(text))], { name: 'bob' }), ['200', '422', '']);
  });

  it('is no evidence: it has no backend before the password, and a flow that asks for none signs no one in', async () => {
    const lines = asks('return hasattr(request.user, "backend")');
    assert.deepEqual(await signInOf([signUp, signIn(15, ...lines)]), ['200', '303', 'ann']);
    assert.deepEqual(await signInOf([signUp, signIn(25, ...lines)]), ['200', 'denied', '']);
    const passwordless = signIn(15, ...lines);
    const text = passwordless.text.replace(bound('password', 20), '');
    await assert.rejects(signInOf([signUp, { ...passwordless, text }]), /no earlier stage writes 'pending_user'/);
  });

  it('has, once the password was right, what authentik says of how', async () => {
    const text = [
      'backend = "authentik.core.auth.InbuiltBackend"',
      'proved = context.get("user_backend") == request.user.backend == backend',
      'return proved and context["auth_method"] == "password" and context["auth_method_args"] == {}',
    ].join('\n');
    assert.deepEqual(await signInOf([signUp, signIn(25, ...asks(text))]), ['200', 'denied', '']);
    const before = asks('return "auth_method_args" in context or "user_backend" in context');
    assert.deepEqual(await signInOf([signUp, signIn(15, ...before)]), ['200', '303', 'ann']);
  });

  it('has no backend after a mail alone, as in authentik: the password is asked for', async () => {
    for (const known of ['hasattr(context["pending_user"], "backend")', '"user_backend" in context']) {
      const { flows } = importFlowFiles([
        file('mailed.yaml', [
          flow('mailed', 'recovery'),
          named('stages_identification.identificationstage', 'who', '{user_fields: [username, email]}'),
          named('stages_email.emailstage', 'mail'),
          named('stages_password.passwordstage', 'secret'),
          named('stages_user_login.userloginstage', 'login'),
          bound('who', 10),
          bound('mail', 20),
          bound('secret', 30),
          bound('login', 40),
          ...expression(`return not ${known}`),
          guard('policy: !KeyOf asks', 'at-secret'),
        ]),
      ]);
      const mailer = memoryMailer();
      const app = await openTestApp({ flows: [...flows], mailer });
      try {
        await member(app, 'ann');
        const visitor = new Visitor(app);
        await visitor.open('/if/flow/mailed/');
        await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
        const mail = await mailer.next('ann@example.com');
        await visitor.follow(await visitor.submit({ code: mailer.codeIn(mail) ?? '' }));
        assert.equal(visitor.step.split(' ')[0], 'secret', known);
        assert.equal(await visitor.me(), null);
      } finally {
        await app.close();
      }
    }
  });

  it('is asked for also where one of several policies suffices, and one of them passes before the link', () => {
    const bindings = (mode: string): number | undefined => {
      const { flows } = importFlowFiles(
        [
          signIn(
            25,
            ...expression('return not context.get("is_restored", False)'),
            guard('policy: !KeyOf asks', 'at-identify'),
            named('policies_dummy.dummypolicy', 'never', '{result: false, wait_min: 0, wait_max: 0}'),
            guard('policy: !KeyOf never', 'at-identify').replace('guard}', 'other}'),
          ),
        ].map(({ file: name, text }) => ({
          file: name,
          text: text.replace(
            bound('identify', 10),
            bound('identify', 10).replace('{}', mode === '' ? '{}' : `{policy_engine_mode: ${mode}}`),
          ),
        })),
      );
      return flows[0]?.bindings.find(({ key }) => key === 'identify')?.guard.bindings.length;
    };
    assert.deepEqual([bindings('any'), bindings('all')], [0, 1]);
    // Without a mode, the check of the flow refuses both.
    assert.equal(bindings(''), 2);
  });

  it('is asked for by a negated policy about is_restored alone, also at the identification', () => {
    const restored = expression('return context.get("is_restored", False)');
    const bindings = (attrs: string): number => {
      const binding = guard('policy: !KeyOf asks', 'at-identify').replace('attrs: {}', `attrs: ${attrs}`);
      const { flows } = importFlowFiles([signIn(25, ...restored, binding)]);
      return flows[0]?.bindings.find(({ key }) => key === 'identify')?.guard.bindings.length ?? -1;
    };
    assert.deepEqual(['{}', '{negate: true}', '{enabled: false}'].map(bindings), [0, 1, 1]);
  });
});

describe('a name that is typed where another user has proved who they are', () => {
  /** Where a deny stage stands between the name and the password of a user who is banned. */
  const gated = (slug: string, ...lines: readonly string[]): FlowFile =>
    file(`${slug}.yaml`, [
      flow(slug, slug === 'led' ? 'authorization' : 'authentication'),
      ...expression('return request.user.username == "bob"'),
      ...['who', 'other', 'third'].map((name) =>
        named('stages_identification.identificationstage', name, '{user_fields: [username, email]}'),
      ),
      ...['secret', 'again'].map((name) => named('stages_password.passwordstage', name)),
      named('stages_deny.denystage', 'refuse', '{deny_message: Suspended.}'),
      named('stages_user_login.userloginstage', 'login'),
      ...lines,
    ]);
  const steps = (...names: readonly string[]): readonly string[] => names.map((name, at) => bound(name, at * 10));
  const guarded = guard('policy: !KeyOf asks', 'at-refuse');
  /** As in authentik's default sign-in: the password is left out for a user who is known. */
  const unproved = (id: string, known: string): readonly string[] => [
    '  - model: authentik_policies_expression.expressionpolicy',
    `    id: ${id}`,
    `    identifiers: {name: ${id}}`,
    `    attrs: {expression: ${JSON.stringify(`u = context.get("pending_user")\nreturn not ${known}`)}}`,
    entry('policies.policybinding', `{policy: !KeyOf ${id}, target: !KeyOf at-again, order: 0}`, '{}', 'left-out'),
  ];
  const files = [
    gated('twice', ...steps('who', 'secret', 'other', 'refuse', 'again', 'login'), guarded),
    gated('once', ...steps('who', 'refuse', 'secret', 'login'), guarded),
    gated('alone', ...steps('who', 'secret', 'other', 'login')),
    gated(
      'thrice',
      ...steps('who', 'secret', 'other', 'third', 'again', 'login'),
      ...unproved('of-user', 'hasattr(u, "backend")'),
    ),
    gated(
      'backend',
      ...steps('who', 'secret', 'other', 'third', 'again', 'login'),
      ...unproved('of-context', 'context.get("user_backend")'),
    ),
    gated(
      'led',
      named(
        'stages_redirect.redirectstage',
        'lead',
        '{mode: flow, target_flow: !Find [authentik_flows.flow, [slug, once]], keep_context: true}',
      ),
      ...steps('who', 'secret', 'lead'),
    ),
  ];

  /** Ann proves who she is, and then other names are typed. */
  async function after(slug: string, ...names: readonly string[]): Promise<string> {
    const { flows } = importFlowFiles(files);
    const memory = memoryUsers();
    const app = await openTestApp({ registration: 'open', flows, ...memory, passwords: quickPasswords });
    try {
      for (const one of ['ann', 'bob']) await member(app, one);
      const visitor = new Visitor(app);
      await visitor.open(`/if/flow/${slug}/`);
      const typed = names.map((uid_field) => ({ uid_field }));
      for (const form of [{ uid_field: 'ann' }, { password: typedPassword }, ...typed]) {
        const { status, text } = await visitor.follow(await visitor.submit(form));
        if (text.includes('Suspended.')) return 'denied';
        if (status !== 200) return (await visitor.me()) ?? String(status);
      }
      await visitor.follow(await visitor.submit({ password: typedPassword }));
      return (await visitor.me()) ?? visitor.step.split(' ')[0] ?? '';
    } finally {
      await app.close();
    }
  }

  it('is the account that policies decide about: twice in a flow, and behind a flow that hands its user over', async () => {
    for (const slug of ['twice', 'led'])
      assert.deepEqual([await after(slug, 'bob'), await after(slug, 'ann')], ['denied', 'ann'], slug);
  });

  it('has no backend until it proves who it is, also where it has been proved before another name was typed', async () => {
    for (const slug of ['thrice', 'backend']) {
      assert.equal(await after(slug, 'bob', 'ann'), 'ann', slug);
      assert.equal(await after(slug, 'ann', 'bob'), 'bob', slug);
    }
  });

  it('takes away what the other one has proved: without a proof of its own, no one is signed in', async () => {
    assert.equal(await after('alone', 'ann'), 'ann');
    assert.notEqual(await after('alone', 'bob'), 'ann');
    assert.notEqual(await after('alone', 'bob'), 'bob');
  });
});
