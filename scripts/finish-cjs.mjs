import { writeFileSync } from 'node:fs';

// dist/cjs is CommonJS inside a package of ES modules: it needs its own package.json to say so, and its own
// `#package-root`, because `imports` are read from the nearest package.json.
const manifest = { type: 'commonjs', imports: { '#package-root': './package-root.cjs' } };

const packageRoot = `'use strict';
const { dirname } = require('node:path');

exports.packageRoot = dirname(dirname(__dirname));
`;

writeFileSync('dist/cjs/package.json', JSON.stringify(manifest, null, 2) + '\n');
writeFileSync('dist/cjs/package-root.cjs', packageRoot);
