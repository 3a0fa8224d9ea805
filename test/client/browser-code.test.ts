import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import ts from 'typescript';
import { packageRoot } from '#package-root';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the code of the client', () => {
  it('uses nothing that browsers do not have', () => {
    const project = join(temporaryFolder(), 'tsconfig.json');
    const compilerOptions = { noEmit: true, rootDir: '/', types: [], lib: ['es2022', 'dom'], module: 'esnext' };
    const bundled = { moduleResolution: 'bundler', paths: {} };
    writeFileSync(
      project,
      JSON.stringify({
        extends: join(packageRoot, 'tsconfig.json'),
        compilerOptions: { ...compilerOptions, ...bundled },
        files: [join(packageRoot, 'lib/client.ts')],
        include: [],
      }),
    );
    execFileSync(process.execPath, [join(packageRoot, 'node_modules/typescript-7/bin/tsc'), '-p', project]);
  });

  it('is one file that imports nothing, small also where no tool shortens it', () => {
    const file = readFileSync(join(packageRoot, 'dist/esm/client.js'), 'utf8');
    assert.doesNotMatch(file, /^import |import\(|require\(/m);
    const { outputText } = ts.transpileModule(file, {
      compilerOptions: { removeComments: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    assert.ok(gzipSync(outputText).length < 4608, String(gzipSync(outputText).length));
  });
});
