import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { packageRoot } from '#package-root';
import { scripts } from '../../../lib/stores/redis/scripts.js';
import { readLuaHeader } from '../../support/stores/lua-header.js';

const folder = join(packageRoot, 'lib/stores/redis/scripts');
const files = readdirSync(folder);
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

describe('the scripts for Redis', () => {
  it('are the .lua files of their folder, each under the name of its file', () => {
    const expected = files.map((file) => [
      file.replace('.lua', '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
      textOf(file),
    ]);
    assert.deepEqual(
      Object.entries(scripts).map(([name, { lua }]) => [name, lua]),
      expected,
    );
  });

  for (const file of files)
    it(`${file} documents what it does, takes and returns`, () => {
      readLuaHeader(textOf(file));
    });

  describe('the header of a script', () => {
    const header = ['-- Counts.', '-- KEYS: counter, total', '-- ARGV: points,', '-- names...', '-- returns: the sum'];
    const withCode = (...lines: readonly string[]): string => [...lines, 'return 1', ''].join('\n');

    it('is parsed over several lines', () => {
      assert.deepEqual(readLuaHeader(withCode(...header)), {
        purpose: 'Counts.',
        keys: ['counter', 'total'],
        argv: ['points', 'names...'],
      });
    });

    for (const [problem, text, said] of [
      ['without a purpose', withCode(...header.slice(1)), /says nothing about what it does/],
      ['that is missing', withCode(), /says nothing about what it does/],
      ['without its keys', withCode(...header.filter((line) => !line.includes('KEYS'))), /no line "-- KEYS: …"/],
      ['without its arguments', withCode('-- Counts.', '-- KEYS: none', '-- returns: 1'), /no line "-- ARGV: …"/],
      ['without its answer', withCode(...header.slice(0, 4)), /no line "-- returns: …"/],
      ['with a name twice', withCode(...header).replace('total', 'counter'), /KEYS: a name stands there twice/],
      ['with a name that is none', withCode(...header).replace('total', 'the total'), /"the total" is not a camelCase/],
      ['with too few keys', withCode(...header, 'local key = KEYS[3]'), /uses KEYS\[3\], but its header names 2/],
      [
        'with too few arguments',
        withCode(...header, 'local name = ARGV[2]').replace(',\n-- names...', ''),
        /uses ARGV\[2\], but its header names 1/,
      ],
    ] as const)
      it(`${problem} is reported`, () => {
        assert.throws(() => readLuaHeader(text), said);
      });
  });
});
