import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { exportFlows, importFlowFiles, readFlowFolder, type FlowFileSettings } from '../../lib/flow-files.js';
import { memoryUsers, signInFlow } from '../../lib/index.js';
import { conditionalPolicy } from '../../lib/policies.js';
import { altcha, captchaStage, dummyStage } from '../../lib/stages.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
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
import { walkPages } from '../support/flow-files/walk-pages.js';
import { openTestApp, signup } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ask = [prompt('username', 'username'), page('ask', ['username']), bound('ask', 10), ...writeAndSignIn()];
const labelled = (slug: string, label: string): string =>
  textOf(flow(slug), ...ask).replace(
    'version: 1\n',
    `version: 1\nmetadata: {name: ${slug}, labels: {blueprints.goauthentik.io/instantiate: ${label}}}\n`,
  );

function reportOf(text: string, settings: FlowFileSettings = {}): readonly string[] {
  try {
    return importFlowFiles([{ file: 'a.yaml', text }], settings).problems.map(
      ({ severity, line, column, message }) => `${severity} ${String(line)}:${String(column)}: ${message}`,
    );
  } catch (error) {
    assert.ok(isEnrollmentError(error));
    return (error.issues ?? []).map((issue) => issue.replace(/^a\.yaml:/, 'refused '));
  }
}

