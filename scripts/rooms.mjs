/**
 * The rooms of lib/ and what each may import: the one map behind `npm run layers`.
 * A room is a folder, or a file where a name ends in `.ts`. Every room may import itself.
 */
export const rooms = {
  base: [],
  ports: ['base'],
  flow: ['base', 'ports'],
  python: ['base'],

  invitations: ['base', 'ports'],
  users: ['base', 'ports'],
  tickets: ['base', 'ports'],
  'rate-limits': ['base', 'ports'],
  mail: ['base', 'ports'],
  captcha: ['base', 'ports'],
  sources: ['base', 'ports'],
  webhooks: ['base', 'ports'],
  stores: ['base', 'ports'],
  waitlist: ['base', 'ports'],

  prompts: ['base', 'ports', 'flow'],
  policies: ['base', 'ports', 'flow'],
  stages: ['base', 'ports', 'flow'],
  expressions: ['base', 'ports', 'flow', 'policies', 'python'],
  executor: ['base', 'ports', 'flow'],
  pages: ['base', 'ports', 'flow'],
  options: ['base', 'ports', 'flow', 'flow-files', 'pages'],

  'flow-files': [
    'base',
    'ports',
    'flow',
    'python',
    'expressions',
    'prompts',
    'policies',
    'stages',
    'prompts.ts',
    'policies.ts',
    'stages.ts',
  ],
  'flow-diagram': ['base', 'flow'],
  flows: ['base', 'flow', 'prompts', 'policies', 'stages'],
  http: ['base', 'ports', 'flow', 'executor', 'pages', 'sources', 'invitations', 'tickets', 'options'],

  // For browsers: no code of the server, and no package.
  client: [],

  diagnosis: ['base', 'ports', 'stores', 'invitations', 'options'],

  composition: 'any',
  'enrollment.ts': 'any',
  'index.ts': 'any',
  'client.ts': ['client'],
  'flow-files.ts': ['flow-files'],
  'flows.ts': ['flows'],
  'policies.ts': ['ports', 'policies'],
  'stages.ts': ['stages', 'captcha'],
  'mail.ts': ['mail', 'invitations'],
  'ports.ts': ['ports'],
  'python.ts': ['expressions'],
  'prompts.ts': ['base', 'ports', 'flow', 'prompts'],
  'sources.ts': ['sources'],
  'sql.ts': ['base', 'ports', 'stores'],
  'tickets.ts': ['http'],
  cli: 'any',
  testing: 'any',
};

/** Rooms without a line of run-time code: whatever they import is a type. */
export const typesOnly = ['ports'];

/**
 * npm packages and the places in lib/ that may import them; any other package is an error.
 * `optional`: an app may not have it, so a value comes by `await import()` where it is needed, never at the top.
 */
export const packages = {
  express: { in: ['http', 'ports', 'options', 'composition/enrollment.ts'] },
  'express-session': { in: ['http'] },
  passport: { in: ['http'], optional: true },
  jose: { in: ['base', 'http', 'sources'] },
  otplib: { in: ['users'], optional: true },
  nodemailer: { in: ['mail'], optional: true },
  'altcha-lib': { in: ['captcha'], optional: true },
  '@simplewebauthn/server': { in: ['users'], optional: true },
  'qrcode-generator': { in: ['users'], optional: true },
  'passport-openidconnect': { in: ['sources'], optional: true },
  busboy: { in: ['http/uploads'], optional: true },
  cookie: { in: ['http', 'testing'] },
  'raw-body': { in: ['http'] },
  '@messageformat/parser': { in: ['pages'] },
  'connect-redis': { in: ['http/session'] },
  ejs: { in: ['pages'] },
  joi: { in: ['base', 'captcha', 'expressions', 'flow', 'options', 'stages', 'invitations', 'mail'] },
  leven: { in: ['base'] },
  ioredis: { in: ['stores/redis'], optional: true },
  'csv-stringify': { in: ['invitations', 'waitlist', 'cli'] },
  'csv-parse': { in: ['cli'] },
  commander: { in: ['cli'] },
  'cli-table3': { in: ['cli'] },
  diff: { in: ['cli'] },
  luxon: { in: ['base/clock.ts'] },
  standardwebhooks: { in: ['webhooks'] },
  '@node-rs/argon2': { in: ['users'] },
  '@libsql/client': { in: ['stores/sql'], optional: true },
  '@zxcvbn-ts/language-common': { in: ['base', 'policies'] },
  '@zxcvbn-ts/core': { in: ['policies'], optional: true },
  '@zxcvbn-ts/language-en': { in: ['policies'], optional: true },
  '@marcbachmann/cel-js': { in: ['policies'], optional: true },
  yaml: { in: ['flow-files/read', 'flow-files/export'] },
  re2js: { in: ['policies', 'python'], optional: true },
  '@lezer/python': { in: ['python/syntax'] },
};

/** Rooms that may use only these of Node's own modules. The flow's build hash needs `crypto`, and nothing else; browsers have none. */
export const builtins = { flow: ['crypto'], client: [] };

/** The folder of the installed package, for those who read files that are published beside the code. */
export const packageRootReaders = ['base/optional-package.ts', 'pages', 'http', 'composition', 'cli', 'stores/redis'];
