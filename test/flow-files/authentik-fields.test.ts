import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { exportFlows, importFlowFiles } from '../../lib/flow-files.js';
import {
  bound,
  expression,
  flow,
  guard,
  named,
  page,
  prompt,
  textOf,
  writeAndSignIn,
} from '../support/flow-files/entries.js';
import { openTestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const ask = [prompt('username', 'username'), page('ask', ['username']), bound('ask', 10), ...writeAndSignIn()];
const sso = expression('sso', 'return ak_is_sso_flow');

function importOf(...lines: readonly string[]) {
  return importFlowFiles([{ file: 'a.yaml', text: textOf(...lines) }]);
}

function reportOf(...lines: readonly string[]): readonly string[] {
  try {
    return importOf(...lines).problems.map(({ severity, line, message }) => `${severity} ${String(line)} ${message}`);
  } catch (error) {
    assert.ok(isEnrollmentError(error));
    return (error.issues ?? []).map((issue) => issue.replace(/^a\.yaml:(\d+):\d+:/, 'refused $1'));
  }
}

describe('flow files: fields as authentik has them', () => {
  it('a checkbox demands nothing, and a language may be blank', async () => {
    const lines = [
      flow('join'),
      prompt('username', 'username'),
      prompt('attributes.news', 'checkbox', 'required: true'),
      prompt('attributes.locale', 'ak-locale'),
      page('ask', ['username', 'attributes.news', 'attributes.locale']),
      bound('ask', 10),
      ...writeAndSignIn(),
    ];
    const { flows, problems } = importOf(...lines);
    assert.deepEqual(
      problems.map(({ line, message }) => [line, message]),
      [[5, '"required" demands no checked box, as in authentik: a policy of the page may']],
    );
    const app = await openTestApp({ registration: 'open', flows: [...flows] });
    try {
      const visitor = new Visitor(app);
      await visitor.open('/if/flow/join/');
      assert.equal((await visitor.submit({ username: 'ann', 'attributes.locale': '' })).status, 303);
      assert.deepEqual(app.members[0]?.data, { attributes: { news: false } });
    } finally {
      await app.close();
    }
  });

  it('a password policy below the least of the prompt is noticed', () => {
    const policy = (attrs: string) => named('authentik_policies_password.passwordpolicy', 'rule', attrs);
    const [notice] = reportOf(policy('{length_min: 8}'));
    assert.match(notice ?? '', /^noticed 3 "length_min" is 8, and a new password has at least 15 characters/);
    assert.deepEqual(reportOf(policy('{length_min: 20}')), []);
  });

  it('the time at which a binding expires is read as authentik reads it, and reported where it stands', () => {
    const expiring = (expires: string, more = ', expiring: true', target = 'at-ask') => [
      flow('join'),
      ...ask,
      sso,
      guard('sso', target, `{expires: ${expires}${more}}`),
    ];
    const skipped =
      'noticed 17 "expires": from then on the binding fails, and the stage is left out unless another binding keeps it';
    assert.deepEqual(reportOf(...expiring('"2020-01-01T00:00:00"')), [skipped]);
    assert.deepEqual(reportOf(...expiring('"2020-01-01T00:00:00Z"')), [skipped]);
    assert.deepEqual(reportOf(...expiring('"2020-01-01T00:00:00Z"', ', expiring: true', 'flow')), [
      'noticed 17 "expires": from then on the binding fails, and the flow is closed unless another binding admits',
    ]);
    for (const wrong of ['tomorrow', '"2020-13-45T00:00:00Z"', '"2020-01-01"'])
      assert.deepEqual(reportOf(...expiring(wrong)), [
        'refused 17 "expires" must be a date and a time, such as "2026-12-31T23:59:59Z"',
      ]);
  });

  it('a binding expires only with `expiring`, which authentik has not by default: a refusal stays', async () => {
    const refusal = [
      named('authentik_stages_deny.denystage', 'deny'),
      bound('deny', 5),
      expression('always', 'return True'),
    ];
    const open = async (attrs: string): Promise<readonly [status: number, problems: readonly string[]]> => {
      const lines = [flow('join'), ...ask, ...refusal, guard('always', 'at-deny', attrs)];
      const { flows } = importOf(...lines);
      const again = importFlowFiles([{ file: 'b.yaml', text: exportFlows(flows) }]).flows;
      assert.equal(exportFlows(again), exportFlows(flows));
      const app = await openTestApp({ registration: 'open', flows: [...again] });
      try {
        return [(await new Visitor(app).open('/if/flow/join/')).status, reportOf(...lines)];
      } finally {
        await app.close();
      }
    };
    const ago = 'expires: "2020-01-01T00:00:00Z"';
    const noEffect =
      'noticed 19 "expires" has no effect without "expiring: true": the binding does not expire, as in authentik';
    assert.deepEqual(await open('{}'), [403, []]);
    assert.deepEqual(await open(`{${ago}}`), [403, [noEffect]]);
    assert.deepEqual(await open(`{${ago}, expiring: false}`), [403, [noEffect]]);
    assert.equal((await open(`{${ago}, expiring: true}`))[0], 200);
  });

  it('a bound group keeps the groups that lead to it, and no other', async () => {
    const group = (name: string, parents = '') =>
      named('authentik_core.group', name, parents === '' ? '{}' : `{parents: [${parents}]}`);
    const lines = [
      group('staff'),
      group('cooks', '!KeyOf staff'),
      group('bakers', '!KeyOf cooks'),
      group('guests'),
      group('friends', '!KeyOf guests'),
      flow('join'),
      ...ask,
    ];
    const textFor = (name: string) => exportFlows(importOf(...lines, guard(name, 'flow', '{}', 'group')).flows);
    assert.match(textFor('staff'), /bakers[^]*cooks/);
    assert.doesNotMatch(textFor('staff'), /friends|guests/);
    assert.match(textFor('guests'), /friends/);
    assert.doesNotMatch(textFor('guests'), /bakers|cooks|staff/);
    assert.doesNotMatch(textFor('bakers'), /cooks|staff|friends|parents/);
  });

  it('a blank title is a mistake at its place, and blank messages are none', () => {
    assert.deepEqual(reportOf(flow('join').replace('title: T', 'title: " "'), ...ask), [
      'refused 3 "title" must not be empty',
    ]);
    const deny = named('authentik_stages_deny.denystage', 'deny', '{deny_message: " "}');
    const policy = named('authentik_policies_password.passwordpolicy', 'rule', '{error_message: " "}');
    assert.deepEqual(reportOf(deny, policy), []);
  });

  it('a flow is the sources’ where its policy admits visitors of sources only', () => {
    const roleOf = (attrs: string, ...more: readonly string[]) =>
      importOf(flow('join', 'enrollment', 'policy_engine_mode: any'), ...ask, sso, guard('sso', 'flow', attrs), ...more)
        .flows[0]?.sourceRole;
    assert.equal(roleOf('{}'), 'enrollment');
    for (const attrs of ['{negate: true}', '{enabled: false}', '{dry_run: true}'])
      assert.equal(roleOf(attrs), null, attrs);
    assert.equal(roleOf('{}', expression('open', 'return True'), guard('open', 'flow')), null);
  });
});
