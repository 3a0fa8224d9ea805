import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { storedFilesIssues } from '../../lib/flow-files/stored/stored-files.js';
import { tourFile } from '../support/flows/tour-file.js';

describe('what one version of the stored flows may take', () => {
  const files = (count: number): readonly { readonly file: string; readonly text: string }[] =>
    Array.from({ length: count }, (_, at) => ({ file: `f${String(at)}.yaml`, text: tourFile('T', ['a'], `s${at}`) }));

  /** One file with many flows, in short forms of YAML and in JSON. */
  const many = (count: number, entry: string): string =>
    `{"version": 1, "entries": [\n${Array.from({ length: count }, () => entry).join(',\n')}]}`;

  it('is counted over all files, before they are parsed', () => {
    assert.deepEqual(storedFilesIssues(files(100)), []);
    assert.deepEqual(storedFilesIssues(files(101)), ['there are more than 100 files']);
    const text = ' '.repeat(250_001);
    assert.deepEqual(storedFilesIssues(['a', 'b'].map((name) => ({ file: `${name}.yaml`, text }))), [
      'the files have 500002 bytes together; 500000 are allowed',
    ]);
  });

  for (const entry of [
    '{model: authentik_flows.flow, identifiers: {slug: a}}',
    '{ "model" : "authentik_flows.flow", "identifiers": { "slug": "a" } }',
    "{ 'model': 'authentik_flows.flow' }",
  ])
    it(`has at most 200 entries such as ${entry}`, () => {
      const more =
        '{model: authentik_flows.flowstagebinding, identifiers: {target: !Find [authentik_flows.flow, [slug, a]]}}';
      const bindings = { file: 'bindings.yaml', text: many(500, more) };
      const stored = (count: number): readonly string[] =>
        storedFilesIssues([bindings, { file: 'flows.yaml', text: many(count, entry) }, ...files(1)]);
      assert.deepEqual(stored(199), []);
      assert.deepEqual(stored(200), ['the files have 201 entries of flows together; 200 are allowed']);
    });
});