describe('flow files: what is left out says so', () => {
  it('an example of a folder is not applied, and is where its file is named; the log of the start says what is left out', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.yaml'), labelled('example', '"false"'));
    writeFileSync(join(folder, 'b.yaml'), labelled('live', '"true"'));
    const { flows, problems } = importFlowFiles(readFlowFolder(folder));
    assert.deepEqual(
      flows.map(({ slug }) => slug),
      ['live'],
    );
    const label = 'blueprints.goauthentik.io/instantiate';
    const sentence = `the file is left out: its label ${label} is false. An import that names the file applies it`;
    assert.deepEqual(
      problems.map(({ file, severity, line, message }) => [file, severity, line, message]),
      [['a.yaml', 'skipped', 2, sentence]],
    );
    const named = importFlowFiles([{ file: 'a.yaml', text: labelled('example', '"false"') }]);
    assert.equal(named.flows[0]?.slug, 'example');
    writeFileSync(join(folder, 'c.yaml'), textOf(flow('other', 'invalidation', 'nonsense: 1')));
    const app = await openTestApp({ registration: 'open', flowFiles: { folder, watch: false }, flows: [] });
    try {
      const logged = app.log.flatMap(({ level, text }) => (text.includes('flow files') ? [`${level} ${text}`] : []));
      assert.equal(logged.length, 2, logged.join());
      assert.match(logged[0] ?? '', new RegExp(`^warn parts of the flow files are left out:\n {2}- .*a.yaml:2:\\d+: `));
      assert.match(
        logged[1] ?? '',
        /^info the flow files have parts that are worth a look:\n {2}- .*c\.yaml:.*nonsense/,
      );
    } finally {
      await app.close();
    }
  });

  it('entries whose conditions are false are noticed at these', () => {
    const licensed = entry(
      'authentik_core.group',
      '{name: a}',
      '{}',
      ', conditions: [!Context goauthentik.io/enterprise/licensed]',
    );
    const [line = ''] = reportOf(textOf(licensed));
    assert.match(line, /^noticed 3:\d+: the entry is left out: its conditions are not all true$/);
  });

  it('a file that is asked for must be there, unless the entry says otherwise', () => {
    const asking = (attrs: string): string =>
      textOf(`  - {model: authentik_blueprints.metaapplyblueprint, attrs: {identifiers: {name: Base}${attrs}}}`);
    assert.match(reportOf(asking(''))[0] ?? '', /^refused 3:5: the flow file "Base", which this one asks for,/);
    assert.match(reportOf(asking(', required: true'))[0] ?? '', /^refused/);
    assert.match(reportOf(asking(', required: false'))[0] ?? '', /^noticed/);
  });

  it('members of a group are members of its parents, also after an export', async () => {
    const groups = [
      named('authentik_core.group', 'banned'),
      named('authentik_core.group', 'spam', '{parent: !KeyOf banned}'),
      named('authentik_core.group', 'bots', '{parents: [!KeyOf spam]}'),
    ];
    const text = textOf(
      flow('closed', 'stage_configuration', 'authentication: require_authenticated'),
      named('authentik_stages_deny.denystage', 'deny'),
      bound('deny', 10),
      ...groups,
      guard('banned', 'at-deny', '{}', 'group'),
    );
    const { flows, problems } = importFlowFiles([{ file: 'a.yaml', text }]);
    assert.deepEqual(problems, []);
    const [made] = importFlowFiles([{ file: 'b.yaml', text: exportFlows(flows) }]).flows;
    assert.ok(made);
    const join = importFlowFiles([{ file: 'c.yaml', text: textOf(flow('join'), ...ask) }]).flows;
    for (const [group, status] of [
      ['bots', 403],
      ['others', 303],
    ] as const) {
      const memory = memoryUsers();
      const users = {
        ...memory.users,
        toProfile: (user: Parameters<typeof memory.users.toProfile>[0]) => ({
          ...memory.users.toProfile(user),
          groups: [group],
        }),
      };
      const app = await openTestApp({ registration: 'open', ...memory, users, flows: [...join, made] });
      try {
        const visitor = new Visitor(app);
        await visitor.open('/if/flow/join/');
        await visitor.submit({ username: 'ann' });
        assert.equal((await visitor.get('/if/flow/closed/')).status, status, group);
      } finally {
        await app.close();
      }
    }
  });

  it('captchas and conditional policies are the app’s, by their names; keys of a file are neither read nor written', () => {
    const text = textOf(
      flow('join'),
      ...ask,
      named('authentik_stages_captcha.captchastage', 'robots', '{public_key: pub-1, private_key: top-secret-1}'),
      bound('robots', 5),
      named('authentik_policies_conditional.conditionalpolicy', 'hours', '{actions: {version: 2, actions: []}}'),
      guard('hours', 'at-robots'),
    );
    const sentences = reportOf(text);
    assert.equal(sentences.length, 2, sentences.join('\n'));
    const captcha = 'the authentik_stages_captcha.captchastage "robots" has keys: give captchaStage({ … })';
    assert.ok(sentences[0]?.endsWith(`${captcha} under this name in "stages"`), sentences[0]);
    assert.match(
      sentences[1] ?? '',
      /"hours" is not read of files: give conditionalPolicy\(\{ … \}\) under this name in "policies"$/,
    );
    const hours = conditionalPolicy({ version: 2, actions: [{ type: 'stop', result: 'pass' }] });
    const settings = { stages: { robots: captchaStage({ name: 'robots', captcha: altcha() }) }, policies: { hours } };
    const { flows, problems } = importFlowFiles([{ file: 'a.yaml', text }], settings);
    assert.deepEqual(problems, []);
    assert.equal(flows[0]?.bindings[0]?.stage, settings.stages.robots);
    const written = exportFlows(flows, settings);
    assert.doesNotMatch(written, /top-secret|pub-1/);
    assert.equal(importFlowFiles([{ file: 'b.yaml', text: written }], settings).flows[0]?.slug, 'join');
  });

  it('a part that the app gives by its name stays, whatever its fields refer to, and none is left out without it', async () => {
    const text = textOf(
      flow('login', 'authentication'),
      named('authentik_crypto_secrets.secret', 'key', '{value: top-secret-1}'),
      named('authentik_stages_captcha.captchastage', 'robots', '{public_key: pub-1, secret: !KeyOf key}'),
      bound('robots', 5),
      named('authentik_policies_conditional.conditionalpolicy', 'hours', '{key: !KeyOf key, file: !File missing}'),
      guard('hours', 'at-robots'),
      named('express_enrollment.stage', 'mine', '{key: !KeyOf key}'),
      bound('mine', 6),
      named('authentik_stages_identification.identificationstage', 'who', '{user_fields: [username]}'),
      named('authentik_stages_password.passwordstage', 'secret'),
      named('authentik_stages_user_login.userloginstage', 'in'),
      ...['who', 'secret', 'in'].map((stage, at) => bound(stage, 10 + at)),
    );
    const hours = conditionalPolicy({ version: 2, actions: [{ type: 'stop', result: 'pass' }] });
    const given: FlowFileSettings = {
      stages: { robots: captchaStage({ name: 'robots', captcha: altcha() }), mine: dummyStage({ name: 'mine' }) },
      policies: { hours },
    };
    const leftOut =
      'skipped 4:13: authentik_crypto_secrets.secret has no meaning here: keys are the app’s, and none is read of a file';
    const field = 'skipped 9:86: left out, because the entry "key" was left out';
    for (const foreignModels of ['refuse', 'skip'] as const) {
      const without = reportOf(text, { ...given, stages: {}, policies: {}, foreignModels }).join('\n');
      assert.match(without, /"robots" has keys: give captchaStage/);
      assert.match(without, /"hours" is not read of files/);
      assert.match(without, /the app has no stage "mine"/);
      assert.deepEqual(reportOf(text, { ...given, foreignModels }), [leftOut, field]);
    }
    const { flows } = importFlowFiles([{ file: 'a.yaml', text }], given);
    const [robots, mine] = flows[0]?.bindings ?? [];
    assert.deepEqual([robots?.stage, mine?.stage], [given.stages?.['robots'], given.stages?.['mine']]);
    assert.equal(robots?.guard.bindings[0]?.policy, hours);
  });

  it('what needs a key is refused, or left out where foreign models are', () => {
    const text = textOf(
      flow('join'),
      ...ask,
      named('authentik_crypto_secrets.secret', 'key', '{value: a}'),
      guard('key', 'flow'),
    );
    assert.match(reportOf(text)[0] ?? '', /^refused 12:\d+: it is needed here, and the entry "key" was left out$/);
    assert.match(
      reportOf(text, { foreignModels: 'skip' })[1] ?? '',
      /^skipped 12:\d+: left out, because the entry "key" was left out$/,
    );
  });

  it('policies about places and events are the app’s, by their names, too', () => {
    for (const [model, call] of [
      ['authentik_policies_geoip.geoippolicy', 'geoIp'],
      ['authentik_policies_event_matcher.eventmatcherpolicy', 'eventMatcher'],
    ] as const) {
      const text = textOf(
        flow('join'),
        ...ask,
        named(model, 'near', '{countries: [{code: ID}]}'),
        guard('near', 'flow'),
      );
      const given = conditionalPolicy({ version: 2, actions: [{ type: 'stop', result: 'pass' }] });
      const { flows, problems } = importFlowFiles([{ file: 'a.yaml', text }], { policies: { near: given } });
      assert.deepEqual(problems, []);
      assert.equal(flows[0]?.guard.bindings[0]?.policy, given);
      assert.ok(
        reportOf(text, { foreignModels: 'skip' }).join().includes(`"near" is not read of files: give ${call}({ … })`),
      );
      // As authentik's own files have them for notifications.
      const [unused = '', ...others] = reportOf(textOf(flow('join'), ...ask, named(model, 'near')));
      assert.match(unused, /^noticed 11:.*it is left out, and nothing uses it$/);
      assert.deepEqual(others, []);
      const calling = expression('asks', 'return ak_call_policy("near").passing');
      const [called = ''] = reportOf(textOf(flow('join'), ...ask, named(model, 'near'), calling));
      assert.match(called, /^refused 11:.*is not read of files/);
    }
  });

  it('a part stays where one of many things that it names was left out, and so does what it guards', () => {
    const text = textOf(
      flow('login', 'authentication'),
      named('authentik_stages_authenticator_duo.authenticatorduostage', 'duo'),
      named('authentik_rbac.role', 'role'),
      named('authentik_stages_authenticator_totp.authenticatortotpstage', 'app'),
      named('authentik_core.group', 'staff', '{roles: [!KeyOf role]}'),
      named('authentik_stages_identification.identificationstage', 'who', '{sources: [!KeyOf role]}'),
      named('authentik_stages_password.passwordstage', 'secret'),
      named(
        'authentik_stages_authenticator_validate.authenticatorvalidatestage',
        'factor',
        '{device_classes: [totp], not_configured_action: configure, configuration_stages: [!KeyOf duo, !KeyOf app]}',
      ),
      named('authentik_stages_user_login.userloginstage', 'in'),
      ...['who', 'secret', 'factor', 'in'].map((stage, at) => bound(stage, 10 + at)),
      guard('staff', 'at-factor', '{}', 'group'),
    );
    const files = [{ file: 'a.yaml', text }];
    const { flows, problems } = importFlowFiles(files, { foreignModels: 'skip' });
    const names = flows[0]?.bindings.map(({ stage }) => stage.name) ?? [];
    assert.deepEqual(
      names.filter((name) => ['app', 'factor', 'in'].includes(name)),
      ['app', 'factor', 'in'],
    );
    assert.equal(flows[0]?.bindings.find(({ stage }) => stage.name === 'factor')?.guard.bindings.length, 1);
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'skipped').map(({ line }) => line),
      [4, 5, 7, 8, 10],
    );
    assert.throws(() => importFlowFiles([{ file: 'a.yaml', text: text.replace('!KeyOf duo', '!KeyOf duos') }]));
  });

  it('a sign-in by a mailed link alone is refused at its stage; what proves the visitor before it, or a recovery, is not', async () => {
    const link = (designation: string, ...proof: readonly string[]): string =>
      textOf(
        flow('link', designation, 'authentication: require_unauthenticated'),
        named('authentik_stages_identification.identificationstage', 'who', '{user_fields: [username]}'),
        named('authentik_stages_email.emailstage', 'mail', '{use_global_settings: true}'),
        named('authentik_stages_user_login.userloginstage', 'in'),
        ...['who', 'mail', 'in'].map((stage, at) => bound(stage, 10 * (at + 1))),
        ...proof,
      );
    const refusal = 'refused 5:5: a mailed link alone does not sign in here: bind a stage before it';
    assert.deepEqual(
      reportOf(link('authentication')).map((one) => one.slice(0, refusal.length)),
      [refusal],
    );
    const secret = [named('authentik_stages_password.passwordstage', 'secret'), bound('secret', 15)];
    assert.deepEqual(reportOf(link('authentication', ...secret)), []);
    const [recovery] = importFlowFiles([{ file: 'a.yaml', text: link('recovery') }]).flows;
    assert.ok(recovery);
    const mailer = memoryMailer();
    const app = await openTestApp({ mailer, flows: [recovery, signInFlow({ slug: 'sign-in' }), signup] });
    try {
      await member(app, 'ann');
      const visitor = new Visitor(app);
      const code = async (): Promise<string> => mailer.codeIn(await mailer.next('ann@example.com')) ?? '';
      await walkPages(visitor, 'link', { uid_field: 'ann', code });
      assert.equal(await visitor.me(), 'ann');
    } finally {
      await app.close();
    }
  });
});
