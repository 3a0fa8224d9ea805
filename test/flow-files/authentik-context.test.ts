import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { exportFlows, importFlowFiles, type FlowFileSettings } from '../../lib/flow-files.js';
import {
  bound,
  entry,
  expression,
  flow,
  guard,
  named,
  page,
  prompt,
  textOf,
  writeAndSignIn,
} from '../support/flow-files/entries.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const password = 'velvet tram over the harbour';
const suspended = named('authentik_stages_deny.denystage', 'closed', '{deny_message: No entry}');

/** Asks for a username, a password and a role, and creates the account. */
const signUp = (...lines: readonly string[]): string =>
  textOf(
    flow('join'),
    prompt('username', 'username'),
    prompt('password', 'password'),
    prompt('attributes.role', 'text', 'required: false'),
    page('ask', ['username', 'password', 'attributes.role']),
    bound('ask', 10),
    ...writeAndSignIn(30),
    suspended,
    ...lines,
  );

/** Asks for a name, then for the password; `closed` turns away. */
const signIn = (order: number, ...lines: readonly string[]): string =>
  textOf(
    flow('in', 'authentication'),
    named('authentik_stages_identification.identificationstage', 'identify', '{user_fields: [username]}'),
    named('authentik_stages_password.passwordstage', 'prove'),
    named('authentik_stages_user_login.userloginstage', 'enter'),
    suspended,
    bound('identify', 10),
    bound('prove', 20),
    bound('closed', order),
    bound('enter', 40),
    ...lines,
  );

const importOf = (texts: readonly string[], settings: FlowFileSettings = {}) =>
  importFlowFiles(
    texts.map((text, index) => ({ file: `${String(index)}.yaml`, text })),
    settings,
  );

function reportOf(text: string): readonly string[] {
  try {
    return importOf([text]).problems.map(
      ({ severity, line, column, message }) => `${severity} ${String(line)}:${String(column)} ${message}`,
    );
  } catch (error) {
    assert.ok(isEnrollmentError(error));
    return (error.issues ?? []).map((issue) => issue.replace(/^0\.yaml:/, 'refused '));
  }
}

async function withApp(
  texts: readonly string[],
  options: TestAppOptions,
  use: (app: TestApp) => Promise<void>,
): Promise<void> {
  const { flows } = importOf(texts);
  // What an export writes means the same.
  const again = importOf([exportFlows(flows)]).flows;
  const app = await openTestApp({ registration: 'open', ...options, flows: [...again] });
  try {
    await use(app);
  } finally {
    await app.close();
  }
}

async function join(app: TestApp, answers: Readonly<Record<string, string>>, path = '/if/flow/join/'): Promise<number> {
  const visitor = new Visitor(app);
  await visitor.open(path);
  // The silent invitation stage waits for a button.
  if (path.includes('invite=')) await visitor.follow(await visitor.submit({}));
  return (await visitor.follow(await visitor.submit({ username: 'ann', password, ...answers }))).status;
}

async function enter(app: TestApp): Promise<number> {
  const visitor = new Visitor(app);
  await visitor.open('/if/flow/in/');
  await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
  return (await visitor.follow(await visitor.submit({ password }))).status;
}

const denies = (source: string, at = 'at-closed'): readonly string[] => [expression('gate', source), guard('gate', at)];

