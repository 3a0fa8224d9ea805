import assert from 'node:assert/strict';
import { collectProblems, problemLine } from '../../lib/flow-files/problems.js';
import { readBlueprint } from '../../lib/flow-files/read/document.js';
import { parseYaml } from '../../lib/flow-files/read/parse-yaml.js';
import type { Tree } from '../../lib/flow-files/read/tree.js';

function plain(tree: Tree): unknown {
  if (tree.type === 'scalar') return tree.value;
  if (tree.type === 'list') return tree.items.map(plain);
  if (tree.type === 'tagged') return { [tree.tag]: plain(tree.value) };
  if (tree.type === 'unread') return undefined;
  return Object.fromEntries(tree.members.map(({ key, value }) => [key, plain(value)]));
}

function read(text: string): { readonly value: unknown; readonly problems: readonly string[] } {
  const problems = collectProblems('a.yaml');
  const tree = parseYaml(text, problems);
  return { value: tree === null ? undefined : plain(tree), problems: problems.list().map(problemLine) };
}

describe('flow files: YAML 1.1 and JSON', () => {
  it('reads YAML as PyYAML does', () => {
    const { value, problems } = read(
      'yes: on\noctal: 012\ndate: 2026-12-31\nbase: &base {a: 1, b: 2}\nmerged: {<<: *base, b: 3}\ntext: !!str 12\ntag: !KeyOf flow',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(value, {
      true: true,
      octal: 10,
      date: '2026-12-31',
      base: { a: 1, b: 2 },
      merged: { b: 3, a: 1 },
      text: '12',
      tag: { '!KeyOf': 'flow' },
    });
  });

  it('counts brackets as levels, but not those in texts and comments', () => {
    const many = '['.repeat(70);
    for (const text of [`a: "${many}"`, `a: x ${many}`, `a: x # ${many}`, `a: |\n  ${many}`, `a: [ '${many}' ]`])
      assert.deepEqual(read(text).problems, [], text);
    const most = 'lists and mappings are more than 60 levels deep';
    assert.deepEqual(read(`a: ${many}`).problems, [`a.yaml:1:64: ${most}`]);
    assert.deepEqual(read(`a: [ # ]]]]]]]]]]\n${many}`).problems, [`a.yaml:2:60: ${most}`]);
  });

  it('takes for numbers what PyYAML takes for numbers', () => {
    // Read by PyYAML 6.
    const texts = [
      'e0',
      'E5',
      '.',
      '-.',
      '._',
      '_',
      '08',
      '019',
      '1e5',
      '1.5e5',
      '12e03',
      '0:0',
      '01:30',
      '1e400',
      '1.2.3',
      'inf',
    ];
    const numbers: readonly (readonly [text: string, value: number])[] = [
      ...(['0', '-0', '7', '-12', '+5', '1_000'] as const).map((one) => [one, Number(one.replace('_', ''))] as const),
      ['0_', 0],
      ['0777', 511],
      ['-017', -15],
      ['0b1010_0111', 167],
      ['-0b1', -1],
      ['0xFF_FF', 65535],
      ['1:30', 90],
      ['-1:30', -90],
      ['190:20:30', 685_230],
      ['1:30.5', 90.5],
      ['1.', 1],
      ['.5', 0.5],
      ['1_2.3_4', 12.34],
      ['1.5e+5', 150_000],
      ['1.5E-5', 0.000_015],
      ['685_230.15', 685_230.15],
    ];
    const lines = [...texts, ...numbers.map(([one]) => one)].map((one, at) => `k${String(at)}: ${one}`);
    const { value, problems } = read(lines.join('\n'));
    assert.deepEqual(problems, []);
    assert.deepEqual(Object.values(value as Record<string, unknown>), [
      ...texts,
      ...numbers.map(([, number]) => number),
    ]);
  });

  it('reads JSON', () => {
    assert.deepEqual(read('{"a": [1, {"b": "\\/x"}],\n\t"c": null}'), {
      value: { a: [1, { b: '/x' }], c: null },
      problems: [],
    });
  });

  const hostile: readonly (readonly [title: string, text: string, problem: RegExp])[] = [
    ['a key that stands twice', 'a: 1\na: 2', /a\.yaml:2:1: the key "a" stands here twice/],
    ['a value inside itself', 'a: &a [*a]', /a\.yaml:1:8: \*a stands inside its own value/],
    ['an alias of nothing', 'a: *b', /a\.yaml:1:4: .*b/],
    ['keys of a prototype', '__proto__: 1\nconstructor: 2', /"__proto__" cannot be a key/],
    ['keys that are lists', '? [a]\n: 1', /a key must be a text/],
    ['binary data', 'a: !!binary aGk=', /neither text, number/],
    ['numbers that would be changed', 'a: 12345678901234567890', /cannot be read exactly/],
    ['infinity', 'a: .inf', /neither text, number/],
    ['a second document', 'a: 1\n---\nb: 1', /a\.yaml:2:1: .*second one/],
    ['a mistake in the grammar', 'a: [1,\nb: "x', /a\.yaml:2/],
    ['a tab', 'a:\n\t- b', /a\.yaml:2:1: Tabs/],
    ['more than 256 kB', `a: ${'x'.repeat(10_000_000)}`, /10001 kB; at most 256 kB/],
    ['brackets that are too deep', '['.repeat(100_000), /more than 60 levels deep/],
    ['levels that are too deep in one line', '- '.repeat(100_000), /more than 60 levels deep/],
    ['levels that are too deep', Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'), /60 levels/],
    ['anchors without an end', '&a '.repeat(50_000), /levels deep/],
    [
      'aliases that grow',
      `a: &a [1,1,1,1,1,1,1,1,1]\n${'b c d e f g h i'
        .split(' ')
        .map(
          (name, at) =>
            `${name}: &${name} [${Array(9)
              .fill(`*${'abcdefgh'[at] ?? ''}`)
              .join(',')}]`,
        )
        .join('\n')}`,
      /more than 50000 values/,
    ],
  ];
  for (const [title, text, problem] of hostile)
    it(`refuses ${title}, soon and in bounded memory`, () => {
      const before = process.memoryUsage.rss();
      const begun = process.cpuUsage();
      const { problems } = read(text);
      assert.ok(
        problems.some((line) => problem.test(line)),
        problems.join('\n').slice(0, 500),
      );
      assert.ok(process.cpuUsage(begun).user < 5_000_000);
      assert.ok(process.memoryUsage.rss() - before < 200_000_000);
    });

  it('tells all mistakes of a file at once, each with its place', () => {
    const problems = collectProblems('a.yaml');
    readBlueprint('version: 2\nentires: []\nentries:\n  - modle: x\n    attrs: !Fnid [a]\n  - 7\n', problems);
    assert.deepEqual(problems.list().map(problemLine), [
      'a.yaml:1:10: version must be 1',
      'a.yaml:2:1: a flow file has no key "entires"; did you mean "entries"?',
      'a.yaml:4:5: an entry has no key "modle"; did you mean "model"?',
      'a.yaml:5:18: unknown tag !Fnid; did you mean "!Find"?',
      'a.yaml:6:5: an entry is a mapping with the keys model and identifiers',
    ]);
  });

  const broken = [
    { of: '    attrs: { open: true', says: /^a\.yaml:\d+:1: Flow map in block collection .* end with a }$/ },
    { of: '    id: "open', says: /^a\.yaml:\d+:\d+: Missing closing "quote$/ },
    { of: '    id: a: b', says: /^a\.yaml:\d+:9: Nested mappings are not allowed/ },
    { of: '    attrs: {a: 1}}', says: /^a\.yaml:\d+:18: Unexpected flow-map-end/ },
    { of: '\tid: x', says: /^a\.yaml:\d+:1: Tabs are not allowed/ },
    { of: '   id: x', says: /^a\.yaml:\d+:1: / },
  ];
  const entry = (more: string): string => `  - model: x\n    id: &a b\n    conditions: [*a]\n${more}\n`;

  it('tells of each entry that is no YAML its first mistake, in its lines', () => {
    for (const one of broken)
      for (const other of broken) {
        const parts = ['', one.of, '    attrs: {}', other.of, '  # end'].map(entry);
        const text = `version: 1\nentries:\n${parts.join('')}context: {}\n`;
        const { problems } = read(text);
        assert.equal(problems.length, 2, `${text}\n${problems.join('\n')}`);
        for (const [at, { says }] of [one, other].entries()) assert.match(problems[at] ?? '', says);
        const lines = problems.map((problem) => Number(problem.split(':')[1]));
        // An open bracket or quote is missed where the entry ends.
        assert.ok(lines[0] !== undefined && lines[0] >= 10 && lines[0] <= 11, text);
        assert.ok(lines[1] !== undefined && lines[1] >= 18 && lines[1] <= 19, text);
      }
  });

  it('tells the first mistake alone where nothing parts the text', () => {
    for (const text of ['{"entries": [{"a" 1}, {"b" 2}]]}', 'a: b: c\nd: e: f'])
      assert.equal(read(text).problems.length, 1, text);
    const many = `entries:\n${'- a: b: c\n'.repeat(5_000)}`;
    assert.equal(read(many).problems.length, 1);
  });
});
