import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isJsonObject } from '../../lib/base/json.js';
import { commandLine } from '../support/cli/command-line.js';

const library = new URL('../../lib/', import.meta.url).href;
const configuration = `import { inviteSignupFlow } from '${library}index.js';
export default {
  baseUrl: 'http://localhost:3000/join',
  users: { toProfile: (user) => user, create: async () => ({}), findById: async () => null, findByLogin: async () => null },
  login: { current: async () => null, signIn: async () => undefined },
  flows: [inviteSignupFlow({ slug: 'invite', title: 'Join <us>', fields: ['username', 'password'] })],
};
`;

describe('the command flow', () => {
  it('list names the flows and their steps', async () => {
    const { code, out, err } = await commandLine(configuration).run(['flow', 'list']);
    assert.equal(code, 0, err);
    assert.match(out, /invite +enrollment +Join <us> +\S/);
    const answer = await commandLine(configuration).json(['flow', 'list']);
    const [first] = Array.isArray(answer) ? answer : [];
    assert.ok(isJsonObject(first));
    assert.equal(first['slug'], 'invite');
  });

  it('diagram draws a flow as Mermaid, as SVG, and into a file', async () => {
    const cli = commandLine(configuration);
    const mermaid = await cli.run(['flow', 'diagram', 'invite']);
    assert.equal(mermaid.code, 0, mermaid.err);
    assert.match(mermaid.out, /^flowchart TD\n {2}n0\(\["Join #60;us#62;<br\/>/);
    const svg = await cli.run(['flow', 'diagram', 'invite', '--format', 'svg', '--out', 'invite.svg']);
    assert.deepEqual([svg.code, svg.out], [0, 'invite.svg\n']);
    assert.match(cli.read('invite.svg'), /^<svg /);
  });

  it('diagram ends with 2 for a flow, a step or a format that does not exist', async () => {
    for (const args of [['invit'], ['invite', '--step', 'nowhere'], ['invite', '--format', 'png']]) {
      const { code, err } = await commandLine(configuration).run(['flow', 'diagram', ...args]);
      assert.equal(code, 2, err);
    }
  });
});
