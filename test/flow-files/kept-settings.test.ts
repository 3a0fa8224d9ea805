import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { importFlowFiles } from '../../lib/flow-files.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { password } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const stages = 'authentik_stages_';
const named = (model: string, id: string, attrs = '{}'): string =>
  `  - {model: ${stages}${model}, id: ${id}, identifiers: {name: ${id}}, attrs: ${attrs}}`;
const bound = (stage: string, order: number): string =>
  `  - {model: authentik_flows.flowstagebinding, id: at-${stage}, identifiers: {target: !KeyOf flow, stage: !KeyOf ${stage}, order: ${String(order)}}}`;
const flowOf = (designation: string): string =>
  `  - {model: authentik_flows.flow, id: flow, identifiers: {slug: f}, attrs: {title: T, designation: ${designation}}}`;

interface Outcome {
  readonly mistakes: readonly string[];
  readonly problems: readonly string[];
}

function imported(
  ...lines: readonly string[]
): Outcome & { readonly flows: ReturnType<typeof importFlowFiles>['flows'] } {
  try {
    const { flows, problems } = importFlowFiles([
      { file: 'a.yaml', text: ['version: 1', 'entries:', ...lines, ''].join('\n') },
    ]);
    return {
      flows,
      mistakes: [],
      problems: problems.map(({ line, column, message }) => `${String(line)}:${String(column)}: ${message}`),
    };
  } catch (error) {
    assert.ok(isEnrollmentError(error));
    return { flows: [], mistakes: error.issues, problems: [] };
  }
}

