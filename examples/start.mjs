/**
 * Starts an example with its own package.json in a folder outside this checkout, with the packages that it needs:
 *
 *   node examples/start.mjs existing-app [before | after]
 *   node examples/start.mjs commonjs-app
 *   node examples/start.mjs templates-nunjucks | templates-handlebars | templates-ejs-layouts
 *   node examples/start.mjs look-bootstrap | look-tailwind
 *
 *   COMPILED   folder of the compiled examples; default .build
 *   KIT        the package to use as express-enrollment; default this one
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL, URL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [example = 'existing-app', version = 'after'] = process.argv.slice(2);
const place = mkdtempSync(join(tmpdir(), 'enrollment-example-'));
process.once('exit', () => rmSync(place, { recursive: true, force: true }));

cpSync(join(root, 'examples', example), place, { recursive: true });
const compiled = join(root, process.env['COMPILED'] ?? '.build', 'examples', example);
if (existsSync(compiled)) cpSync(compiled, place, { recursive: true });

// This checkout has two major versions of these; the examples ask for the older ones.
const older = new Map([
  ['express', 'express4'],
  ['ioredis', 'ioredis5'],
]);
const { dependencies } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
for (const name of Object.keys(dependencies)) {
  const link = join(place, 'node_modules', name);
  mkdirSync(dirname(link), { recursive: true });
  const kit = process.env['KIT'] ?? root;
  symlinkSync(name === 'express-enrollment' ? kit : join(root, 'node_modules', older.get(name) ?? name), link);
}

const entry = example === 'existing-app' ? join(version, 'app.js') : 'server.js';
await import(pathToFileURL(join(place, entry)).href);
