import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import type { JsonObject } from '../../lib/base/json.js';
import { Secret } from '../../lib/base/secret.js';
import type { Context } from '../../lib/flow/context.js';
import { definePolicy, type Answers, type Policy, type PolicyQuestion, type Verdict } from '../../lib/flow/policy.js';
import { pythonPolicy, type PythonLookups, type PythonMail, type PythonPolicySettings } from '../../lib/python.js';
import type { UserProfile } from '../../lib/ports/user-store.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';
import { inviteCodeCheck, passwordsMatch } from '../support/python/policies.js';

const scene = openScene();
const at = question({}, scene);
const ann: UserProfile = {
  id: 'u1',
  username: 'ann',
  email: 'ann@example.com',
  name: 'Ann',
  active: true,
  groups: ['staff', 'it'],
  data: { settings: { locale: 'de' }, level: 3 },
};

interface Given {
  readonly context?: Context;
  readonly answers?: Answers;
  readonly user?: string;
  readonly now?: number;
  readonly address?: string;
}

/** Lines of the log, by level. */
function logged(): { readonly lines: string[]; readonly log: PolicyQuestion['services']['log'] } {
  const lines: string[] = [];
  const write = (level: string) => (fields: object, text: string) =>
    void lines.push(`${level} ${text} ${JSON.stringify(fields)}`);
  return { lines, log: { info: write('info'), warn: write('warn'), error: write('error') } };
}

function asked({ context = {}, answers = {}, user, now, address }: Given, log = at.services.log): PolicyQuestion {
  const profiles = {
    ...at.services.profiles,
    find: (id: string) => Promise.resolve(id === 'u1' ? ann : null),
    findByTyped: (typed: string) =>
      Promise.resolve(['ann', 'ann@example.com'].includes(typed.toLowerCase()) ? ann : null),
    passwordHashes: () => Promise.resolve(['$hash']),
  };
  const facts = {
    ...at.facts,
    ...(user === undefined ? {} : { user }),
    ...(now === undefined ? {} : { now }),
    ...(address === undefined ? {} : { address }),
  };
  return { ...at, facts, services: { ...at.services, profiles, log }, context, answers };
}

async function verdict(source: string, given: Given = {}, settings: PythonPolicySettings = {}): Promise<Verdict> {
  return pythonPolicy(source, settings).check(asked(given));
}

const passes = async (source: string, given?: Given, settings?: PythonPolicySettings): Promise<boolean> =>
  (await verdict(source, given, settings)).pass;

function mistakesIn(source: unknown, settings: PythonPolicySettings = {}): readonly string[] {
  try {
    pythonPolicy(source as string, settings);
    return [];
  } catch (error) {
    assert.ok(isEnrollmentError(error));
    return (error as unknown as { readonly issues: readonly string[] }).issues;
  }
}

