import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

// dist/cjs is CommonJS inside a package of ES modules: it needs its own package.json to say so. That file hides the
// `imports` of the package's own, so `#package-root` becomes a plain path to a file that CommonJS can read.
const out = 'dist/cjs';
const rootFile = join(out, 'package-root.cjs');

const packageRoot = `'use strict';
const { dirname } = require('node:path');

exports.packageRoot = dirname(dirname(__dirname));
`;

writeFileSync(join(out, 'package.json'), '{ "type": "commonjs" }\n');
writeFileSync(rootFile, packageRoot);

for (const name of readdirSync(out, { recursive: true }).filter((each) => each.endsWith('.js'))) {
  const file = join(out, name);
  const code = readFileSync(file, 'utf8');
  if (!code.includes('"#package-root"')) continue;
  writeFileSync(file, code.replaceAll('"#package-root"', JSON.stringify(relativeTo(file))));
}

function relativeTo(file) {
  const path = relative(join(file, '..'), rootFile).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}
