import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';

/** The first thing that an app writes which needs the package, and what stops its start. */
const uses: ReadonlyMap<string, string> = new Map([
  ['@libsql/client', `(await import(lib('sql.js'))).sqliteUsers('users.sqlite').users.probe()`],
  ['@marcbachmann/cel-js', `(await import(lib('policies.js'))).celPolicy('true')`],
  ['@simplewebauthn/server', `(await import(lib('stages.js'))).passkeySignIn({ name: 'a' })`],
  ['@zxcvbn-ts/core', `(await import(lib('policies.js'))).passwordPolicy({ zxcvbn: { above: 2 } })`],
  ['@zxcvbn-ts/language-en', `(await import(lib('policies.js'))).passwordPolicy({ zxcvbn: { above: 2 } })`],
  ['altcha-lib', `(await import(lib('stages.js'))).altcha()`],
  [
    'ioredis',
    `(await import(lib('index.js'))).createEnrollment({ baseUrl: 'http://localhost', redis: 'redis://127.0.0.1:1' })`,
  ],
  [
    'nodemailer',
    `(await import(lib('mail.js'))).smtpMailer({ url: 'smtp://127.0.0.1', from: { name: 'A', address: 'a@example.com' } })`,
  ],
  ['otplib', `(await import(lib('stages.js'))).totpSetup({ name: 'a' })`],
  [
    'passport-openidconnect',
    `(await import(lib('index.js'))).openIdConnectSource({ slug: 'a', issuer: 'https://a.example', clientId: 'a', clientSecret: 'b' })`,
  ],
  ['qrcode-generator', `(await import(lib('stages.js'))).totpSetup({ name: 'a' })`],
  ['re2js', `(await import(lib('policies.js'))).celPolicy('regex_match("a", "b")')`],
]);

/** The kit never loads it. */
const unloaded = ['passport'];

/** Runs each use where its package cannot be found. `import` is watched for the one that is not looked for before. */
const program = `
  import Module, { register } from 'node:module';
  const [root, uses] = process.argv.slice(1);
  register('data:text/javascript,' + encodeURIComponent(
    "export async function resolve(name, context, next) {" +
    "if (name === '@libsql/client') throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });" +
    "return next(name, context); }"));
  let missing = '';
  const find = Module._resolveFilename;
  Module._resolveFilename = function (name, ...more) {
    if (name === missing || name.startsWith(missing + '/')) throw Object.assign(new Error('not found'), { code: 'MODULE_NOT_FOUND' });
    return find.call(this, name, ...more);
  };
  const lib = (file) => new URL(file, root).href;
  const failures = [];
  for (const [name, use] of JSON.parse(uses)) {
    try {
      missing = name;
      await new Function('lib', 'return (async () => ' + use + ')()')(lib);
      failures.push([name, 'started']);
    } catch (error) {
      failures.push([name, error.code + ': ' + [error.message, ...(error.issues ?? [])].join(' ')]);
    }
  }
  console.log(JSON.stringify(failures));
  process.exit(0);
`;

async function failures(): Promise<ReadonlyMap<string, string>> {
  const root = new URL('../../lib/', import.meta.url).href;
  const args = ['--input-type=module', '--eval', program, root, JSON.stringify([...uses])];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const found: readonly (readonly [string, string])[] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return new Map(found);
}

describe('an app without an optional package that it needs', () => {
  it('is checked for every one of package.json', () => {
    const { peerDependenciesMeta: peers }: { readonly peerDependenciesMeta: object } = JSON.parse(
      readFileSync('package.json', 'utf8'),
    );
    assert.deepEqual([...uses.keys(), ...unloaded].sort(), Object.keys(peers).sort());
  });

  it('does not start, and says what to install', async () => {
    const found = await failures();
    assert.equal(found.size, uses.size);
    for (const [name, failure] of found) {
      assert.match(failure, /^ERR_ENROLLMENT_CONFIG: /, name);
      assert.ok(failure.includes(`needs the package ${name}: npm install ${name}`), `${name}: ${failure}`);
    }
  });
});
