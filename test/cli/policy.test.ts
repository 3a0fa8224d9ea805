import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commandLine, type CommandLine } from '../support/cli/command-line.js';

const library = new URL('../../lib/', import.meta.url).href;
const configuration = `import { inviteSignupFlow } from '${library}index.js';
export default {
  baseUrl: 'http://localhost:3000/join',
  users: { toProfile: (user) => user, create: async () => ({}), findById: async () => null, findByLogin: async () => null },
  login: { current: async () => null, signIn: async () => undefined },
  flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'password'], repeat: true })],
};
`;

function open(files: Readonly<Record<string, string>>): CommandLine {
  const cli = commandLine(configuration);
  for (const [name, content] of Object.entries(files)) cli.file(name, content);
  return cli;
}

describe('the command policy try', () => {
  it('asks a policy of a file about a person and a context, and says why it fails', async () => {
    const cli = open({
      'sso.mjs': `import { celPolicy } from '${library}policies.js';
export default celPolicy('context.is_sso && prompt_data.team == "red"', { name: 'red-sso', message: 'Red only.' });`,
      'context.json': '{ "is_sso": true, "prompt_data": { "team": "red" } }',
      'other.json': '{ "is_sso": true, "prompt_data": { "team": "blue" } }',
    });
    const passed = await cli.run(['policy', 'try', './sso.mjs', '--context', 'context.json']);
    assert.equal(passed.code, 0, passed.err);
    assert.match(passed.out, /^red-sso: passes \([\d.]+ ms\)\n$/);
    const failed = await cli.run(['policy', 'try', './sso.mjs', '--context', 'other.json']);
    assert.equal(failed.code, 1);
    assert.match(failed.out, /red-sso: fails[^]*says: Red only\. \(literal\)/);
    const broken = await cli.run(['policy', 'try', './sso.mjs']);
    assert.equal(broken.code, 1);
    assert.match(broken.out, /no verdict[^]*error: .*is_sso/);
  });

  it('finds policies of the flows by name, and never prints a password', async () => {
    const cli = open({
      'answers.json': '{ "password": "velvet tram", "password_repeat": "velvet train" }',
    });
    const name = 'passwords-match';
    const { code, out, err } = await cli.run(['policy', 'try', name, '--answers', 'answers.json', '--json']);
    assert.ok(!`${out}${err}`.includes('velvet'));
    assert.equal(code, 1, err);
  });

  it('runs an expression of authentik from its file, and names the lines of its mistakes', async () => {
    const cli = open({
      'check.py':
        'if context["prompt_data"].get("invite_code") != "SPRING":\n    ak_message("No.")\n    return False\nreturn True\n',
      'broken.py': 'return True\nimport os\n',
      'answers.json': '{ "invite_code": "SPRING" }',
    });
    const passed = await cli.run(['policy', 'try', './check.py', '--answers', 'answers.json']);
    assert.equal(passed.code, 0, passed.err);
    assert.match(passed.out, /^check: passes/);
    assert.match((await cli.run(['policy', 'try', './check.py'])).out, /check: fails[^]*says: No\. \(literal\)/);
    const broken = await cli.run(['policy', 'try', './broken.py']);
    assert.notEqual(broken.code, 0);
    assert.match(broken.err, /line 2, column 8: the module 'os' is not available/);
  });

  it('ends with 2 for names, files and JSON that it cannot use', async () => {
    const cli = open({ 'list.json': '[]', 'none.mjs': 'export default {};' });
    for (const args of [
      ['no-such-policy'],
      ['./none.mjs'],
      ['invite-code', '--context', 'missing.json'],
      ['invite-code', '--context', 'list.json'],
    ])
      assert.equal((await cli.run(['policy', 'try', ...args])).code, 2, args.join(' '));
  });
});
