import assert from 'node:assert/strict';
import { isJsonObject, type Json, type JsonObject } from '../../lib/base/json.js';
import { collectProblems } from '../../lib/flow-files/problems.js';
import { parseYaml } from '../../lib/flow-files/read/parse-yaml.js';
import { resolver } from '../../lib/flow-files/tags/resolve.js';
import { TagMistake, type TagScope } from '../../lib/flow-files/tags/scope.js';

const context: JsonObject = {
  team: 'red',
  teams: ['a', 'b'],
  roles: { admin: 'all', guest: 'none' },
  empty: '',
  nothing: null,
  deep: { list: [1, 2] },
};
const scope: TagScope = {
  contextValue: (key) => context[key],
  environment: (name) => ({ APP_NAME: 'Acme', UNSET: '' })[name],
  file: (path) => (path === 'terms.txt' ? 'Terms' : undefined),
  keyOf: (id) => (id === 'flow' ? { key: 'key-1' } : undefined),
  find: (model, fields) =>
    model === 'authentik_flows.flow' && fields[0]?.[1] === 'join'
      ? { key: 'key-2', data: { pk: 'key-2', slug: 'join' } }
      : undefined,
};

function value(yaml: string): Json {
  const problems = collectProblems('test.yaml');
  const tree = parseYaml(`value: ${yaml}`, problems);
  assert.deepEqual(problems.list(), []);
  assert.ok(tree !== null);
  const made = resolver(scope, (mistake) => {
    throw mistake;
  })(tree);
  assert.ok(isJsonObject(made));
  return made['value'] ?? null;
}

const rows: readonly (readonly [yaml: string, expected: Json | JsonObject])[] = [
  ['!KeyOf flow', 'key-1'],
  ['!Find [authentik_flows.flow, [slug, join]]', 'key-2'],
  ['!Find [authentik_flows.flow, [slug, other]]', null],
  ['!FindObject [authentik_flows.flow, [slug, join]]', { pk: 'key-2', slug: 'join' }],
  ['!Context team', 'red'],
  ['!Context none', null],
  ['!Context [none, blue]', 'blue'],
  ['!Context [team, blue]', 'red'],
  ['!Env APP_NAME', 'Acme'],
  ['!Context [nothing, blue]', null],
  ['!Env [OTHER, x]', 'x'],
  ['!Env [UNSET, x]', 'x'],
  ['!Env UNSET', null],
  ['!Enumerate [!Context teams, seq, !Value 0]', ['a', 'b']],
  ['!File terms.txt', 'Terms'],
  ['!File [none.txt, "-"]', '-'],
  ['!Format ["%s has %d of %05.1f", Acme, 3, 2.5]', 'Acme has 3 of 002.5'],
  ['!Format ["%s|%r|%%", !Context [team, x], it\'s]', 'red|"it\'s"|%'],
  ['!Format ["%s %s", true, null]', 'True None'],
  ['!If [!Context team, yes-text, no-text]', 'yes-text'],
  ['!If [!Context empty, yes-text, no-text]', 'no-text'],
  ['!If [!Context team]', true],
  ['!Condition [AND, true, 1, "x"]', true],
  ['!Condition [NAND, true, 0]', true],
  ['!Condition [OR, [], {}, ""]', false],
  ['!Condition [NOR, !Find [authentik_flows.flow, [slug, none]]]', true],
  ['!Condition [XOR, true, true, true]', true],
  ['!Condition [XNOR, true, false]', false],
  ['!Enumerate [!Context teams, SEQ, !Format ["%d-%s", !Index 0, !Value 0]]', ['0-a', '1-b']],
  ['!Enumerate [!Context roles, MAP, [!Index 0, !Value 0]]', { admin: 'all', guest: 'none' }],
  ['!Enumerate [[x, y], SEQ, !Enumerate [[1], SEQ, [!Value 1, !Value 0]]]', [[['x', 1]], [['y', 1]]]],
  ['!AtIndex [!Context teams, 1]', 'b'],
  ['!AtIndex [!Context roles, admin]', 'all'],
  ['!AtIndex [!Context teams, 9, none]', 'none'],
  ['!ParseJSON \'{"a": [1, null]}\'', { a: [1, null] }],
  ['[1, {a: !Context team}]', [1, { a: 'red' }]],
];

describe('flow files: the 14 tags', () => {
  for (const [yaml, expected] of rows)
    it(yaml, () => {
      assert.deepEqual(value(yaml), expected);
    });

  const mistakes: readonly (readonly [yaml: string, message: RegExp])[] = [
    ['!KeyOf other', /no entry above has the id "other"/],
    ['!Condition [MAYBE, 1]', /none of AND/],
    ['!If [a, b]', /a condition and two values/],
    ['!Format ["%s"]', /more places than values/],
    ['!Format ["x", 1]', /fewer places than values/],
    ['!Format ["%q", 1]', /does not know %q/],
    ['!Index 0', /outside of !Enumerate/],
    ['!Enumerate [[1], SEQ, !Value 1]', /further out/],
    ['!Enumerate [7, SEQ, x]', /list or a mapping/],
    ['!AtIndex [[1], 5]', /no member 5/],
    ['!ParseJSON "{"', /no JSON/],
    ['!File none.txt', /no file/],
    ['!Enumerate [!ParseJSON "[0,0,0,0,0,0,0,0,0,0]", SEQ, !Value 3]', /further out/],
  ];
  for (const [yaml, message] of mistakes)
    it(`refuses ${yaml}`, () => {
      assert.throws(
        () => value(yaml),
        (error) => error instanceof TagMistake && message.test(error.message),
      );
    });

  it('ends where rounds of !Enumerate would grow without an end', () => {
    const ten = '[0,1,2,3,4,5,6,7,8,9]';
    const bomb = Array.from({ length: 9 }).reduce<string>((inner) => `!Enumerate [${ten}, SEQ, ${inner}]`, '1');
    const begun = process.cpuUsage();
    assert.throws(() => value(bomb), /more than 100000 values/);
    assert.ok(process.cpuUsage(begun).user < 5_000_000);
  });
});
