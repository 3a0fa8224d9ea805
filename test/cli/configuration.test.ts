import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { commandLine, configurationOf, sampleSecret, textAt } from '../support/cli/command-line.js';

const index = pathToFileURL(resolve(import.meta.dirname, '../../lib/index.js')).href;

const quiet = '{ info() {}, warn() {}, error() {} }';

describe('the configuration of the command line', () => {
  let redis: TestRedis;
  let options: string;

  before(async () => {
    redis = await startRedis();
    options = `{ baseUrl: 'http://localhost:3000/join', secret: '${sampleSecret}', redis: '${redis.url}' }`;
  });
  after(() => redis.stop());

  const enrollmentOf = (): string => `import { createEnrollment } from '${index}';\n`;
  for (const [what, name, text] of [
    ['options by default', 'enrollment.config.mjs', () => `export default ${options};`],
    ['options by name', 'enrollment.config.mjs', () => `export const enrollment = ${options};`],
    ['a function', 'enrollment.config.mjs', () => `export default () => (${options});`],
    ['an asynchronous function', 'enrollment.config.mjs', () => `export const enrollment = async () => (${options});`],
    ['a promise', 'enrollment.config.mjs', () => `export default Promise.resolve(${options});`],
    [
      'an enrollment',
      'enrollment.config.mjs',
      () => `${enrollmentOf()}export default createEnrollment({ ...${options}, logger: ${quiet} });`,
    ],
    [
      'a function that makes one',
      'enrollment.config.mjs',
      () => `${enrollmentOf()}export default async () => createEnrollment({ ...${options}, logger: ${quiet} });`,
    ],
    ['CommonJS', 'enrollment.config.cjs', () => `module.exports = ${options};`],
    ['CommonJS by name', 'enrollment.config.cjs', () => `exports.enrollment = ${options};`],
    [
      'CommonJS as compilers write it',
      'enrollment.config.cjs',
      () => `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = ${options};`,
    ],
    ['.js', 'enrollment.config.js', () => `export default ${options};`],
  ] as const) {
    it(`may be ${what} (${name})`, async () => {
      const cli = commandLine(null);
      if (name.endsWith('.js')) cli.file('package.json', '{ "type": "module" }');
      cli.file(name, text());
      const said = await cli.run(['invite', 'list', '--limit', '1']);
      assert.equal(said.code, 0, said.err);
    });
  }

  it('is named by --config, or by ENROLLMENT_CONFIG', async () => {
    const cli = commandLine(null);
    cli.file('other.mjs', `export default ${options};`);
    assert.equal((await cli.run(['-c', 'other.mjs', 'invite', 'list'])).code, 0);
    assert.equal((await cli.run(['invite', 'list', '--config', 'other.mjs'])).code, 0);
    assert.equal((await cli.run(['invite', 'list'], { env: { ENROLLMENT_CONFIG: 'other.mjs' } })).code, 0);
    assert.equal((await cli.run(['invite', 'list'], { env: { ENROLLMENT_CONFIG: '' } })).code, 3);
  });

  for (const [what, text, sentence] of [
    ['is not there', null, /no configuration: there is no enrollment\.config\.js/],
    ['exports nothing', '', /exports neither an enrollment nor its options/],
    ['exports something else', 'export default 42;', /exports neither/],
    [
      'throws',
      'const a = 1;\nthrow new Error("the database is away");',
      /cannot be loaded: the database is away \(enrollment\.config\.mjs:2\)/,
    ],
    [
      'throws in its function',
      'export default () => { throw new TypeError("no users"); };',
      /cannot be loaded: no users/,
    ],
    ['throws no error', 'throw "a text";', /cannot be loaded: a text/],
    ['is no JavaScript', 'export default {', /cannot be loaded: Unexpected end of input/],
    ['imports what is not there', 'import "./gone.js";', /cannot be loaded: Cannot find module/],
    [
      'has mistakes',
      'export default { baseUrl: "nowhere", secret: "short", frob: 1 };',
      /has [34] mistakes[^]*"baseUrl"[^]*"secret"[^]*"frob"/,
    ],
    ['has no baseUrl', `export default { secret: '${sampleSecret}' };`, /"baseUrl" is required/],
    [
      'keeps everything in memory',
      `export default { baseUrl: 'http://localhost/join', secret: '${sampleSecret}' };`,
      /keeps everything in memory.*Set "redis"/,
    ],
  ] as const) {
    it(`exits with 3 and a message when it ${what}`, async () => {
      const cli = commandLine(text);
      const said = await cli.run(['invite', 'list']);
      assert.deepEqual([said.code, said.out], [3, '']);
      assert.match(said.err, sentence);
      assert.doesNotMatch(said.err, /\n {4}at /);
      assert.ok(textAt(await cli.json(['invite', 'list']), 'error.message').length > 10);
    });
  }

  it('lists every mistake, in JSON too', async () => {
    const answer = await commandLine('export default { baseUrl: 1, secret: "x" };').json(['invite', 'list']);
    assert.equal(textAt(answer, 'error.code'), 'ERR_ENROLLMENT_CONFIG');
    assert.ok(JSON.stringify(answer).includes('"issues":["\\"baseUrl\\"'));
  });

  it('exits with 3 if production must not trust this Redis', async () => {
    const said = await commandLine(configurationOf(redis.url, 'production: true')).run(['invite', 'list']);
    assert.equal(said.code, 3);
    assert.match(said.err, /Redis may lose invitations/);
  });

  it('exits with 4 promptly when Redis is down, and says why', async () => {
    const begun = Date.now();
    const cli = commandLine(configurationOf('redis://127.0.0.1:1'));
    const said = await cli.run(['--json', 'invite', 'list']);
    assert.ok(Date.now() - begun < 20_000, 'it does not wait for ever');
    assert.equal(said.code, 4);
    assert.equal(textAt(JSON.parse(said.out), 'error.code'), 'ERR_ENROLLMENT_STORE_AWAY');
    const locked = await startRedis();
    try {
      await locked.client().config('SET', 'requirepass', 'a password');
      const refused = await commandLine(configurationOf(locked.url)).run(['invite', 'list']);
      assert.equal(refused.code, 4);
      assert.match(refused.err, /NOAUTH/);
    } finally {
      await locked.stop();
    }
  });

  it('keeps the log of the app out of the output, and shows its own with --verbose', async () => {
    const log = `logger: { info() { console.log('spoilt'); }, warn() { console.log('spoilt'); }, error() { console.log('spoilt'); } }`;
    const cli = commandLine(configurationOf(redis.url, log));
    assert.equal((await cli.run(['invite', 'list'])).err, '');
    const said = await cli.run(['--verbose', 'invite', 'list']);
    assert.match(said.err, /"level":"warn".*WARN_NO_REDEMPTIONS/m);
  });
});
