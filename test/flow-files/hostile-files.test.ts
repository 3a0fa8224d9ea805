import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { importFlowFiles, readFlowFolder, type FlowFileSettings } from '../../lib/flow-files.js';
import { sampleOf } from '../support/campaign.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const entries = (...lines: readonly string[]): string =>
  `version: 1\nmetadata: {name: Hostile}\nentries:\n${lines.join('\n')}\n`;
const flow =
  ' - {model: authentik_flows.flow, id: flow, identifiers: {slug: f}, attrs: {name: F, title: F, designation: authorization}}';
const many = (count: number, line: (at: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, at) => line(at));
const bound = (stage: string, order: number): string =>
  ` - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf ${stage}, order: ${String(order)}}}`;
const filled = (unit: string): string => unit.repeat(Math.floor(250_000 / Buffer.byteLength(unit)));
const zeros = (count: number): string => `!ParseJSON '[${Array(count).fill(0).join()}]'`;
const titled = (title: string): string =>
  entries(` - {model: authentik_flows.flow, identifiers: {slug: x}, attrs: {title: ${title}}}`);

/** Reads a file: what is wrong with it, or nothing. It takes little time and memory, and changes no prototype. */
function issuesOf(text: string, settings: FlowFileSettings = {}): string {
  const memory = process.memoryUsage.rss();
  const begun = process.cpuUsage();
  let issues = '';
  try {
    importFlowFiles([{ file: 'a.yaml', text }], settings);
  } catch (error) {
    assert.ok(isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_FLOW_FILE', String(error));
    issues = error.issues.join('\n');
  }
  assert.ok(process.cpuUsage(begun).user < 5_000_000, 'it takes too long');
  assert.ok(process.memoryUsage.rss() - memory < 250_000_000, 'it takes too much memory');
  assert.deepEqual(Object.keys(Object.prototype), []);
  assert.equal(Reflect.get({}, 'title'), undefined);
  return issues;
}

describe('flow files: hostile files', function () {
  this.timeout(30_000);
  // What may open, nest, repeat or end something, over and over.
  const units = [
    ...['}', '---\n', '? ', '? a\n', '{a: ', '[[],', 'a: "', 'a: |\n', '&a x\n', '*a ', '!a ', '<<: {a: 1}\n'],
    ...[']', '"', "a: '", 'a: >\n b\n', '#x\n', '!!str ', '%TAG ! tag:x,2000:\n', '-\n', ':\n', ': ', '\t', '\r'],
    ...['\u2028', '\u0085', '\ufeff', '<<: ', '- &a [*a]\n', '- !KeyOf\n', '"\\u0041', '\u{1f600}', '\u0000', ', '],
    ...['|', '>', '@', '`', '- a: b\n', '\\', 'x'],
  ];
  for (const unit of sampleOf(units, 2))
    it(`nothing but ${JSON.stringify(unit)}, alone and as entries`, () => {
      for (const text of [filled(unit), entries() + filled(unit)]) assert.notEqual(issuesOf(text), '');
    });

  it('expressions that nothing uses are checked', () => {
    const policy = (expression: string): string =>
      ` - {model: authentik_policies_expression.expressionpolicy, identifiers: {name: p}, attrs: {expression: ${JSON.stringify(expression)}}}`;
    assert.match(
      issuesOf(entries(flow, policy('import os\nreturn True'))),
      /^a\.yaml:5.*in line 1 of the expression: .*os/,
    );
    assert.match(issuesOf(entries(policy('return (('))), /in the expression/);
    const prompt = (expression: string): string =>
      ` - {model: authentik_stages_prompt.prompt, identifiers: {name: p}, attrs: {field_key: a, label: A, type: text, initial_value: ${JSON.stringify(expression)}, initial_value_expression: true}}`;
    assert.match(issuesOf(entries(flow, prompt('return (('))), /in the expression/);
    assert.equal(issuesOf(entries(flow, policy('return True'), prompt('return 1'))), '');
  });

  const rows: readonly (readonly [what: string, text: string, issue: RegExp])[] = [
    [
      'merges of a large mapping',
      entries(
        ` - &a {model: x, ${many(2000, (at) => `k${String(at)}: 1`).join(', ')}}`,
        ...many(2000, () => ' - {<<: [*a,*a,*a]}'),
      ),
      /more than 50000 values/,
    ],
    [
      'merges of merges',
      entries(' - &a0 {a: 1}', ...many(3000, (at) => ` - &a${String(at + 1)} {<<: *a${String(at)}}`)),
      /60 levels deep/,
    ],
    [
      'an alias as a key',
      titled('a').replace('{slug: x}', '{&k slug: x}').replace('{title: a}', '{*k : y}'),
      /a key must be a text/,
    ],
    [
      'a key that stands twice behind a merge',
      titled('a').replace('{title: a}', '{<<: {title: a}, title: b, title: c}'),
      /"title" stands here twice/,
    ],
    ['a huge integer', titled(`0x${'f'.repeat(200_000)}`), /neither text, number/],
    ['a huge number in base 60', titled(`1${':59'.repeat(60_000)}`), /neither text, number/],
    ['a number that no JSON has', titled('1.0e+400'), /neither text, number/],
    [
      'a place of 999 columns, over and over',
      titled(`!Format ["${'%999s'.repeat(30_000)}"${',0'.repeat(30_000)}]`),
      /100000 characters/,
    ],
    ['a place of ten digits', titled('!Format ["%9999999999s", 1]'), /does not know %9/],
    [
      'texts that rounds make',
      titled(`!Enumerate [${zeros(3000)}, SEQ, !Format ["${'%999s'.repeat(100)}"${',0'.repeat(100)}]]`),
      /more than 100000 values/,
    ],
    [
      'rounds that repeat a long text',
      titled(`!Enumerate [["${'x'.repeat(90_000)}"], SEQ, !Enumerate [${zeros(9000)}, SEQ, !Value 1]]`),
      /more than 100000 values/,
    ],
    ['JSON with many members', titled(`!ParseJSON '[${'0,'.repeat(110_000)}0]'`), /more than 100000 values/],
    ['JSON that is deep', titled(`!ParseJSON '${'{"a":'.repeat(59)}${'['.repeat(2)}'`), /deep|no JSON/],
    [
      'an entry that refers to itself',
      entries(' - {model: authentik_flows.flow, id: a, identifiers: {slug: !KeyOf a}}'),
      /no entry above has the id "a"/,
    ],
    ['a flow that is its own stage', entries(flow, bound('flow', 0)), /is no stage/],
    [
      'bindings in a ring that are removed',
      entries(
        flow,
        ...['ab', 'ba'].map(
          (pair) =>
            ` - {model: authentik_policies.policybinding, identifiers: {pk: ${pair[0] ?? ''}}, attrs: {target: ${pair[1] ?? ''}, policy: ${pair[1] ?? ''}, order: 0}}`,
        ),
        ' - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf flow, policy: a, order: 0}}',
        ' - {model: authentik_policies.policybinding, state: absent, identifiers: {pk: a}}',
      ),
      /^$/,
    ],
    [
      'many prompt stages of one flow',
      entries(
        flow,
        ...many(900, (at) => {
          const name = `s${String(at)}`;
          return ` - {model: authentik_stages_prompt.promptstage, id: ${name}, identifiers: {name: ${name}}, attrs: {fields: []}}\n${bound(name, at)}`;
        }),
      ),
      /^$/,
    ],
    [
      'many flows',
      entries(...many(1900, (at) => flow.replace('id: flow, ', '').replace('slug: f', `slug: f${String(at)}`))),
      /^$/,
    ],
    [
      'policies that call each other, one by one',
      entries(
        flow,
        ...many(1200, (at) => {
          const [name, next] = [String(at), String(at + 1)];
          return ` - {model: authentik_policies_expression.expressionpolicy, id: p${name}, identifiers: {name: p${name}}, attrs: {expression: 'return ak_call_policy("p${next}").passing'}}`;
        }),
        ' - {model: authentik_policies_expression.expressionpolicy, identifiers: {name: p1200}, attrs: {expression: return True}}',
        ' - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf flow, policy: !KeyOf p0, order: 0}}',
      ),
      /more than 50 deep/,
    ],
    [
      'an expression without an end',
      entries(
        flow,
        ` - {model: authentik_policies_expression.expressionpolicy, id: p, identifiers: {name: p}, attrs: {expression: "${'x+'.repeat(60_000)}1"}}`,
        ' - {model: authentik_policies.policybinding, identifiers: {target: !KeyOf flow, policy: !KeyOf p, order: 0}}',
      ),
      /at most 20000 characters/,
    ],
    ['ten thousand mistakes', entries(filled(` - {modell${'x'.repeat(80)}: y}\n`)), /the entry has no model/],
  ];
  for (const [what, text, issue] of sampleOf(rows, 12))
    it(`${what}, in bounded time and memory`, () => {
      assert.match(issuesOf(text), issue);
    });

  for (const key of ['__proto__', 'constructor', 'prototype'])
    it(`the key ${key}, wherever one can stand`, () => {
      const attrs = (value: string): string => titled('a').replace('{title: a}', value);
      for (const text of [
        attrs(`{${key}: {title: y}}`),
        attrs(`{title: {a: {${key}: y}}}`),
        attrs(`!ParseJSON '{"${key}": {"title": "y"}}'`),
        attrs(`{title: !ParseJSON '{"a": [{"${key}": 1}]}'}`),
        attrs(`!Enumerate [[1], MAP, [${key}, {title: y}]]`),
        titled('a').replace('{slug: x}', `{${key}: x}`),
        `${titled('a')}context: {${key}: {title: y}}\n`,
        `${titled('a')}metadata: {${key}: {title: y}}\n`.replace('metadata: {name: Hostile}\n', ''),
      ])
        assert.match(issuesOf(text), new RegExp(`"${key}" cannot be a key|no JSON that can be read`), text);
      const missing = titled(
        `!Context [${key}, none], name: !AtIndex [{a: b}, ${key}, none], designation: !Env [${key}, authorization], background: !File [${key}, none], layout: ${key}`,
      );
      assert.equal(issuesOf(missing), '');
    });

  it('!File: pipes, folders and files of more than 256 kB are not read', () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe'), join(folder, 'pipe.yaml')]);
    writeFileSync(join(folder, 'large'), 'x'.repeat(300_000));
    for (const path of ['pipe', 'large', '.', '..', '/dev/zero', '/etc/passwd'])
      assert.match(issuesOf(titled(`!File ${path}`), { folder }), /there is no file/, path);
    assert.deepEqual(readFlowFolder(folder), []);
  });
});