describe('imported sign-ups with create_users_as_inactive', () => {
  const username = `  - {model: authentik_stages_prompt.prompt, id: username, identifiers: {name: username}, attrs: {field_key: username, label: N, type: username}}`;
  const email = username.replaceAll('username', 'email');
  const sent = (attrs: string): readonly string[] => [named('email.emailstage', 'mail', attrs), bound('mail', 30)];
  const signUp = (write: string, ...more: readonly string[]): Outcome =>
    imported(
      flowOf('enrollment'),
      username,
      email,
      named('prompt.promptstage', 'ask', '{fields: [!KeyOf username, !KeyOf email]}'),
      named('user_write.userwritestage', 'write', write),
      bound('ask', 10),
      bound('write', 20),
      ...more,
    );
  const skip = [
    '  - {model: authentik_policies_dummy.dummypolicy, id: skip, identifiers: {name: skip}, attrs: {result: true, wait_min: 0, wait_max: 0}}',
    '  - {model: authentik_policies.policybinding, id: skips, identifiers: {policy: !KeyOf skip, target: !KeyOf at-mail, order: 0}}',
  ];
  const inactive = '{create_users_as_inactive: true}';
  const isRefused = ({ mistakes }: Outcome): boolean =>
    mistakes.length === 1 &&
    /^a\.yaml:7:\d+: "create_users_as_inactive": accounts are created as active/.test(mistakes[0] ?? '');

  it('are refused where no mail proves the address: no account becomes active by itself', () => {
    assert.deepEqual(
      [
        signUp(inactive),
        signUp('{create_users_as_inactive: "yes"}'),
        signUp('{create_users_as_inactive: true, user_creation_mode: always_create}'),
        signUp(inactive, ...sent('{}')),
        signUp(inactive, ...sent('{activate_user_on_success: true}'), ...skip),
        // Only the mail of an enrollment goes to the address that was typed.
        imported(
          flowOf('stage_configuration'),
          username,
          email,
          named('prompt.promptstage', 'ask', '{fields: [!KeyOf username, !KeyOf email]}'),
          named(
            'user_write.userwritestage',
            'write',
            '{create_users_as_inactive: true, user_creation_mode: always_create}',
          ),
          bound('ask', 10),
          bound('write', 20),
          ...sent('{activate_user_on_success: true}'),
        ),
      ].map(isRefused),
      [true, true, true, true, true, true],
    );
  });

  it('are accepted where a mail activates the account, or where nothing is created', () => {
    assert.deepEqual(signUp(inactive, ...sent('{activate_user_on_success: true}')).mistakes, []);
    assert.deepEqual(signUp('{create_users_as_inactive: false}').mistakes, []);
  });

  it('are made after the mail that activates, wherever it, another mail and other writes are bound', () => {
    const activates = '{activate_user_on_success: true}';
    const mail = (id: string, attrs: string, order: number): readonly string[] => [
      named('email.emailstage', id, attrs),
      bound(id, order),
    ];
    const write = named('user_write.userwritestage', 'write', inactive);
    const update = [named('user_write.userwritestage', 'update', '{user_creation_mode: never_create}')];
    const again = [named('prompt.promptstage', 'again', '{fields: [!KeyOf email]}')];
    const stepsOf = (...more: readonly string[]): readonly (string | undefined)[] => {
      const page = named('prompt.promptstage', 'ask', '{fields: [!KeyOf username, !KeyOf email]}');
      const { flows, mistakes } = imported(
        flowOf('enrollment'),
        username,
        email,
        page,
        write,
        bound('ask', 10),
        ...more,
      );
      assert.deepEqual(mistakes, []);
      return flows[0]?.bindings.map(({ key }) => key) ?? [];
    };
    assert.deepEqual(
      [
        stepsOf(bound('write', 20), ...mail('other', '{}', 30), ...mail('mail', activates, 40)),
        stepsOf(...update, bound('update', 15), bound('write', 20), ...mail('mail', activates, 40)),
        stepsOf(...mail('mail', activates, 15), ...again, bound('again', 17), bound('write', 20)),
        stepsOf(...mail('mail', activates, 15), bound('write', 20)),
        stepsOf(
          named('dummy.dummystage', 'page'),
          bound('write', 20),
          bound('page', 30),
          ...mail('mail', activates, 40),
        ),
      ],
      [
        ['ask', 'other', 'mail', 'write'],
        ['ask', 'update', 'mail', 'write'],
        ['ask', 'mail', 'again', 'write'],
        ['ask', 'mail', 'write'],
        ['ask', 'page', 'mail', 'write'],
      ],
    );
  });

  it('are refused where policies between the write and the mail would be about the new account', () => {
    const between = (stage: string, ...more: readonly string[]): Outcome =>
      signUp(inactive, stage, bound('between', 25), ...sent('{activate_user_on_success: true}'), ...more);
    const guarded = skip.map((line) => line.replace('at-mail', 'at-between'));
    const off = guarded.map((line) => line.replace('order: 0}}', 'order: 0}, attrs: {enabled: false}}'));
    const deny = named('deny.denystage', 'between');
    const page = (attrs: string): string => named('prompt.promptstage', 'between', attrs);
    const says = /:\d+: a stage with policies stands between the write and the mail/;
    assert.match(between(deny, ...guarded).mistakes.join(), says);
    assert.deepEqual(between(deny, ...off).mistakes, []);
    assert.deepEqual(between(page('{fields: [!KeyOf username]}')).mistakes, []);
    assert.deepEqual(between(page('{fields: [!KeyOf username], validation_policies: []}')).mistakes, []);
    const update = named('user_write.userwritestage', 'between', '{user_creation_mode: never_create}');
    assert.match(
      between(update).mistakes.join(),
      /a write of the new account stands before the mail that activates it/,
    );
    const [dummy] = skip;
    const validated = signUp(
      inactive,
      dummy ?? '',
      page('{fields: [!KeyOf username], validation_policies: [!KeyOf skip]}'),
      bound('between', 25),
      ...sent('{activate_user_on_success: true}'),
    );
    assert.match(validated.mistakes.join(), says);
  });

  it('alone move: a recovery with that setting proves the address before its page', () => {
    const { flows, mistakes, problems } = imported(
      flowOf('recovery'),
      `  - {model: authentik_stages_prompt.prompt, id: secret, identifiers: {name: secret}, attrs: {field_key: password, label: N, type: password}}`,
      named('identification.identificationstage', 'who', '{user_fields: [username]}'),
      named('email.emailstage', 'mail', '{activate_user_on_success: true}'),
      named('prompt.promptstage', 'ask', '{fields: [!KeyOf secret]}'),
      named('user_write.userwritestage', 'write', '{create_users_as_inactive: true, user_creation_mode: never_create}'),
      named('user_login.userloginstage', 'login'),
      bound('who', 10),
      bound('mail', 20),
      bound('ask', 30),
      bound('write', 40),
      bound('login', 50),
    );
    assert.deepEqual(mistakes, []);
    assert.deepEqual(
      problems.filter((problem) => problem.includes('before the account')),
      [],
    );
    assert.deepEqual(
      flows[0]?.bindings.map(({ key }) => key),
      ['who', 'mail', 'ask', 'write', 'login'],
    );
  });

  it('are made with the address that was proved only: a policy of the write may have set another one', async () => {
    const { flows, mistakes } = imported(
      flowOf('enrollment'),
      username,
      email,
      named('prompt.promptstage', 'ask', '{fields: [!KeyOf username, !KeyOf email]}'),
      named('user_write.userwritestage', 'write', inactive),
      named('user_login.userloginstage', 'login'),
      "  - {model: authentik_policies_expression.expressionpolicy, id: sets, identifiers: {name: sets}, attrs: {expression: \"if context['prompt_data']['username'] == 'mallory':\\n  context['prompt_data']['email'] = 'boss@corp.example'\\nreturn True\"}}",
      bound('ask', 10),
      bound('write', 20),
      bound('login', 40),
      '  - {model: authentik_policies.policybinding, id: setting, identifiers: {policy: !KeyOf sets, target: !KeyOf at-write, order: 0}}',
      ...sent('{activate_user_on_success: true}'),
    );
    assert.deepEqual(mistakes, []);
    const mailer = memoryMailer();
    const app = await openTestApp({ registration: 'open', flows: [...flows], mailer });
    try {
      for (const [name, made] of [
        ['mallory', []],
        ['ann', ['ann@example.com']],
      ] as const) {
        const visitor = new Visitor(app);
        await visitor.open('/if/flow/f/');
        await visitor.follow(await visitor.submit({ username: name, email: `${name}@example.com` }));
        const answer = await visitor.submit({ code: mailer.codeIn(await mailer.next(`${name}@example.com`)) ?? '' });
        if (made.length === 0) assert.match(answer.text, /This isn’t the email address that you confirmed/);
        assert.deepEqual(
          app.members.map(({ email }) => email),
          made,
          name,
        );
        assert.equal(await visitor.me(), made.length === 0 ? null : name);
      }
    } finally {
      await app.close();
    }
  });
});