describe('flow files: what authentik’s expressions find', () => {
  it('user.attributes is what flow files write: a policy that turns a role away does so', () =>
    withApp(
      [signUp(), signIn(30, ...denies('return request.user.attributes.get("role") == "suspended"'))],
      {},
      async (app) => {
        await join(app, { 'attributes.role': 'suspended' });
        assert.deepEqual(app.members[0]?.data, { attributes: { role: 'suspended' } });
        assert.equal(await enter(app), 403);
      },
    ));

  it('auth_method is how the plan’s user signed in', () =>
    withApp([signUp(), signIn(30, ...denies('return context.get("auth_method") == "password"'))], {}, async (app) => {
      await join(app, {});
      assert.equal(await enter(app), 403);
    }));

  for (const [name, source, status] of [
    ['its data is in prompt_data', 'return context["prompt_data"]["attributes"]["role"] == "contractor"', 403],
    ['it is in effect', 'return context.get("invitation_in_effect", False)', 403],
    ['it is in effect, the other way round', 'return not context.get("invitation_in_effect", False)', 303],
  ] as const)
    it(`of an invitation, ${name}`, () =>
      withApp(
        [
          signUp(
            named('authentik_stages_invitation.invitationstage', 'invitation'),
            bound('invitation', 5),
            bound('closed', 20),
            ...denies(source),
          ),
        ],
        { registration: 'invite-only' },
        async (app) => {
          const { code } = await app.enrollment.invitations.create({ data: { attributes: { role: 'contractor' } } });
          const typed = await join(app, { 'attributes.role': 'owner' }, `/if/flow/join/?invite=${code}`);
          assert.equal(typed, status);
        },
      ));

  for (const [name, change, isChanged] of [
    ['set', 'd["role"] = "owner"', true],
    ['taken away', 'd.pop("role")', true],
    ['taken away with its record', 'context["prompt_data"]["attributes"] = None', true],
    ['set to what it is, beside another one', 'd.update(role="contractor", team="red")', false],
  ] as const)
    it(`what an invitation sets is written, and the log says so: ${name}`, () =>
      withApp(
        [
          signUp(
            named('authentik_stages_invitation.invitationstage', 'invitation'),
            bound('invitation', 5),
            expression('change', `d = context["prompt_data"]["attributes"]\n${change}\nreturn True`),
            guard('change', 'at-write'),
          ),
        ],
        { registration: 'invite-only' },
        async (app) => {
          const { code } = await app.enrollment.invitations.create({ data: { attributes: { role: 'contractor' } } });
          await join(app, { 'attributes.role': 'typed' }, `/if/flow/join/?invite=${code}`);
          const { attributes } = app.members[0]?.data ?? {};
          assert.deepEqual(attributes, { role: 'contractor', ...(isChanged ? {} : { team: 'red' }) });
          const warned = app.log.filter(({ text }) => text.includes('what the invitation sets'));
          assert.equal(warned.length > 0, isChanged);
          for (const { level, fields } of warned) {
            assert.equal(level, 'warn');
            assert.deepEqual(fields['keys'], ['attributes.role']);
          }
        },
      ));

  for (const [source, status] of [
    ['return context.get("is_restored", False)', 403],
    ['restored = context.get("is_restored", False)\nreturn not restored', 200],
  ] as const)
    it(`behind a mail, ${JSON.stringify(source)} finds a restored plan`, async () => {
      const mailer = memoryMailer();
      const recovery = textOf(
        flow('again', 'recovery'),
        named('authentik_stages_identification.identificationstage', 'find', '{user_fields: [username]}'),
        named('authentik_stages_email.emailstage', 'mail'),
        entry(
          'authentik_stages_prompt.prompt',
          '{name: new}',
          '{field_key: password, label: New, type: password}',
          ', id: password',
        ),
        page('choose', ['password']),
        named('authentik_stages_user_write.userwritestage', 'change', '{user_creation_mode: never_create}'),
        suspended,
        bound('find', 10),
        bound('mail', 20),
        bound('closed', 30),
        bound('choose', 40),
        bound('change', 50),
        ...denies(source),
      );
      await withApp([recovery], { mailer }, async (app) => {
        await member(app, 'ann');
        const visitor = new Visitor(app);
        await visitor.open('/if/flow/again/');
        await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
        const code = mailer.codeIn(await mailer.next('ann@example.com')) ?? '';
        assert.equal((await visitor.follow(await visitor.submit({ code }))).status, status);
      });
    });

  it('keys of the context that are never there, or set for nothing, are noticed at their line', () => {
    const noticed = (source: string): readonly string[] =>
      reportOf(textOf(flow('f', 'stage_configuration'), expression('gate', source), guard('gate', 'flow'))).map((one) =>
        one.replace(/ in the expression: /, ' '),
      );
    const missing = (key: string) => `context["${key}"] is never set here: it reads as missing`;
    const unset = (key: string) =>
      `context["${key}"] is set for this expression only: of context, the plan keeps prompt_data`;
    const user = 'context["pending_user"] cannot be set: a flow is about the user who proved who they are';
    const unknown = 'which keys of context are read here cannot be known: some are never set, and read as missing';
    const meta = 'http_request.META can only be asked for "REMOTE_ADDR" here, by that name';
    const cases: readonly (readonly [source: string, ...report: readonly string[]])[] = [
      ['return context.get("application") == 1', `noticed 9:20 ${missing('application')}`],
      ['return "user_path" in request.context', `noticed 9:8 ${missing('user_path')}`],
      ['c = request.context\nreturn c["application"]', `noticed 10:10 ${missing('application')}`],
      ['return context["flow_plan"].context["outpost"]', `noticed 9:37 ${missing('outpost')}`],
      ['return context.get("prompt_data") and context.get("mine")'],
      ['context["prompt_data"]["groups"] = 1\ncontext["prompt_data"] = {}\nreturn True'],
      ['context["groups"] = []\nreturn True', `noticed 9:9 ${unset('groups')}`],
      ['context["flow_plan"].context["redirect"] = "/"\nreturn True', `noticed 9:30 ${unset('redirect')}`],
      [
        'request.context.update({"mine": 1}, other=2)\nreturn True',
        `noticed 9:25 ${unset('mine')}`,
        `noticed 9:37 ${unset('other')}`,
      ],
      ['context["pending_user"] = ak_user_by(username="a")\nreturn True', `refused 9:9: ${user}`],
      ['return context["geoip"]', 'refused 9:16: context["geoip"] needs the function locate in lookups'],
      [
        'return http_request.META.get("HTTP_X")',
        'refused 9:30: http_request.META has no "HTTP_X" here, only "REMOTE_ADDR"',
      ],
      ['return (c := context).get("device")', `noticed 9:27 ${missing('device')}`],
      ['c = context\nc |= {"pending_user": 1}\nreturn True', `refused 10:7: ${user}`],
      ['return request.http_request.META["REMOTE_ADDR"] == "::" and "REMOTE_ADDR" in http_request.META'],
      [
        'return "HTTP_X" in http_request.META',
        `refused 9:8: http_request.META has no "HTTP_X" here, only "REMOTE_ADDR"`,
      ],
      ['m = http_request.META\nreturn m.get("HTTP_X")', `refused 9:18: ${meta}`],
      ['k = "HTTP_X"\nreturn http_request.META.get(k)', `refused 10:21: ${meta}`],
      ['return getattr(http_request, "META")', `refused 9:8: ${meta}`],
      ['context = {}\ncontext["x"] = 1\nreturn context["x"]'],
      ['def f(context):\n  return context.get("device")\nreturn f({})'],
      ['context |= {"device": 1}\nreturn True', `noticed 9:13 ${unset('device')}`],
      ['context |= {"pending_user": 1}\nreturn True', `refused 9:13: ${user}`],
      [
        'try:\n  return context.get("device")\nexcept KeyError as context:\n  return str(context) == "x"',
        `noticed 10:22 ${missing('device')}`,
      ],
      [
        'x = context.get("device")\ncontext = context.get("prompt_data")\nreturn context.get("device") == x',
        `noticed 9:17 ${missing('device')}`,
      ],
      [
        'if user.is_active:\n  context = request.context\nreturn context["device"]',
        `noticed 11:16 ${missing('device')}`,
      ],
      ['context, x = {}, 1\nreturn context.get("device") == x'],
      ['for context in [{}]:\n  x = context.get("device")\nreturn x'],
    ];
    const unfollowed: readonly (readonly [source: string, place: string])[] = [
      ['for k in ("device", "certificate"):\n  if context.get(k): return True\nreturn False', '10:18'],
      ['k = "device"\nreturn context[k]', '10:16'],
      ['return "device" in context.keys()', '9:20'],
      ['return dict(context)', '9:13'],
      ['def f(c): return c.get("device")\nreturn f(context)', '10:10'],
      ['f = lambda c: c.get("device")\nreturn f(request.context)', '10:18'],
      ['c, d = context, 1\nreturn c.get("device")', '9:8'],
      ['c = context if True else {}\nreturn c.get("device")', '9:5'],
      ['c = {}\nc = context\nreturn c.get("device")', '10:5'],
      ['return f"{context}"', '9:11'],
      ['g = context.get\nreturn g("device")', '9:5'],
      ['return [c.get("device") for c in [context]]', '9:35'],
      ['return getattr(request, "context").get("device")', '9:8'],
    ];
    for (const [source, place] of unfollowed)
      assert.deepEqual(noticed(source), [`noticed ${place} ${unknown}`], source);
    for (const [source, ...report] of cases) assert.deepEqual(noticed(source), report, source);
  });

  it('of a text that has no lines in the file, the place and the line of the expression are told', () => {
    const policy = (text: string): string =>
      entry('authentik_policies_expression.expressionpolicy', '{name: a}', `{expression: ${text}}`);
    assert.deepEqual(reportOf(textOf(policy('"x = 1\\nreturn frobnicate"'))), [
      "refused 3:105: in line 2 of the expression: the name 'frobnicate' is not defined",
    ]);
    assert.deepEqual(reportOf(textOf(policy('return frobnicate'))), [
      "refused 3:8: in the expression: the name 'frobnicate' is not defined",
    ]);
    const open = reportOf(textOf(expression('a', 'x = 1\nreturn len(['), suspended));
    assert.match(open[0] ?? '', /^refused 9:\d+: in the expression: /);
  });
});

