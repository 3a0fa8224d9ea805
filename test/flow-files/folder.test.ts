import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { importFlowFiles, readFlowFolder } from '../../lib/flow-files.js';
import { filesBelow } from '../../lib/flow-files/folder.js';
import { tourFile } from '../support/flows/tour-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the flow files of a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
    put('tour.yaml', 'tour');
  });

  function put(name: string, slug: string): void {
    writeFileSync(join(folder, name), tourFile(slug, ['one'], slug));
  }

  const names = (): readonly string[] => readFlowFolder(folder).map(({ file }) => file);

  it('are those below it, too, by their names', () => {
    mkdirSync(join(folder, 'below/deep'), { recursive: true });
    put('below/deep/b.yml', 'b');
    put('below.json', 'c');
    put('notes.txt', 'none');
    assert.deepEqual(names(), ['below.json', 'below/deep/b.yml', 'tour.yaml']);
    assert.equal(importFlowFiles(readFlowFolder(folder).slice(1)).flows.length, 2);
  });

  it('are read once, though links lead in circles or twice to a folder', () => {
    mkdirSync(join(folder, 'real'));
    put('real/a.yaml', 'a');
    for (const name of ['l1', 'l2']) symlinkSync('.', join(folder, name));
    symlinkSync('..', join(folder, 'real/up'));
    symlinkSync('real', join(folder, 'a-link'));
    assert.deepEqual(names(), ['real/a.yaml', 'tour.yaml']);
  });

  it('may be links, and in folders that are links, as a mounted ConfigMap has them', () => {
    const other = realpathSync(temporaryFolder());
    mkdirSync(join(other, 'flows'));
    writeFileSync(join(other, 'flows/far.yaml'), tourFile('far', ['one'], 'far'));
    mkdirSync(join(folder, '..data'));
    put('..data/near.yaml', 'near');
    symlinkSync('..data/near.yaml', join(folder, 'near.yaml'));
    symlinkSync(join(other, 'flows'), join(folder, 'linked'));
    assert.deepEqual(names(), ['linked/far.yaml', 'near.yaml', 'tour.yaml']);
  });

  it('are none that begin with a dot, such as the lock of an editor', () => {
    symlinkSync('/nonexistent/user@host.123', join(folder, '.#tour.yaml'));
    writeFileSync(join(folder, '._tour.yaml'), Buffer.from([0, 5, 22, 7, 0, 2, 0, 0]));
    mkdirSync(join(folder, '.git'));
    put('.git/a.yaml', 'a');
    assert.deepEqual(names(), ['tour.yaml']);
  });

  it('refuse by their names what cannot be read or is too large, before it is read', () => {
    symlinkSync('/nonexistent', join(folder, 'gone.yaml'));
    symlinkSync('round.yaml', join(folder, 'round.yaml'));
    symlinkSync('/nonexistent', join(folder, 'gone.txt'));
    writeFileSync(join(folder, 'large.yaml'), ' '.repeat(256_001));
    assert.throws(
      () => readFlowFolder(folder),
      (error) => {
        assert.ok(isEnrollmentError(error));
        assert.equal(error.code, 'ERR_ENROLLMENT_FLOW_FILE');
        assert.deepEqual(error.issues, [
          'gone.yaml:1:1: the file cannot be read',
          'large.yaml:1:1: the file has 257 kB; at most 256 kB are read',
          'round.yaml:1:1: the file cannot be read',
        ]);
        return true;
      },
    );
    assert.equal(filesBelow(folder).find(({ name }) => name === 'gone.txt')?.stats, null);
  });

  it('refuse a folder below that cannot be read by its name', () => {
    mkdirSync(join(folder, 'closed'));
    put('closed/a.yaml', 'a');
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'closed'), 0);
    assert.throws(
      () => asNoOne(() => readFlowFolder(folder)),
      (error) => {
        assert.ok(isEnrollmentError(error));
        assert.deepEqual(error.issues, ['closed: the folder cannot be read']);
        return true;
      },
    );
    assert.deepEqual(
      asNoOne(() => filesBelow(folder)).map(({ name, isClosed }) => [name, isClosed]),
      [
        ['closed', true],
        ['tour.yaml', undefined],
      ],
    );
  });
});

/** Runs as a user without rights, where this process may read everything. */
function asNoOne<Value>(act: () => Value): Value {
  if (process.getuid?.() !== 0) return act();
  process.seteuid?.(65_534);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
  }
}