describe('imported sign-ups that set is_active', () => {
  const join = [
    flowOf('enrollment'),
    `  - {model: authentik_stages_prompt.prompt, id: username, identifiers: {name: username}, attrs: {field_key: username, label: N, type: username}}`,
    named('user_write.userwritestage', 'write', '{user_creation_mode: always_create}'),
    bound('ask', 10),
    bound('write', 20),
  ];
  const prompt = (key: string, type: string): string =>
    `  - {model: authentik_stages_prompt.prompt, id: more, identifiers: {name: more}, attrs: {field_key: ${key}, label: N, type: ${type}}}`;
  const asked = named('prompt.promptstage', 'ask', '{fields: [!KeyOf username]}');
  const askedMore = named('prompt.promptstage', 'ask', '{fields: [!KeyOf username, !KeyOf more]}');

  it('are refused where a prompt asks for it, as for a password that is a text', () => {
    const [flow, username, ...rest] = join;
    const of = (key: string, type: string) =>
      imported(flow ?? '', username ?? '', prompt(key, type), askedMore, ...rest);
    assert.match(
      of('is_active', 'checkbox').mistakes.join('\n'),
      /^a\.yaml:5:\d+: "field_key": accounts are active ones/,
    );
    assert.match(
      of('is_active', 'hidden').mistakes.join('\n'),
      /^a\.yaml:5:\d+: "field_key": accounts are active ones/,
    );
    assert.match(of('password', 'text').mistakes.join('\n'), /^a\.yaml:5:\d+: "field_key": "password" is the key of/);
    assert.match(
      of('password_repeat', 'hidden').mistakes.join('\n'),
      /^a\.yaml:5:\d+: "field_key": "password_repeat" is/,
    );
    assert.match(of('groups', 'text').problems.join('\n'), /5:\d+: "field_key": what authentik drops/);
    assert.match(of('path', 'text').problems.join('\n'), /5:\d+: "field_key": a field of the account in authentik/);
    assert.deepEqual(of('attributes.team', 'text').problems, []);
  });

  it('make no account where an expression sets it to false', async () => {
    const signUp = async (expression: string): Promise<readonly [status: number, members: number]> => {
      const [flow, username, ...rest] = join;
      const { flows, mistakes } = imported(
        flow ?? '',
        username ?? '',
        asked,
        ...rest,
        `  - {model: authentik_policies_expression.expressionpolicy, id: sets, identifiers: {name: sets}, attrs: {expression: ${JSON.stringify(`${expression}\nreturn True`)}}}`,
        '  - {model: authentik_policies.policybinding, id: setting, identifiers: {policy: !KeyOf sets, target: !KeyOf at-write, order: 0}}',
      );
      assert.deepEqual(mistakes, []);
      const app = await openTestApp({ registration: 'open', flows: [...flows] });
      try {
        const visitor = new Visitor(app);
        await visitor.open('/if/flow/f/');
        return [(await visitor.submit({ username: 'ann' })).status, app.members.length];
      } finally {
        await app.close();
      }
    };
    assert.deepEqual(await signUp('context["prompt_data"]["is_active"] = True'), [303, 1]);
    assert.deepEqual(await signUp('context["prompt_data"]["is_active"] = False'), [403, 0]);
    assert.deepEqual(await signUp('context["prompt_data"].update({"is_active": 0})'), [403, 0]);
  });
});