describe('flow files: what expressions of prompts return', () => {
  const types = [
    ...['text', 'text_area', 'text_read_only', 'number', 'checkbox', 'date', 'date-time', 'hidden', 'static'],
    ...['alert_info', 'alert_danger', 'radio-button-group', 'dropdown', 'ak-locale', 'email', 'separator'],
  ];
  const results = ['True', '[1, None, True]', '{"a": 1}', '{"value": 1, "label": None}', '[["a"], {"value": True}]'];
  results.push('1/0');

  it('is shown as a text, whatever its kind: no page fails', async () => {
    const keys = types.flatMap((type) => ['placeholder', 'initial_value'].map((field) => ({ type, field })));
    const fields = results.map((result, index) =>
      textOf(
        flow(`f${String(index)}`),
        ...keys.map(({ type, field }, at) =>
          prompt(
            `k${String(index)}x${String(at)}`,
            type,
            `required: false, ${field}_expression: true, ${field}: ${JSON.stringify(`return ${result}`)}`,
          ),
        ),
        prompt('username', 'username'),
        page(`ask${String(index)}`, ['username', ...keys.map((_, at) => `k${String(index)}x${String(at)}`)]),
        bound(`ask${String(index)}`, 10),
        ...writeAndSignIn(),
      ),
    );
    await withApp(fields, {}, async (app) => {
      const visitor = new Visitor(app);
      for (const [index, result] of results.entries())
        assert.equal((await visitor.open(`/if/flow/f${String(index)}/`)).status, 200, result);
      const { text } = await visitor.open('/if/flow/f0/');
      assert.match(text, /placeholder="True"/);
      assert.match((await visitor.open('/if/flow/f1/')).text, /<option value="None"/);
    });
  });
});
