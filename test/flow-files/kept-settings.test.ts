import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { importFlowFiles } from '../../lib/flow-files.js';
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
      ].map(isRefused),
      [true, true, true, true, true],
    );
  });

  it('are accepted where a mail activates the account, or where nothing is created', () => {
    assert.deepEqual(signUp(inactive, ...sent('{activate_user_on_success: true}')).mistakes, []);
    assert.deepEqual(signUp('{create_users_as_inactive: false}').mistakes, []);
  });
});

describe('imported sign-ins with remember_me_offset', () => {
  const login = named('user_login.userloginstage', 'login', '{session_duration: hours=1, remember_me_offset: days=30}');
  const who = (attrs = '{}'): string => named('identification.identificationstage', 'who', attrs);
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
      who('{password_stage: !KeyOf secret}'),
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
      who('{password_stage: !KeyOf secret, enable_remember_me: true}'),
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
