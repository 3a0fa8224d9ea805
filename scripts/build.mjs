import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import ts from 'typescript';

// Bundles lib/ into what is published: a few files for each module system, not minified, and one declaration file for
// each entry. Types are not checked here. `--code` leaves the declarations out.
const entries = {
  index: 'lib/index.ts',
  client: 'lib/client.ts',
  'flow-files': 'lib/flow-files.ts',
  flows: 'lib/flows.ts',
  policies: 'lib/policies.ts',
  stages: 'lib/stages.ts',
  mail: 'lib/mail.ts',
  ports: 'lib/ports.ts',
  prompts: 'lib/prompts.ts',
  python: 'lib/python.ts',
  sources: 'lib/sources.ts',
  sql: 'lib/sql.ts',
  tickets: 'lib/tickets.ts',
  'testing/index': 'lib/testing/index.ts',
};
const program = { 'cli/main': 'lib/cli/main.ts' };
const packageRoot = '#package-root';
/** Packages that are bundled. connect-redis would bring node-redis, which is never loaded, as its peer. */
const bundled = ['connect-redis'];
const isExternal = (id) => !/^[./]/.test(id) && id !== packageRoot && !bundled.includes(id);

const outputs = [
  { dir: 'dist/esm', format: 'es', input: { ...entries, ...program } },
  { dir: 'dist/cjs', format: 'cjs', input: entries },
];

/** What several entries share stands in one file for each of these rooms; Rollup alone would make a file of every combination. */
const sharedRooms = {
  base: 'base',
  ports: 'base',
  flow: 'flow',
  prompts: 'prompts',
  policies: 'policies',
  stages: 'stages',
  sources: 'sources',
};

/** By their files: both module systems are made of the same modules. */
const transpiled = new Map();

rmSync('dist', { recursive: true, force: true });
for (const { input, ...output } of outputs) await bundleCode(input, output);
writeCommonJsScope('dist/cjs');
for (const name of bundled) copyLicense(name);
if (!process.argv.includes('--code')) await bundleTypes();

async function bundleCode(input, output) {
  const plugins = [packageRootOf(output), typescript()];
  const bundle = await rollup({ input, external: isExternal, plugins, onwarn: refuse });
  await bundle.write({
    ...output,
    chunkFileNames: 'chunks/[name].js',
    manualChunks: chunkOf,
    minifyInternalExports: false,
    externalLiveBindings: false,
    generatedCode: { preset: 'es2015', symbols: false },
    interop: 'auto',
    exports: 'named',
    // Jest cannot import() in CommonJS.
    dynamicImportInCjs: false,
  });
  await bundle.close();
}

async function bundleTypes() {
  const bundle = await rollup({ input: entries, external: isExternal, plugins: [dts()], onwarn: refuseOthers });
  await bundle.write({ dir: 'dist/esm', format: 'es', chunkFileNames: 'chunks/[name].d.ts' });
  await bundle.close();
  for (const file of readdirSync('dist/esm', { recursive: true }).filter((name) => name.endsWith('.d.ts'))) {
    mkdirSync(dirname(join('dist/cjs', file)), { recursive: true });
    copyFileSync(join('dist/esm', file), join('dist/cjs', file));
  }
}

/**
 * dist/cjs is CommonJS inside a package of ES modules: it needs its own package.json to say so. That file hides the
 * `imports` of the package's own, so `#package-root` is a file there.
 */
function writeCommonJsScope(folder) {
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(
    join(folder, 'package-root.cjs'),
    `'use strict';\nconst { dirname } = require('node:path');\n\nexports.packageRoot = dirname(dirname(__dirname));\n`,
  );
}

function copyLicense(name) {
  mkdirSync('dist/licenses', { recursive: true });
  copyFileSync(join('node_modules', name, 'license'), join('dist/licenses', `${name}.txt`));
}

function packageRootOf({ format }) {
  // Rollup takes lib/ for the output's folder.
  const found = format === 'es' ? packageRoot : resolve('lib/package-root.cjs');
  return {
    name: 'package-root',
    resolveId: (source) => (source === packageRoot ? { id: found, external: 'relative' } : null),
  };
}

function chunkOf(id) {
  // Only the entry `sources` loads these.
  if (/[\\/]lib[\\/]sources[\\/](providers|oauth2)[\\/]/.test(id)) return undefined;
  const [, room] = /[\\/]lib[\\/](\w+)[\\/]/.exec(id) ?? [];
  return sharedRooms[room];
}

function typescript() {
  const { compilerOptions } = ts.parseConfigFileTextToJson(
    'tsconfig.json',
    readFileSync('tsconfig.json', 'utf8'),
  ).config;
  const options = { ...compilerOptions, module: 'esnext', moduleResolution: 'bundler', sourceMap: false };
  return {
    name: 'typescript',
    resolveId(source, importer) {
      if (bundled.includes(source)) return fileURLToPath(import.meta.resolve(source));
      if (importer === undefined || isExternal(source)) return null;
      return resolve(dirname(importer), source.replace(/\.js$/, '.ts'));
    },
    transform(code, fileName) {
      if (!fileName.endsWith('.ts')) return null;
      if (!transpiled.has(fileName))
        transpiled.set(fileName, ts.transpileModule(code, { fileName, compilerOptions: options }).outputText);
      return { code: transpiled.get(fileName), map: null };
    },
  };
}

// Types of settings and of single results are reached by `Parameters` and `ReturnType`.
function refuseOthers(warning) {
  if (!warning.message.includes('private shared type exports')) refuse(warning);
}

function refuse(warning) {
  // The entry of types.
  if (warning.code === 'EMPTY_BUNDLE') return;
  throw new Error(warning.message);
}
