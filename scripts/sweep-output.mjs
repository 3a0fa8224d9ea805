import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

// The compiler never deletes: without this, the output of a renamed file would still be tested.
const outputs = ['lib', 'examples', 'test', 'bench'].map((source) => ({ out: join('.build', source), source }));

const compiled = /(\.d\.ts|\.js)(\.map)?$/;

for (const { out, source } of outputs) {
  for (const file of filesIn(out).filter((name) => compiled.test(name))) {
    if (!existsSync(join(source, file.replace(compiled, '.ts')))) rmSync(join(out, file));
  }
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