describe('pythonPolicy', () => {
  it('runs the tutorial’s policy: unknown, expired and working codes, by the clock of Jakarta', async () => {
    const now = Date.parse('2026-12-31T16:59:59Z');
    const run = (code: string, at_ = now) => verdict(inviteCodeCheck, { answers: { invite_code: code }, now: at_ });
    assert.equal((await run(' tescodeforthisyear')).pass, true);
    assert.equal((await run('TESCODEFORTHISYEAR', now + 1000)).pass, false);
    const late = await run('TESCODEIFEXPIRE');
    assert.deepEqual(late.messages, [
      { id: 'literal', values: { text: 'This invite code has expired. You are too late, go get a new code.' } },
    ]);
    for (const code of ['', 'constructor', '__proto__', 'x']) assert.equal((await run(code)).pass, false);
    assert.equal(await passes(inviteCodeCheck, { context: {} }), false);
  });

  it('compares the passwords of a form, as authentik’s documentation does', async () => {
    const pair = (one: string, other: string) => ({
      answers: { password: new Secret(one), password_repeat: new Secret(other) },
    });
    assert.equal(await passes(passwordsMatch, pair('velvet', 'velvet')), true);
    const { pass, messages } = await verdict(passwordsMatch, pair('velvet', 'tram'));
    assert.deepEqual([pass, messages?.map(({ values }) => values?.['text'])], [false, ["Passwords don't match."]]);
  });

  const given: Given = {
    user: 'u1',
    context: { prompt_data: { team: 'red', attributes: { level: 3 } }, is_sso: true, source: 'acme' },
    answers: { 'attributes.city': 'Bandung', age: 41 },
    address: '2001:db8::/64',
  };
  const rows: readonly (readonly [string, boolean])[] = [
    ['return True', true],
    ['return 0', false],
    ['return "x"', true],
    ['return []', false],
    ['pass', false],
    ['return context["prompt_data"]["team"] == "red" and context["prompt_data"]["age"] + 1 == 42', true],
    ['return context["prompt_data"]["attributes"] == {"level": 3, "city": "Bandung"}', true],
    ['return request.context is not None and request.context["is_sso"] and ak_is_sso_flow', true],
    ['return context.get("source").slug == "acme" and context.get("missing") is None', true],
    ['return context["source"].name == "acme" and str(context["source"]) == "acme"', true],
    ['return request.user.username == user.username == "ann" and user.pk == "u1"', true],
    ['return user.attributes.get("settings", {}).get("locale", "") == "de" and user.attributes["level"] == 3', true],
    [
      'return user.is_active and user.is_authenticated and user.name == "Ann" and user.email.endswith("@example.com")',
      true,
    ],
    ['return [g.name for g in user.groups.all()] == ["staff", "it"] and user.groups.filter(name="it").exists()', true],
    ['return user.ak_groups.filter(name__in=["x", "y"]).exists()', false],
    ['return ak_is_group_member(request.user, name="staff")', true],
    ['return ak_is_group_member(request.user, name="other")', false],
    [
      'return ak_user_by(username="ann").email == "ann@example.com" and ak_user_by(email="no@example.com") is None',
      true,
    ],
    ['return ak_user_by(pk="u1") == user', true],
    ['return user.has_usable_password()', true],
    [
      'from authentik.core.models import User\nreturn User.objects.filter(email__iexact="ANN@example.com").exists() and not User.objects.filter(username="bob").exists()',
      true,
    ],
    ['from authentik.core.models import User\nreturn User.objects.filter(username="ann").first().name == "Ann"', true],
    ['return regex_match(context["prompt_data"]["team"], "^r.d$") and not regex_match("a", "b")', true],
    ['return regex_replace("a1b2", r"\\d", "-") == "a-b-"', true],
    ['return list_flatten([1, 2]) == 1 and list_flatten([]) is None and list_flatten("x") == "x"', true],
    ['return slugify(" Héllo, Wörld -- x ") == "hello-world-x"', true],
    ['return ak_client_ip in ip_network("2001:db8::/32") and ip_address("10.0.0.1").is_private', true],
    [
      'return http_request.method == "POST" and http_request.META["REMOTE_ADDR"] == "2001:db8::" and http_request.LANGUAGE_CODE == "en"',
      true,
    ],
    ['return request.obj.slug == "x" or request.obj.slug != ""', true],
    ['return "password_hash" in context or "identity" in context', false],
    ['return context["flow_plan"].context["source"].pk == "acme"', true],
    ['return ak_user_has_authenticator(request.user)', false],
    ['context = context.get("prompt_data")\nreturn context["team"] == "red"', true],
    ['from django.utils.translation import gettext as _\nreturn _("Hi") == "Hi"', true],
    ['import json\nreturn json.loads(json.dumps(context["prompt_data"]))["age"] == 41', true],
  ];
  for (const [source, pass] of rows)
    it(`finds that ${JSON.stringify(source)} is ${String(pass)}`, async () => {
      assert.equal(await passes(source, given), pass);
    });

  it('a visitor who is not signed in is authentik’s anonymous user, without an address', async () => {
    assert.equal(
      await passes(
        'return not request.user.is_authenticated and request.user.username == "" and request.user.pk is None',
      ),
      true,
    );
    await assert.rejects(
      () => verdict('return request.user.email == ""'),
      /python, line 1: AttributeError: 'AnonymousUser' object has no attribute 'email'/,
    );
    assert.equal(await passes('return ak_is_group_member(request.user, name="staff")'), false);
  });

  it('reports attributes that an object of the kit does not have, with the nearest that it has', () => {
    const rows: readonly (readonly [source: string, column: number, said: string])[] = [
      ['return request.http_request.GET.get("next")', 29, "http_request has no attribute 'GET' here"],
      ['return http_request.session["a"]', 21, "http_request has no attribute 'session' here"],
      ['return user.set_password("a")', 13, "a user has no attribute 'set_password' here"],
      ['return request.user.ak_groups.add(1)', 31, "ak_groups has no attribute 'add' here"],
      ['return request.user.usernme', 21, `a user has no attribute 'usernme' here; did you mean "username"?`],
      ['return user.ak_groups.all().filter(name="a")', 29, "'list' has no attribute 'filter' here"],
      ['return user.username.uper()', 22, `'str' has no attribute 'uper' here; did you mean "upper"?`],
      ['return ak_user_by(username="ann").groups.remove', 42, "ak_groups has no attribute 'remove' here"],
      [
        'who = request.user\nreturn who.set_unusable_password()',
        12,
        `a user has no attribute 'set_unusable_password' here; did you mean "has_usable_password"?`,
      ],
      ['return context.append(1)', 16, "'dict' has no attribute 'append' here"],
      ['return request.obj.slg', 20, `request.obj has no attribute 'slg' here; did you mean "slug"?`],
      ['return ak_logger.inform("a")', 18, `ak_logger has no attribute 'inform' here; did you mean "info"?`],
      ['return context["flow_plan"].insert_stage(1)', 29, "no value has an attribute 'insert_stage' here"],
      ['return request.constructor', 16, "request has no attribute 'constructor' here"],
    ];
    for (const [source, column, said] of rows) {
      const [problem = ''] = mistakesIn(source);
      assert.match(problem, new RegExp(String.raw`:?${String(column)}\b.*`), source);
      assert.ok(problem.endsWith(said), problem);
    }
  });

  it('takes an attribute that a user does not have where the expression asks for it, or catches the exception', async () => {
    const [asked, caught] = [
      'return not hasattr(request.user, "path") or request.user.path == "users"',
      'try:\n    return request.user.path == "users"\nexcept AttributeError:\n    return True',
    ];
    assert.deepEqual([await passes(asked), await passes(caught)], [true, true]);
    for (const source of ['return request.user.path == "users"', 'return hasattr(user, "name") and user.path == "a"'])
      assert.match(mistakesIn(source).join(), /a user has no attribute 'path' here/);
  });

  it('what a name of the kit is given instead is not taken for the kit’s object', async () => {
    assert.equal(await passes('user = [1]\nuser.append(2)\nreturn len(user) == 2'), true);
    assert.equal(await passes('def f(request):\n  return request.get("a")\nreturn f({"a": True})'), true);
    assert.equal(await passes('return [user.get("a") for user in [{"a": 1}]] == [1]'), true);
  });

  it('counts the groups of a user', async () => {
    const source =
      'groups = request.user.ak_groups\nreturn groups.count() == 2 and groups.first().name == "staff" and groups.exists()';
    assert.equal(await passes(source, given), true);
    assert.equal(await passes('return request.user.groups.first() is None and request.user.groups.count() == 0'), true);
  });

  it('shows the pending user, with a backend only where the plan has evidence', async () => {
    const source = 'return hasattr(context["flow_plan"].context.get("pending_user"), "backend")';
    const passes = async (method: string | null, user: string | null): Promise<boolean> => {
      const context = { pending_user: 'u1', ...(method === null ? {} : { auth_method: method }) };
      const authenticated = user === null ? null : { user, at: 0, epoch: 0 };
      return (await pythonPolicy(source).check({ ...asked({ context }), authenticated })).pass;
    };
    assert.equal(await passes('password', null), false);
    assert.equal(await passes('password', 'u1'), true);
    assert.equal(await passes('auth_webauthn_pwl', 'u1'), true);
    assert.equal(await passes('password', 'u2'), false);
    // By a mail, and by a second factor behind it.
    assert.equal(await passes(null, 'u1'), false);
    assert.equal(await passes('auth_mfa', 'u1'), false);
  });

  it('an exception and a limit are no verdict, with file and line; None fails with a warning', async () => {
    await assert.rejects(
      () => verdict('x = 1\n\nreturn context["nope"]', {}, { name: 'own' }),
      /own, line 3: KeyError: 'nope'/,
    );
    await assert.rejects(
      () => verdict('return 1 / 0', {}, { file: 'flow.yaml', firstLine: 40 }),
      /flow\.yaml, line 40: ZeroDivisionError: division by zero/,
    );
    const unhurried = { limits: { milliseconds: 20_000 } };
    await assert.rejects(() => verdict('while True: pass', {}, unhurried), /more than 200000 steps/);
    await assert.rejects(() => verdict('while True: pass', {}, { limits: { steps: 10 } }), /more than 10 steps/);
    const { lines, log } = logged();
    assert.equal((await pythonPolicy('pass', { name: 'none' }).check(asked({}, log))).pass, false);
    assert.match(lines.join(), /warn the policy 'none' returned None/);
  });

  it('what it leaves for the plan, and gives to the app, counts in its limits', async () => {
    const build = 'x = {}\nfor i in range(60): x = {"a": x, "b": x, "c": x}\n';
    const wide = 'x = "a" * 90000\nx = [x] * 9000\n';
    const round = 'x = []\nx.append(x)\n';
    const settings: PythonPolicySettings = {
      limits: { milliseconds: 20_000 },
      lookups: { createEvent: () => undefined, sendEmail: () => undefined },
      policies: { yes: definePolicy({ name: 'yes', check: () => true }) },
    };
    for (const made of [build, wide, round])
      for (const use of [
        'context["prompt_data"]["a"] = x',
        'ak_create_event("a", data=x)',
        'ak_logger.info("a", data=x)',
        'ak_call_policy("yes", data=x)',
        'ak_send_email("a@example.com", "a", body="a", context={"x": x})',
      ])
        await assert.rejects(
          () => verdict(`${made}${use}\nreturn True`, {}, settings),
          /steps|memory|nested more than 80 deep/,
          `${made}${use}`,
        );
    const { patch } = (await verdict(`${build.replace('60', '3')}context["prompt_data"]["a"] = x\nreturn True`)) as {
      readonly patch?: { readonly prompt_data?: { readonly a?: object } };
    };
    const small = { a: {}, b: {}, c: {} };
    const middle = { a: small, b: small, c: small };
    assert.deepEqual(patch?.prompt_data?.a, { a: middle, b: middle, c: middle });
  });

  it('has what flow files write as the attributes of a user, over what else the app has; groups’ are below both', async () => {
    const settings: PythonPolicySettings = {
      lookups: { groupAttributes: () => ({ a: 1, role: 'x', settings: { theme: 1, locale: 'x' } }) },
    };
    const data = { role: 'own', level: 3, attributes: { role: 'admin', settings: { locale: 'de' } } };
    const source = [
      'own = {"role": "admin", "level": 3, "settings": {"locale": "de"}}',
      'both = {**own, "a": 1, "settings": {"theme": 1, "locale": "de"}}',
      'return user.attributes == own == ak_user_by(pk="u1").attributes and user.group_attributes() == both',
    ].join('\n');
    const given = asked({ user: 'u1' });
    const profiles = { ...given.services.profiles, find: () => Promise.resolve({ ...ann, data }) };
    const services = { ...given.services, profiles };
    assert.equal((await pythonPolicy(source, settings).check({ ...given, services })).pass, true);
    assert.match(
      mistakesIn('return ak_user_by(attributes__role="admin") is None')[0] ?? '',
      /line 1.*attributes__role/,
    );
  });

  it('is refused where it asks for the attributes of groups, and the app does not give them', async () => {
    const setting = [
      'from authentik.core.models import USER_ATTRIBUTE_CHANGE_NAME as MAY',
      'return request.user.group_attributes(http_request).get(MAY, False)',
    ].join('\n');
    const lookups = { groupAttributes: () => ({ 'goauthentik.io/user/can-change-name': true, suspended: true }) };
    const rows: readonly (readonly [source: string, line: number, column: number])[] = [
      ['return request.user.group_attributes().get("suspended", False)', 1, 21],
      ['return not request.user.group_attributes(http_request)["trusted"]', 1, 25],
      ['x = ak_user_by(username="ann").group_attributes\nreturn x() == {}', 1, 32],
      ['\nreturn getattr(user, "group_attributes")().get("mfa") == "yes"', 2, 8],
      [setting.replace(', False', ''), 2, 21],
      [setting.replace('MAY, False', 'MAY.upper(), False'), 2, 21],
    ];
    for (const [source, line, column] of rows) {
      assert.deepEqual(mistakesIn(source), [
        `pythonPolicy: line ${String(line)}, column ${String(column)}: 'group_attributes' is not available: it needs the function groupAttributes in lookups, which may answer {}`,
      ]);
      assert.deepEqual(mistakesIn(source, { lookups }), []);
    }
    assert.equal(await passes(rows[0]?.[0] ?? '', { user: 'u1' }, { lookups }), true);
    // What authentik's own flow for the profile asks has an answer without groups.
    assert.equal(await passes(setting, { user: 'u1' }), false);
    assert.equal(await passes(setting, { user: 'u1' }, { lookups }), true);
  });

  it('what the app gives counts too, and what stands in it twice is one object', async () => {
    let shared: object = {};
    for (let at = 0; at < 60; at += 1) shared = { a: shared, b: shared };
    const groupAttributes = (): JsonObject => shared as JsonObject;
    const settings = { limits: { milliseconds: 20_000 }, lookups: { groupAttributes } };
    assert.equal(await passes('return "a" in user.group_attributes()', { user: 'u1' }, settings), true);
    const large = { list: Array.from({ length: 9000 }, (_, at) => at) };
    await assert.rejects(
      () =>
        verdict(
          'for i in range(1000): user.group_attributes()\nreturn True',
          { user: 'u1' },
          {
            ...settings,
            lookups: { groupAttributes: () => large },
          },
        ),
      /memory|steps/,
    );
  });

  it('says its own messages, else the one of its settings', async () => {
    const texts = async (source: string): Promise<unknown> =>
      (await verdict(source, {}, { message: 'Sorry.' })).messages?.map(({ values }) => values?.['text']);
    assert.deepEqual(await texts('ak_message("a")\nak_message(f"{1 + 1}")\nreturn False'), ['a', '2']);
    assert.deepEqual(await texts('return False'), ['Sorry.']);
    assert.deepEqual(await texts('ak_message("welcome")\nreturn True'), ['welcome']);
    assert.equal(((await texts('for i in range(99): ak_message("x" * 5000)\nreturn False')) as string[]).length, 20);
  });

  it('changes answers of the plan only by a patch, when it passes; never passwords', async () => {
    const change =
      'context["prompt_data"]["team"] = context["prompt_data"]["team"].upper()\ncontext["prompt_data"]["new"] = [1]\ncontext["prompt_data"]["password"] = "x"\n';
    const before: Given = {
      context: { prompt_data: { team: 'red', other: 1 } },
      answers: { password: new Secret('velvet') },
    };
    assert.deepEqual((await verdict(`${change}return True`, before)).patch, {
      prompt_data: { team: 'RED', new: [1] },
    });
    assert.equal((await verdict(`${change}return False`, before)).patch, undefined);
    assert.equal((await verdict('x = context["prompt_data"]["team"]\nreturn True', before)).patch, undefined);
    assert.equal(before.context?.prompt_data?.['team'], 'red');
  });

  it('gives no verdict where it copies a password, under whatever name, and says which key', async () => {
    const { lines, log } = logged();
    const answers = { password: new Secret('velvet tram 9'), pin: new Secret('7') };
    const after = async (source: string): Promise<Verdict> =>
      pythonPolicy(`d = context["prompt_data"]\n${source}`).check(
        asked({ context: { prompt_data: { team: 'red' } }, answers }, log),
      );
    for (const [source, key] of [
      ['d["copy"] = d["password"]', 'copy'],
      ['d["inside"] = {"a": ["my " + d["password"] + "!"]}', 'inside.a'],
      ['d[d["password"]] = 1', '•••'],
      ['d["key"] = {d["password"]: 1}', 'key.•••'],
      ['d["pin_copy"] = d["pin"]', 'pin_copy'],
      ['d["folded"] = d["password"].upper().strip() + " "', 'folded'],
      ['d["dotted.copy"] = d["password"]', 'dotted.copy'],
    ])
      await assert.rejects(
        () => after(`${source}\nreturn True`),
        { message: `what the expression sets in prompt_data (${key}) has a password in it` },
        source,
      );
    assert.equal((await after('d["copy"] = d["password"]\nreturn False')).pass, false, 'what fails keeps nothing');
    const kept = 'd["size"] = len(d["password"])\nd["text"] = "7 of 9"\nd["x"] = d["pin"] == "7"\nreturn True';
    assert.deepEqual((await after(kept)).patch, { prompt_data: { size: 13, text: '7 of 9', x: true } });
    assert.doesNotMatch(lines.join(), /velvet/);
  });

  it('gives no verdict where it copies a code that it consumes, however it is written, and logs none', async () => {
    const { lines, log } = logged();
    const after = async (source: string): Promise<Verdict> =>
      pythonPolicy(
        `d = context["prompt_data"]\nd["size"] = len(d["invite_code"])\nprint(d["invite_code"])\n${source}`,
        {
          fields: ['invite_code'],
          consumes: ['invite_code'],
        },
      ).check(asked({ answers: { invite_code: ' velvet-tram ' } }, log));
    await assert.rejects(() => after('d["kept"] = d["invite_code"].strip().upper()\nreturn True'), {
      message: 'what the expression sets in prompt_data (kept) has a code in it',
    });
    const own = await after('d["invite_code"] = d["invite_code"].strip().upper()\nreturn True');
    assert.deepEqual(own.patch, { prompt_data: { size: 13 } });
    assert.doesNotMatch(lines.join(), /velvet/i);
  });

  it('reads answers only when the expression does', async () => {
    const read: string[] = [];
    const answers = Object.defineProperties(
      {},
      {
        team: { enumerable: true, get: () => (read.push('team'), 'red') },
        password: { enumerable: true, get: () => (read.push('password'), new Secret('x')) },
      },
    );
    assert.equal(await passes('return context["prompt_data"]["team"] == "red"', { answers }), true);
    const sets = 'context["prompt_data"]["team"] += "!"\ncontext["prompt_data"]["new"] = 1\nreturn True';
    assert.deepEqual((await verdict(sets, { answers })).patch, { prompt_data: { team: 'red!', new: 1 } });
    // A policy that reads it makes its visitor type a saved password again.
    assert.ok(!read.includes('password'), String(read));
  });

  it('secrets that an expression reads are in no exception, message of the log or event', async () => {
    const { lines, log } = logged();
    const source =
      'p = context["prompt_data"]["password"]\nak_logger.warning("typed " + p, value=p)\nprint(p)\nreturn {}[p]';
    const answers = { password: new Secret('velvet tram 9') };
    const error: unknown = await Promise.resolve(pythonPolicy(source).check(asked({ answers }, log))).catch(
      (thrown: unknown) => thrown,
    );
    assert.match(String(error), /line 4: KeyError: '•••'/);
    assert.equal(lines.length, 2);
    assert.doesNotMatch(lines.join(), /velvet/);
    const quoting = { password: new Secret('velvet "tram" 9') };
    const cut =
      'p = context["prompt_data"]["password"]\nak_logger.info("a", p=p, q="x" * 990 + p)\nprint("x" * 990 + p)\nreturn True';
    await pythonPolicy(cut).check(asked({ answers: quoting }, log));
    assert.equal(lines.length, 4);
    assert.doesNotMatch(lines.join(), /velv|tram/);
  });

  it('secrets are found in every form in which Python and JSON quote them, also one within the other', async () => {
    const { lines, log } = logged();
    const typed = ['C:\\lamp "rain" it\'s é fine', 'both \'kinds" of\\nmarks', 'tab\there "rain"', '😀 é "lamp" it\'s'];
    const forms = ['repr(p)', 'f"{p!r}"', 'ascii(p)', 'str([p])', 'json.dumps(p)', 'json.dumps(json.dumps([repr(p)]))'];
    const quoted = forms.join();
    const source = [
      'import json',
      'p = context["prompt_data"]["code"]',
      `context["prompt_data"]["attributes"] = {"x": [${quoted}], "y": {"z": json.dumps(p)}, "kept": "it's fine"}`,
      `for text in [${quoted}]:`,
      '  ak_logger.info(text, a=[p])',
      '  print(text)',
      'print(context["prompt_data"])',
    ].join('\n');
    for (const one of typed) {
      const ask = asked({ answers: { code: one } }, log);
      await assert.rejects(
        async () => pythonPolicy(`${source}\nreturn True`, { consumes: ['code'] }).check(ask),
        /\(attributes\.x\) has a code in it/,
      );
      for (const form of forms)
        await assert.rejects(
          async () =>
            pythonPolicy(
              `import json\np = context["prompt_data"]["password"]\ncontext["prompt_data"]["x"] = ${form}\nreturn True`,
            ).check(asked({ answers: { password: new Secret(one) } }, log)),
          /\(x\) has a password in it/,
        );
      const failing = Promise.resolve(pythonPolicy(`${source}\nreturn {}[p]`, { consumes: ['code'] }).check(ask));
      assert.match(String(await failing.catch((thrown: unknown) => thrown)), /line 8: KeyError: .?•••/);
    }
    assert.equal(lines.length, typed.length * 2 * 13);
    assert.doesNotMatch(lines.join(), /rain|lamp|kinds|marks/);
  });

  it('secrets that a policy reads which an expression asks, or that it is given, are in no line, plan or account', async () => {
    const { lines, log } = logged();
    const fails = 'ak_message("expired: " + context["prompt_data"]["code"])\nreturn False';
    const policies = {
      fails: pythonPolicy(fails, { name: 'fails', consumes: ['code'] }),
      logs: pythonPolicy('ak_logger.info(context["typed"])\nprint(context["typed"])\nreturn True', { name: 'logs' }),
      own: definePolicy({
        name: 'own',
        check: ({ answers: { password } }) => `weak: ${password instanceof Secret ? password.reveal() : ''}`,
      }),
    };
    const source = [
      'texts = [ak_call_policy(name).messages[0] for name in ["fails", "own"]]',
      'ak_call_policy("logs", typed=context["prompt_data"]["password"])',
      'print(texts)',
      'context["prompt_data"]["attributes"] = {"copy": texts[COPIED]}',
      'return True',
    ].join('\n');
    const answers = { password: new Secret('velvet tram 9'), code: 'ABCD-EFGH-12' };
    const check = async (copied: string): Promise<Verdict> =>
      pythonPolicy(source.replace('COPIED', copied), { policies }).check(asked({ answers }, log));
    await assert.rejects(() => check('0'), /\(attributes\.copy\) has a code in it/);
    assert.equal(lines.length, 3);
    await assert.rejects(() => check('1'), /\(attributes\.copy\) has a password in it/);
    assert.doesNotMatch(lines.join(), /velvet|ABCD/);
  });

  it('what another policy says is the asking one’s to decide by, whatever password was chosen', async () => {
    const says = pythonPolicy('p = context["prompt_data"]["password"]\nak_message("on the list")\nreturn True', {
      name: 'says',
    });
    const source =
      'r = ak_call_policy("says")\nprint(context["prompt_data"]["password"])\nak_message(r.messages[0])\nreturn r.messages != ("on the list",)';
    const answers = { password: new Secret('on the list') };
    const said = await pythonPolicy(source, { policies: { says } }).check(asked({ answers }));
    assert.equal(said.pass, false);
    const changes = pythonPolicy('context["prompt_data"]["x"] = context["prompt_data"]["password"]\nreturn True');
    assert.equal(
      await passes('return ak_call_policy("changes").passing', { answers }, { policies: { changes } }),
      true,
      'nothing of it is kept',
    );
  });

  it('asks other policies by name, with more context', async () => {
    const red = definePolicy({
      name: 'red',
      check: ({ context }) => Reflect.get(context, 'color') === 'red' || 'Not red.',
    });
    const settings = { policies: { red } };
    assert.equal(await passes('return ak_call_policy("red", color="red").passing', {}, settings), true);
    assert.equal(
      await passes('r = ak_call_policy("red")\nreturn not r.passing and r.messages == ("Not red.",)', {}, settings),
      true,
    );
    assert.deepEqual(mistakesIn('return ak_call_policy("rad").passing', settings), [
      `pythonPolicy: line 1, column 23: there is no policy 'rad'; did you mean "red"?`,
    ]);
    await assert.rejects(
      () => verdict('return ak_call_policy("bl" + "ue").passing', {}, settings),
      /there is no policy 'blue'/,
    );
  });

  it('policies that ask each other end, and leave the process its timers', async () => {
    const asking = (name: string, asked: Policy): Policy =>
      pythonPolicy(`for i in range(1000):\n  r = ak_call_policy("${asked.name}")\nreturn True`, {
        name,
        policies: { [asked.name]: asked },
      });
    const last = pythonPolicy('return True', { name: 'last' });
    await assert.rejects(
      () =>
        verdict(
          'return ak_call_policy("first").passing',
          {},
          { policies: { first: asking('first', asking('second', last)) } },
        ),
      /more than 50 policies are asked/,
    );
    let fired = false;
    setTimeout(() => (fired = true), 1);
    const few = 'for i in range(40):\n  for j in range(500): pass\n  r = ak_call_policy("last")\nreturn True';
    assert.equal(await passes(few, {}, { policies: { last } }), true);
    assert.equal(fired, true, 'a timer of the process can end it');
  });

  it('uses the app’s functions, and refuses helpers that lack theirs', async () => {
    const mails: PythonMail[] = [];
    const events: unknown[] = [];
    const lookups: PythonLookups = {
      createEvent: (action, data) => events.push([action, data]),
      sendEmail: (mail) => Promise.resolve(mails.push(mail)),
      resolveDns: (host, version) =>
        host === 'down' ? Promise.reject(new Error('no answer')) : [`${host}:${String(version)}`],
      reverseDns: (address) => Promise.resolve(`host-of-${address}`),
      locate: () => Promise.resolve({ country: 'ID', city: 'Bandung', asn: 64496 }),
      systemSettings: { default_user_change_email: true },
    };
    const run = (source: string) => passes(source, {}, { lookups });
    assert.equal(await run('ak_create_event("signed_up", code=1)\nreturn True'), true);
    assert.deepEqual(events, [['signed_up', { code: 1 }]]);
    assert.equal(await run('return ak_send_email("a@example.com", "Hi", body="x", cc=["b@example.com"])'), true);
    assert.deepEqual(mails, [
      { to: ['a@example.com'], subject: 'Hi', body: 'x', template: null, context: {}, cc: ['b@example.com'], bcc: [] },
    ]);
    assert.equal(
      await run(
        'return resolve_dns("h", 4) == ["h:4"] and resolve_dns("down") == [] and reverse_dns("192.0.2.1") == "host-of-192.0.2.1"',
      ),
      true,
    );
    assert.equal(await run('return context["geoip"]["country"] == "ID" and context["asn"]["asn"] == 64496'), true);
    assert.equal(
      await run(
        'from authentik.admin.utils import get_system_settings\nreturn get_system_settings().default_user_change_email',
      ),
      true,
    );
    assert.deepEqual(
      mistakesIn('ak_send_email("a", "b")\nreturn resolve_dns("x") or requests.get("y")', { name: 'own' }),
      [
        "pythonPolicy 'own': line 1, column 1: 'ak_send_email' is not available: it needs the function sendEmail in lookups",
        "pythonPolicy 'own': line 2, column 8: 'resolve_dns' is not available: it needs the function resolveDns in lookups",
        "pythonPolicy 'own': line 2, column 28: 'requests' is not available: expressions do not use the network; give a function by lookups",
      ],
    );
  });

  it('reports every mistake at creation: in the text, and in the settings', () => {
    assert.deepEqual(mistakesIn(7), ['pythonPolicy: the expression must be a text']);
    assert.deepEqual(
      mistakesIn('return usr.name\nfrom authentik.flows.models import Flow\nak_user_by(foo="x")\nx = user.passwrd'),
      [
        `pythonPolicy: line 1, column 8: the name 'usr' is not defined; did you mean "user"?`,
        "pythonPolicy: line 2, column 1: the module 'authentik.flows.models' is not available: only what the app's own accounts have stands in its place",
        "pythonPolicy: line 3, column 12: ak_user_by() has no argument 'foo' here",
        "pythonPolicy: line 4, column 10: a user has no attribute 'passwrd' here",
      ],
    );
    assert.equal(mistakesIn('return True', { limits: { steps: 0 } }).length, 1);
    assert.equal(mistakesIn('return True', { lookups: { locate: 'x' } as unknown as PythonLookups }).length, 1);
  });

  it('asks the app nothing more once its answer is not waited for', async () => {
    const late = new AbortController();
    const asked_: string[] = [];
    const reverseDns = (address: string): string => {
      asked_.push(address);
      late.abort();
      return address;
    };
    const policy = pythonPolicy('reverse_dns("1")\nreverse_dns("2")\nreturn True', { lookups: { reverseDns } });
    await assert.rejects(async () => policy.check({ ...asked({}), signal: late.signal }), /too late/);
    assert.deepEqual(asked_, ['1']);
  });

  it('two runs of one policy at once know nothing of each other', async () => {
    const policy = pythonPolicy(
      'x = context["prompt_data"]["n"]\ny = ak_user_by(pk="u1")\nreturn x == context["prompt_data"]["n"] and y is not None and x',
    );
    const results = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => policy.check(asked({ answers: { n } }))),
    );
    assert.deepEqual(
      results.map(({ pass }) => pass),
      Array.from({ length: 20 }, (_, n) => n > 0),
    );
  });
});