describe('imported sign-ins with remember_me_offset', () => {
  const login = named('user_login.userloginstage', 'login', '{session_duration: hours=1, remember_me_offset: days=30}');
  const who = (attrs = ''): string =>
    named('identification.identificationstage', 'who', `{user_fields: [username]${attrs}}`);
  const secret = named('password.passwordstage', 'secret');

  async function withOpen<Value>(app: TestApp, act: (visitor: Visitor) => Promise<Value>): Promise<Value> {
    try {
      return await act(new Visitor(app));
    } finally {
      await app.close();
    }
  }

  it('ask for it on the page of the password, and stay signed in for as long', async () => {
    const { flows, problems } = imported(
      flowOf('authentication'),
      who(),
      secret,
      login,
      bound('who', 10),
      bound('secret', 20),
      bound('login', 30),
    );
    assert.deepEqual(problems, []);
    const app = await openTestApp({ flows });
    await member(app, 'ann');
    const lasts = await withOpen(app, async (visitor) => {
      await visitor.open('/if/flow/f/');
      await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
      const sent = await visitor.submit({ password, remember_me: 'yes' });
      return [sent.headers['set-cookie'] ?? []].flat().join('\n');
    });
    const days = (Date.parse(/Expires=([^;]+)/.exec(lasts)?.[1] ?? '') - app.clock.now()) / 86_400_000;
    assert.ok(days > 29.9 && days < 30.1, lasts);
  });

  it('ask for it on the page of the name where that asks for the password', () => {
    const { flows, problems } = imported(
      flowOf('authentication'),
      secret,
      who(', password_stage: !KeyOf secret'),
      login,
      bound('who', 10),
      bound('login', 30),
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      flows[0]?.bindings.map(({ stage }) => stage.asking && stage.fields.includes('remember_me')),
      [true, false],
    );
  });

  it('report it where no page asks for a password', () => {
    const passkey = named(
      'authenticator_validate.authenticatorvalidatestage',
      'key',
      '{device_classes: [webauthn], webauthn_user_verification: required}',
    );
    const { problems } = imported(flowOf('authentication'), passkey, login, bound('key', 10), bound('login', 30));
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^5:\d+: "remember_me_offset" is left out: /);
  });

  it('are not the name that authentik remembers in the browser: that is reported', () => {
    const { flows, problems } = imported(
      flowOf('authentication'),
      secret,
      who(', password_stage: !KeyOf secret, enable_remember_me: true'),
      named('user_login.userloginstage', 'login'),
      bound('who', 10),
      bound('login', 30),
    );
    assert.match(problems.join('\n'), /"enable_remember_me" is left out: /);
    assert.deepEqual(
      flows[0]?.bindings[0]?.stage.asking && flows[0].bindings[0].stage.fields.includes('remember_me'),
      false,
    );
  });
});
