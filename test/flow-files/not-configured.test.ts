import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { checkFlows } from '../../lib/flow/check-flow.js';
import type { Flow } from '../../lib/flow/flow.js';
import type { SecondFactorUse } from '../../lib/flow/stage.js';
import { exportFlows, importFlowFiles } from '../../lib/flow-files.js';
import { authenticatorSetupFlow } from '../../lib/flows.js';
import { signInFlow } from '../../lib/index.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { password } from '../support/account.js';
import { shape } from '../support/flow-shape.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { member, signIn as enter } from '../support/http/sign-in-app.js';
import { openTestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const model = (name: string): string => `authentik_stages_${name}`;
const validate = model('authenticator_validate.authenticatorvalidatestage');
const totp = model('authenticator_totp.authenticatortotpstage');
const codes = model('authenticator_static.authenticatorstaticstage');
const dummy = model('dummy.dummystage');
const deny = model('deny.denystage');

const stage = (of: string, name: string, attrs = ''): string =>
  `  - {model: ${of}, id: "${name}", identifiers: {name: "${name}"}, attrs: {${attrs}}}`;
const bound = (name: string, order: number, attrs = ''): string =>
  `  - {model: authentik_flows.flowstagebinding, id: at${String(order)}, identifiers: {target: !KeyOf flow, stage: !KeyOf "${name}", order: ${String(order)}}, attrs: {${attrs}}}`;
const policy = (name: string, expression: string): string =>
  `  - {model: authentik_policies_expression.expressionpolicy, id: ${name}, identifiers: {name: ${name}}, attrs: {expression: "${expression}"}}`;
const guards = (name: string, order: number, attrs = ''): string =>
  `  - {model: authentik_policies.policybinding, identifiers: {policy: !KeyOf ${name}, target: !KeyOf at${String(order)}, order: 0}, attrs: {${attrs}}}`;

const configure = 'not_configured_action: configure, configuration_stages: [!KeyOf app]';
const factor = (name: string, attrs = configure): string => stage(validate, name, attrs);
const app = stage(totp, 'app');
const no = policy('fails', 'return False');
const yes = policy('passes', 'return True');

interface Imported {
  readonly flow: Flow;
  readonly problems: readonly string[];
}

let count = 0;

/** Each has a slug of its own. */
function signIn(...lines: readonly string[]): Imported {
  count += 1;
  const text = [
    'version: 1',
    'entries:',
    `  - {model: authentik_flows.flow, id: flow, identifiers: {slug: f${String(count)}}, attrs: {title: T, designation: authentication}}`,
    stage(model('identification.identificationstage'), 'who', 'user_fields: [username]'),
    stage(model('password.passwordstage'), 'secret'),
    stage(model('user_login.userloginstage'), 'login'),
    bound('who', 10),
    bound('secret', 20),
    bound('login', 90),
    ...lines,
    '',
  ].join('\n');
  const { flows, problems } = importFlowFiles([{ file: 'a.yaml', text }]);
  const [flow] = flows;
  assert.ok(flow !== undefined);
  return { flow, problems: problems.map(({ line, message }) => `${String(line)}: ${message}`) };
}

const keysOf = ({ flow }: Imported): string => flow.bindings.map(({ key }) => key).join(' ');

/** The same flow again, from the file of its export. */
function again({ flow }: Imported): string {
  const text = exportFlows([flow]);
  const { flows } = importFlowFiles([{ file: 'b.yaml', text }]);
  assert.deepEqual(flows.map(shape), [shape(flow)]);
  assert.equal(exportFlows(flows), text);
  return text;
}

/** What users without an authenticator meet after the password, in one app. */
async function afterPassword(imported: readonly Imported[]): Promise<readonly string[]> {
  const flows = imported.map(({ flow }) => flow);
  const testApp = await openTestApp({ flows, authenticators: memoryAuthenticators() });
  const met: string[] = [];
  try {
    for (const { slug } of flows) {
      await member(testApp, slug);
      met.push(await metBy(slug, new Visitor(testApp), () => testApp.clock.now()));
    }
    return met;
  } finally {
    await testApp.close();
  }
}

/** The user has the name of the flow. */
async function metBy(slug: string, visitor: Visitor, now: () => number): Promise<string> {
  await visitor.open(`/if/flow/${slug}/`);
  await visitor.follow(await visitor.submit({ uid_field: slug }));
  const answer = await visitor.submit({ password });
  if (answer.status === 403) return /doesn’t have one yet/.test(answer.text) ? 'refused' : 'no verdict';
  const page = await visitor.follow(answer);
  if ((await visitor.me()) === slug) return 'signed in';
  const [, secret] = /secret=([A-Z2-7]+)/.exec(page.text) ?? [];
  if (secret === undefined) return 'another page';
  const done = await visitor.submit({ code: generateSync({ secret, epoch: Math.floor(now() / 1000) }) });
  if (done.status === 403) return /doesn’t have one yet/.test(done.text) ? 'refused after the set-up' : 'no verdict';
  await visitor.follow(done);
  return (await visitor.me()) === slug ? 'set-up' : (visitor.step.split(' ')[0] ?? '');
}

describe('imported sign-ins with not_configured_action', () => {
  it('deny, and have users without an authenticator set up the first of configuration_stages', async () => {
    const all = ['not_configured_action: deny', configure, 'not_configured_action: configure', ''];
    const imported = all.map((attrs) => signIn(app, factor('factor', attrs), bound('factor', 30)));
    assert.deepEqual(await afterPassword(imported), ['refused', 'set-up', 'refused', 'signed in']);
    // Starting over would change nothing.
    const again = ['restart', 'restart_with_context'].map((action) =>
      signIn(app, factor('factor', all[0]), bound('factor', 30, `invalid_response_action: ${action}`)),
    );
    assert.deepEqual(await afterPassword(again), ['refused', 'refused']);
  });

  it('deny users who have set up what is not asked for', async () => {
    const imported = ['deny', 'skip'].map((action) =>
      signIn(
        app,
        factor('factor', `not_configured_action: ${action}, device_classes: [webauthn]`),
        '  - {model: express_enrollment.builtinpolicy, id: none, identifiers: {name: none}, attrs: {kind: ifNoAuthenticator}}',
        bound('app', 25),
        guards('none', 25),
        bound('factor', 30),
      ),
    );
    assert.deepEqual(await afterPassword(imported), ['refused after the set-up', 'set-up']);
  });

  it('report the other set-up stages, and those that set up nothing that is asked for', () => {
    const both = 'not_configured_action: configure, configuration_stages: [!KeyOf app, !KeyOf codes]';
    const lines = (attrs: string): readonly string[] => [
      app,
      stage(codes, 'codes'),
      factor('factor', attrs),
      bound('factor', 30),
    ];
    const { problems } = signIn(...lines(both));
    assert.match(problems.join('\n'), /^12: "configuration_stages" is left out: users set up the first one[^\n]*$/);
    const other = signIn(...lines(`${both}, device_classes: [static]`));
    assert.match(other.problems.join('\n'), /^12: "configuration_stages" is left out: the stage sets up nothing/);
    assert.equal(keysOf(other), 'who secret other-factor codes factor login');
  });

  it('set up before each of several stages that ask, and come back from an export as they are', async () => {
    const twice = signIn(app, factor('factor'), bound('factor', 30), bound('factor', 31));
    assert.equal(keysOf(twice), 'who secret app factor app-2 factor-2 login');
    const two = signIn(
      app,
      factor('factor'),
      factor('other', `${configure}, device_classes: [totp]`),
      bound('factor', 30),
      bound('other', 40),
    );
    assert.equal(keysOf(two), 'who secret app factor other-factor app-2 other login');
    for (const imported of [twice, two]) again(imported);
    assert.deepEqual(await afterPassword([twice, two]), ['set-up', 'set-up']);
  });

  it('set up wherever else the flow binds the set-up: behind, or with policies that may skip it', async () => {
    const behind = signIn(app, factor('factor'), bound('factor', 30), bound('app', 40));
    assert.equal(keysOf(behind), 'who secret app-2 factor app login');
    const skipped = signIn(
      app,
      factor('factor'),
      no,
      '  - {model: express_enrollment.builtinpolicy, id: none, identifiers: {name: none}, attrs: {kind: ifNoAuthenticator}}',
      bound('app', 25, 'policy_engine_mode: all'),
      guards('fails', 25),
      guards('none', 25).replace('order: 0', 'order: 1'),
      bound('factor', 30),
    );
    assert.equal(keysOf(skipped), 'who secret app app-2 factor login');
    for (const imported of [behind, skipped]) again(imported);
    // Bound behind without a policy, it asks once more, as in authentik.
    assert.deepEqual(await afterPassword([behind, skipped]), ['app', 'set-up']);
  });

  it('decide the set-up as the stage that asks: by its policies, when these are evaluated, by all or by any', async () => {
    const known = policy('known', "return context['flow_plan'].context.get('pending_user') is not None");
    const onPlan = 'evaluate_on_plan: true, re_evaluate_policies: false';
    const both = (mode: string): readonly string[] => [
      no,
      yes,
      bound('factor', 30, `policy_engine_mode: ${mode}`),
      guards('fails', 30),
      guards('passes', 30).replace('order: 0', 'order: 1'),
    ];
    const cases: Readonly<Record<string, readonly string[]>> = {
      passes: [yes, bound('factor', 30), guards('passes', 30)],
      fails: [no, bound('factor', 30), guards('fails', 30)],
      negated: [no, bound('factor', 30), guards('fails', 30, 'negate: true')],
      disabled: [no, bound('factor', 30), guards('fails', 30, 'enabled: false')],
      any: both('any'),
      all: both('all'),
      'known later': [known, bound('factor', 30), guards('known', 30)],
      'left out': [known, bound('factor', 30, onPlan), guards('known', 30)],
      planned: [known, bound('factor', 30, onPlan), guards('known', 30, 'negate: true')],
    };
    const imported = Object.entries(cases).flatMap(([name, lines]) =>
      [configure, 'not_configured_action: deny'].map((attrs) => ({
        name,
        ...signIn(app, factor('factor', attrs), ...lines),
      })),
    );
    for (const one of imported) again(one);
    const met = await afterPassword(imported);
    assert.deepEqual(
      imported.map(({ name }, at) => `${name}: ${String(met[at])}`),
      [
        ...['passes: set-up', 'passes: refused', 'fails: signed in', 'fails: signed in'],
        ...['negated: set-up', 'negated: refused', 'disabled: set-up', 'disabled: refused'],
        ...['any: set-up', 'any: refused', 'all: signed in', 'all: signed in'],
        ...['known later: set-up', 'known later: refused', 'left out: signed in', 'left out: signed in'],
        ...['planned: set-up', 'planned: refused'],
      ],
    );
  });

  it('ask for what the stage does not take before its set-up, whatever other stages ask for', async () => {
    const narrow = `${configure}, device_classes: [totp]`;
    const all = [
      signIn(app, factor('factor', narrow), bound('factor', 30)),
      signIn(
        app,
        factor('factor', narrow),
        factor('other', 'not_configured_action: deny'),
        bound('factor', 30),
        bound('other', 40),
      ),
    ];
    assert.deepEqual(all.map(keysOf), [
      'who secret other-factor app factor login',
      'who secret other-factor app factor other login',
    ]);
    for (const imported of all) {
      again(imported);
      assert.deepEqual(checkFlows([imported.flow], { registration: 'open' }), []);
    }
    assert.deepEqual(await afterPassword(all), ['set-up', 'set-up']);
  });

  it('let no one add an authenticator by the password alone to an account that has one of another type', async () => {
    const { flow } = signIn(
      stage(codes, 'codes'),
      factor(
        'factor',
        'not_configured_action: configure, configuration_stages: [!KeyOf codes], device_classes: [static]',
      ),
      factor('other', 'not_configured_action: deny'),
      bound('factor', 30),
      bound('other', 40),
    );
    const authenticators = memoryAuthenticators();
    const testApp = await openTestApp({
      flows: [
        flow,
        signInFlow({ slug: 'sign-in' }),
        authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/' }),
      ],
      authenticators,
    });
    try {
      const { id } = await member(testApp, 'ann');
      const types = async (): Promise<readonly string[]> => (await authenticators.list(id)).map(({ type }) => type);
      const owner = new Visitor(testApp);
      await enter(owner, 'ann');
      await owner.open('/if/flow/totp/');
      const [, secret = ''] =
        /secret=([A-Z2-7]+)/.exec((await owner.follow(await owner.submit({ password }))).text) ?? [];
      const code = (): string => generateSync({ secret, epoch: Math.floor(testApp.clock.now() / 1000) });
      await owner.submit({ code: code() });
      testApp.clock.advance(60_000);

      const visitor = new Visitor(testApp);
      await visitor.open(`/if/flow/${flow.slug}/`);
      await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
      await visitor.follow(await visitor.submit({ password }));
      assert.match(visitor.step, /^other-factor /);
      assert.equal((await visitor.submit({ code: '000000' })).status, 422);
      assert.deepEqual([await types(), await visitor.me()], [['totp'], null]);
      await visitor.follow(await visitor.submit({ code: code() }));
      assert.match(visitor.step, /^codes /);
      await visitor.follow(await visitor.submit({}));
      assert.deepEqual([await types(), await visitor.me()], [['totp', 'recovery_codes'], 'ann']);
    } finally {
      await testApp.close();
    }
  });
});

describe('the keys of imported steps', () => {
  const long = 'an authenticator of a very long name that goes on and on';
  const keys = (...lines: readonly string[]): string => {
    const imported = signIn(...lines);
    again(imported);
    assert.deepEqual(checkFlows([imported.flow], { registration: 'open' }), []);
    return keysOf(imported);
  };

  it('are none that another binding is written with', () => {
    const [one, other] = [stage(dummy, 'one'), stage(dummy, 'other')];
    assert.equal(
      keys(one, other, bound('one', 30), bound('one', 31), bound('other', 32, 'key: one-2')),
      'who secret one one-3 one-2 login',
    );
    assert.equal(keys(one, other, bound('one', 30), bound('other', 32, 'key: one')), 'who secret one-2 one login');
    assert.equal(keys(one, bound('one', 30, 'key: one-2'), bound('one', 31)), 'who secret one-2 one login');
  });

  it('are free for stages of the file whose names are like those of stages that deny, or are long', () => {
    const denied = 'not_configured_action: deny';
    assert.equal(
      keys(
        factor('factor', denied),
        stage(deny, 'factor-missing'),
        no,
        bound('factor', 30),
        bound('factor-missing', 31),
        guards('fails', 31),
      ),
      'who secret factor factor-missing login',
    );
    assert.equal(
      keys(
        factor(`${long} one`, denied),
        factor(`${long} two`, denied),
        bound(`${long} one`, 30),
        bound(`${long} two`, 31),
      )
        .split(' ')
        .filter((key, at, all) => all.indexOf(key) === at).length,
      5,
    );
    assert.match(
      keys(app, factor(long), bound(long, 30), bound(long, 31)),
      /^who secret app an-\S+ app-2 an-\S+-2 login$/,
    );
  });

  it('are keys, whatever a stage is named', () => {
    const named = ['__proto__', 'constructor', '.', 'ü', 'a b'].map((name, at) =>
      [stage(dummy, name), bound(name, 30 + at)].join('\n'),
    );
    assert.match(keys(...named), /^who secret __proto__-[\w]{8} constructor-\w{8} \w{8} \w{8} a-b login$/);
  });

  it('are free for stages of the file that have the name of one that the import adds', () => {
    const { flows } = importFlowFiles([
      {
        file: 'a.yaml',
        text: [
          'version: 1',
          'entries:',
          '  - {model: authentik_flows.flow, id: flow, identifiers: {slug: f}, attrs: {title: T, designation: stage_configuration, authentication: require_authenticated}}',
          stage(totp, 'confirm'),
          bound('confirm', 10),
          '',
        ].join('\n'),
      },
    ]);
    assert.deepEqual(
      flows.flatMap(({ bindings }) => bindings.map(({ key, stage: one }) => [key, one.name, one.kind])),
      [
        ['confirm-2', 'confirm-2', 'password'],
        ['confirm', 'confirm', 'authenticator_totp'],
      ],
    );
    assert.deepEqual(checkFlows(flows, { registration: 'open' }), []);
  });
});

describe('an imported recovery that signs in', () => {
  const email = model('email.emailstage');
  const recovery = [
    stage(model('identification.identificationstage'), 'find', 'user_fields: [username]'),
    stage(email, 'mail'),
    bound('find', 10),
    bound('mail', 20),
    bound('login', 30),
  ];

  /** The steps of the recovery, beside a sign-in with these stages. */
  async function recovered(...lines: readonly string[]): Promise<readonly [keys: string, met: string]> {
    const head = (slug: string, designation: string): string =>
      `  - {model: authentik_flows.flow, id: flow, identifiers: {slug: ${slug}}, attrs: {title: T, designation: ${designation}}}`;
    const file = (...of: readonly string[]): string => ['version: 1', 'entries:', ...of, ''].join('\n');
    const login = stage(model('user_login.userloginstage'), 'login');
    const { flows } = importFlowFiles([
      {
        file: 'in.yaml',
        text: file(
          head('in', 'authentication'),
          stage(model('identification.identificationstage'), 'who', 'user_fields: [username]'),
          stage(model('password.passwordstage'), 'secret'),
          login,
          bound('who', 10),
          bound('secret', 20),
          bound('login', 90),
          ...lines,
        ),
      },
      { file: 'again.yaml', text: file(head('again', 'recovery'), login, ...recovery) },
    ]);
    const again = flows.find(({ slug }) => slug === 'again');
    const mailer = memoryMailer();
    const testApp = await openTestApp({ flows, mailer, authenticators: memoryAuthenticators() });
    try {
      await member(testApp, 'ann');
      const visitor = new Visitor(testApp);
      await visitor.open('/if/flow/again/');
      await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
      const code = mailer.codeIn(await mailer.next('ann@example.com')) ?? '';
      const answer = await visitor.submit({ code });
      const page = await visitor.follow(answer);
      const met = (await visitor.me()) ?? (page.status === 403 ? 'refused' : (visitor.step.split(' ')[0] ?? ''));
      return [again?.bindings.map(({ key }) => key).join(' ') ?? '', met];
    } finally {
      await testApp.close();
    }
  }

  it('asks for the second factor as the sign-in does, of users without one too', async () => {
    const denied = factor('factor', 'not_configured_action: deny, device_classes: [totp]');
    assert.deepEqual(await recovered(denied, bound('factor', 30)), ['find mail second-factor login', 'refused']);
    assert.deepEqual(await recovered(factor('factor', ''), bound('factor', 30)), [
      'find mail second-factor login',
      'ann',
    ]);
    assert.deepEqual(await recovered(app, factor('factor'), bound('factor', 30)), [
      'find mail app second-factor login',
      'app',
    ]);
    // Policies may leave the sign-in's out.
    assert.deepEqual(await recovered(denied, no, bound('factor', 30), guards('fails', 30)), [
      'find mail second-factor login',
      'ann',
    ]);
    // One that is switched off, in whatever way, or is a dry run, leaves nothing out.
    for (const off of ['enabled: false', 'enabled: "false"', 'enabled: 0', 'enabled: no', 'dry_run: true'])
      assert.deepEqual(
        await recovered(denied, no, bound('factor', 30), guards('fails', 30, off)),
        ['find mail second-factor login', 'refused'],
        off,
      );
  });
});

type Entrance = readonly [id: string, attrs: string, isGuarded?: boolean];

describe('a recovery of files with several sign-ins', () => {
  it('asks for any authenticator of the user: a weaker entrance makes it no weaker', () => {
    const flow = (id: string, designation: string): string =>
      `  - {model: authentik_flows.flow, id: ${id}, identifiers: {slug: ${id}}, attrs: {title: T, designation: ${designation}}}`;
    const at = (target: string, name: string, order: number): string =>
      `  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf ${target}, stage: !KeyOf "${name}", order: ${String(order)}}}`;
    const asking = (...entrances: readonly Entrance[]): readonly SecondFactorUse[] => {
      const text = [
        'version: 1',
        'entries:',
        stage(model('identification.identificationstage'), 'who', 'user_fields: [username]'),
        stage(model('password.passwordstage'), 'secret'),
        stage(model('user_login.userloginstage'), 'login'),
        stage(model('email.emailstage'), 'mail'),
        no,
        ...entrances.flatMap(([id, attrs, isGuarded = false]) => [
          flow(id, 'authentication'),
          factor(`of-${id}`, attrs),
          at(id, 'who', 10),
          at(id, 'secret', 20),
          ...(isGuarded
            ? [at(id, `of-${id}`, 30).replace('{model', '{id: at30, model'), guards('fails', 30)]
            : [at(id, `of-${id}`, 30)]),
          at(id, 'login', 90),
        ]),
        flow('again', 'recovery'),
        at('again', 'who', 10),
        at('again', 'mail', 20),
        at('again', 'login', 90),
        '',
      ].join('\n');
      const { flows } = importFlowFiles([{ file: 'f.yaml', text }]);
      const again = flows.find(({ slug }) => slug === 'again');
      return (again?.bindings ?? []).flatMap(({ stage: one }) => (one.asking ? (one.secondFactor ?? []) : []));
    };
    const typesOf = (...entrances: readonly Entrance[]): readonly string[] =>
      asking(...entrances).flatMap(({ types }) => types);
    const weak = ['a', 'device_classes: [static]'] as const;
    const strong = ['z', 'not_configured_action: deny, device_classes: [totp]'] as const;
    assert.deepEqual(typesOf(strong), ['totp']);
    assert.deepEqual([...typesOf(weak, strong)].toSorted(), ['recovery_codes', 'totp', 'webauthn']);
    assert.deepEqual([...typesOf(strong, weak)].toSorted(), ['recovery_codes', 'totp', 'webauthn']);
    // A passkey that no sign-in takes is no second factor of the recovery.
    const verified = 'webauthn_user_verification: required';
    const verifies = (...entrances: readonly Entrance[]): readonly unknown[] =>
      asking(...entrances).map(({ verifiesUser }) => verifiesUser);
    assert.deepEqual(verifies(['a', verified], ['b', `${verified}, device_classes: [webauthn]`], strong), [true]);
    assert.deepEqual(verifies(['a', verified], ['z', '']), [false]);
    assert.deepEqual(verifies(['a', verified]), [true]);
    assert.deepEqual(verifies(['a', verified, true]), [true]);
    assert.deepEqual(verifies(weak, strong), [false]);
  });
});

describe('several stages of a flow file that ask for an authenticator', () => {
  const later = (first: string, second: string): readonly string[] =>
    signIn(
      factor('wide', `device_classes: [${first}]`),
      factor('narrow', `device_classes: [${second}]`),
      bound('wide', 30),
      bound('narrow', 40),
    ).problems;

  it('are reported where the later one asks for fewer kinds: what was proved counts for both', () => {
    assert.match(
      later('totp, static, webauthn', 'webauthn').join(),
      /\(totp, recovery_codes too\) is not asked here again/,
    );
    assert.match(later('totp', 'webauthn').join(), /\(totp too\) is not asked here again/);
    assert.deepEqual(later('webauthn', 'totp, static, webauthn'), []);
    assert.deepEqual(later('totp', 'totp'), []);
  });

  const verification = (wish: string): string => `device_classes: [webauthn], webauthn_user_verification: ${wish}`;
  const keySetUp = (wish: string): string =>
    stage(model('authenticator_webauthn.authenticatorwebauthnstage'), 'key', `user_verification: ${wish}`);
  const none =
    '  - {model: express_enrollment.builtinpolicy, id: none, identifiers: {name: none}, attrs: {kind: ifNoAuthenticator}}';
  const counts =
    /^\d+: a passkey that an earlier stage took, or set up, without verifying its user counts here as well/;

  it('are reported where a later one demands that a passkey verifies its user, and an earlier one does not', () => {
    const two = (first: string, second: string): readonly string[] =>
      signIn(factor('one', first), factor('two', second), bound('one', 30), bound('two', 40)).problems;
    for (const wish of ['discouraged', 'preferred']) {
      const [problem = '', ...others] = two(verification(wish), verification('required'));
      assert.match(problem, counts);
      assert.deepEqual(others, []);
    }
    assert.match(two('', verification('required')).join('\n'), /without verifying its user counts here as well/);
    assert.deepEqual(two(verification('required'), verification('required')), []);
    assert.deepEqual(two(verification('required'), verification('discouraged')), []);
    assert.deepEqual(two(verification('required'), 'webauthn_user_verification: preferred'), []);
    assert.doesNotMatch(
      two(verification('preferred'), 'device_classes: [totp], webauthn_user_verification: required').join('\n'),
      /verifying/,
    );
  });

  it('are reported behind a set-up of a passkey that does not verify its user, unless it is the stage’s own', () => {
    const behind = (wish: string): readonly string[] =>
      signIn(
        none,
        keySetUp(wish),
        factor('one', `${verification('required')}, not_configured_action: deny`),
        bound('key', 25),
        guards('none', 25),
        bound('one', 30),
      ).problems;
    assert.match(behind('preferred').join('\n'), counts);
    assert.deepEqual(behind('required'), []);
    const brings = `${verification('required')}, not_configured_action: configure, configuration_stages: [!KeyOf key]`;
    const own = (...more: readonly string[]): readonly string[] =>
      signIn(keySetUp('preferred'), factor('one', brings), bound('one', 30), ...more).problems;
    assert.deepEqual(own(), []);
    assert.match(own(factor('two', verification('required')), bound('two', 40)).join('\n'), counts);
  });

  it('are reported where a passkey alone signs in, and they take none', () => {
    const behind = (classes: string): readonly string[] =>
      importFlowFiles([
        {
          file: 'a.yaml',
          text: [
            'version: 1',
            'entries:',
            '  - {model: authentik_flows.flow, id: flow, identifiers: {slug: f}, attrs: {title: T, designation: authentication}}',
            factor('keys', 'device_classes: [webauthn]'),
            stage(
              model('identification.identificationstage'),
              'who',
              'user_fields: [username], webauthn_stage: !KeyOf keys',
            ),
            stage(model('password.passwordstage'), 'secret'),
            factor('one', `device_classes: [${classes}]`),
            stage(model('user_login.userloginstage'), 'login'),
            ...['who', 'secret', 'one', 'login'].map((name, index) => bound(name, index)),
            '',
          ].join('\n'),
        },
      ]).problems.map(({ message }) => message);
    assert.match(behind('totp').join('\n'), /^a user who has signed in by a passkey alone is not asked here$/);
    assert.deepEqual(behind('totp, webauthn'), []);
  });
});
