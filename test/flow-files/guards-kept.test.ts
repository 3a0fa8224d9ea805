import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { exportFlows, importFlowFiles, type FlowFile } from '../../lib/flow-files.js';
import {
  bound,
  entry,
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

/** Asks for a username and a password, writes the account and signs in. */
const signUp = [
  flow('join'),
  prompt('username', 'username'),
  prompt('password', 'password'),
  page('ask', ['username', 'password']),
  bound('ask', 10),
  ...writeAndSignIn(),
];
const closed = named('authentik_policies_dummy.dummypolicy', 'closed', '{result: false, wait_min: 0, wait_max: 0}');
const open = closed.replaceAll('closed', 'open').replace('false', 'true');
const all = bound('write', 20, '{policy_engine_mode: all}').replace(', id: at-write', '');
const rule = (attrs: string): string => named('authentik_policies_password.passwordpolicy', 'rule', attrs);

function fileOf(...lines: readonly string[]): FlowFile {
  return { file: 'a.yaml', text: textOf(...signUp, ...lines) };
}

function mistakesOf(...lines: readonly string[]): readonly string[] {
  try {
    importFlowFiles([fileOf(...lines)]);
  } catch (error) {
    assert.ok(isEnrollmentError(error));
    return (error.issues ?? []).map((issue) => issue.replace(/^a\.yaml:/, ''));
  }
  return [];
}

/** What the visitor meets: the status of the first page, and of the page after a form with a short password. */
async function visit(...lines: readonly string[]): Promise<readonly number[]> {
  const { flows } = importFlowFiles([fileOf(...lines)]);
  const again = importFlowFiles([{ file: 'b.yaml', text: exportFlows(flows) }]).flows;
  assert.equal(exportFlows(again), exportFlows(flows));
  const app = await openTestApp({ registration: 'open', flows: [...again] });
  try {
    const visitor = new Visitor(app);
    const { status } = await visitor.open('/if/flow/join/');
    if (status !== 200) return [status];
    return [status, (await visitor.submit({ username: 'ann', password: 'velvet tram over the harbour' })).status];
  } finally {
    await app.close();
  }
}

const identifierCounts = guard('closed', 'flow', '{enabled: false}').replace('order: 0', 'order: 0, enabled: true');
const staff = named('authentik_core.group', 'staff');
const notStaff = entry(
  'authentik_policies.policybinding',
  '{group: !KeyOf staff, target: !KeyOf flow, order: 0}',
  '{negate: true}',
);

describe('an imported flow that changes how somebody signs in', () => {
  const totp = named('authentik_stages_authenticator_totp.authenticatortotpstage', 'app');
  const secret = named('authentik_stages_password.passwordstage', 'secret');
  const leave = named('authentik_stages_user_delete.userdeletestage', 'leave');
  const stepsOf = (designation: string, ...lines: readonly string[]): readonly (string | undefined)[] =>
    importFlowFiles([
      { file: 'a.yaml', text: textOf(flow('f', designation), totp, secret, leave, closed, ...lines) },
    ]).flows[0]?.bindings.map(({ key }) => key) ?? [];

  it('asks who it is before, unless a password is asked for before, whatever policies say', () => {
    const skipped = guard('closed', 'at-secret');
    const setUp = (secretAt: number, ...more: readonly string[]) =>
      stepsOf('stage_configuration', bound('secret', secretAt), bound('app', 10), ...more);
    const end = (secretAt: number, ...more: readonly string[]) =>
      stepsOf('unenrollment', bound('secret', secretAt), bound('leave', 10), ...more);
    // Also where the designation does not say that the account is deleted.
    const configured = (...more: readonly string[]) => stepsOf('stage_configuration', bound('leave', 10), ...more);
    assert.deepEqual(
      [configured(), configured(bound('secret', 5)), configured(bound('secret', 15))],
      [
        ['sign-in-again', 'confirm', 'leave'],
        ['secret', 'leave'],
        ['sign-in-again', 'confirm', 'leave', 'secret'],
      ],
    );
    assert.deepEqual(
      [setUp(5), setUp(15), setUp(5, skipped), end(5), end(15), end(5, skipped)],
      [
        ['secret', 'app'],
        ['confirm', 'app', 'secret'],
        ['confirm', 'secret', 'app'],
        ['secret', 'leave'],
        ['sign-in-again', 'confirm', 'leave', 'secret'],
        ['sign-in-again', 'confirm', 'secret', 'leave'],
      ],
    );
  });
});

describe('what guards an imported flow', () => {
  it('is not opened by an attribute that an identifier has, too: the identifier counts, as in authentik', async () => {
    assert.deepEqual(await visit(closed, identifierCounts), [403]);
    const { problems } = importFlowFiles([fileOf(closed, identifierCounts)]);
    assert.deepEqual(
      problems.map(({ severity, message }) => [severity, message]),
      [['noticed', '"enabled" is an identifier, too, with another value: the identifier counts']],
    );
  });

  it('is not left out with an entry that makes no object: a reference to it is a mistake', () => {
    const never = closed.replace(/\}$/, ', conditions: [false]}');
    const absent = closed.replace(/\}$/, ', state: absent}');
    for (const none of [never, absent])
      assert.deepEqual(mistakesOf(none, guard('closed', 'flow')), [
        '13:76: the entry "closed" makes no object, by its conditions or its state',
      ]);
    const both = guard('closed', 'flow', '{}').replace(/\}$/, ', conditions: [false]}');
    assert.deepEqual(mistakesOf(never, both), []);
  });

  it('keeps visitors without an account out, where it is a negated group or user', async () => {
    assert.deepEqual(await visit(staff, notStaff), [403]);
    assert.deepEqual(await visit(notStaff.replace('group: !KeyOf staff', 'user: "1"')), [403]);
  });

  it('is bound to an account of the app by its id, and says so of a number, which may be one of authentik', () => {
    const problemsOf = (user: string) =>
      importFlowFiles([fileOf(notStaff.replace('group: !KeyOf staff', `user: ${user}`))]).problems.map(
        ({ severity, message }) => `${severity} ${message}`,
      );
    assert.deepEqual(problemsOf('5'), [
      `noticed "user": 5 is the id of an account of the app here, not of authentik's`,
    ]);
    assert.deepEqual(problemsOf('"5"'), []);
  });

  const asWritten: readonly (readonly [what: string, lines: readonly string[], statuses: readonly number[]])[] = [
    ['checks', [rule('{length_min: 40}'), guard('rule', 'at-write')], [200, 422]],
    [
      'checks, beside others of which all must pass',
      [rule('{length_min: 40}'), guard('rule', 'at-write'), open, guard('open', 'at-write'), all],
      [200, 422],
    ],
    [
      'that is switched off checks nothing',
      [rule('{length_min: 40}'), guard('rule', 'at-write', '{enabled: false}')],
      [200, 303],
    ],
  ];
  for (const [what, lines, statuses] of asWritten)
    it(`a password policy of a stage ${what}`, async () => {
      assert.deepEqual(await visit(...lines), statuses);
    });

  const refused: readonly (readonly [what: string, lines: readonly string[], says: RegExp])[] = [
    ['that is negated', [rule('{}'), guard('rule', 'at-write', '{negate: true}')], /has no "negate", "dry_run" and/],
    ['that is a dry run', [rule('{}'), guard('rule', 'at-write', '{dry_run: true}')], /has no "negate", "dry_run" and/],
    [
      'that expires',
      [rule('{}'), guard('rule', 'at-write', '{expires: "2020-01-01T00:00:00Z", expiring: true}')],
      /has no "negate", "dry_run" and "expires"/,
    ],
    [
      'of which one of several suffices',
      [rule('{}'), guard('rule', 'at-write'), closed, guard('closed', 'at-write')],
      /beside other policies, the mode is "all"/,
    ],
    [
      'for a field that no page asks for',
      [rule('{password_field: passwort}'), guard('rule', 'at-write')],
      /the password policy checks "passwort", and no page of this flow asks for such a password/,
    ],
  ];
  for (const [what, lines, says] of refused)
    it(`a password policy of a stage ${what} is a mistake`, () => {
      const mistakes = mistakesOf(...lines);
      assert.equal(mistakes.length, 1, mistakes.join('\n'));
      assert.match(mistakes[0] ?? '', says);
    });
});
