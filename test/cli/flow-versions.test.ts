import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { commandLine } from '../support/cli/command-line.js';
import { tourFile } from '../support/flows/tour-file.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const library = new URL('../../lib/', import.meta.url).href;

function configurationWith(redis: string): string {
  return `import { inviteSignupFlow } from '${library}index.js';
export default {
  baseUrl: 'http://localhost:3000/join',
  redis: '${redis}',
  secret: 'Wz7ePx0rTqkL4mVbN2cYhDfJ8sGaU5iQ',
  allowVolatileRedis: true,
  users: { toProfile: (user) => user, create: async () => ({}), findById: async () => null, findByLogin: async () => null },
  login: { current: async () => null, signIn: async () => undefined },
  flows: [inviteSignupFlow({ slug: 'invite', fields: ['username'] })],
  flowFiles: { stored: true },
};
`;
}

describe('the commands for stored flows', () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  it('import, list and roll back versions', async () => {
    const cli = commandLine(configurationWith(redis.url));
    assert.equal((await cli.run(['flow', 'versions'])).out, 'There are no stored flows.\n');
    cli.file('tour.yaml', tourFile('First', ['one']));
    const tried = await cli.run(['flow', 'import', './tour.yaml', '--dry-run']);
    assert.equal(tried.code, 0, tried.err);
    assert.match(tried.out, /created +authentik_flows\.flow +tour/);
    const first = await cli.run(['flow', 'import', './tour.yaml', '--by', 'ann', '--note', 'a tour']);
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /^Version 1 is stored\.\n/);
    cli.file('tour.yaml', tourFile('Second', ['one', 'two']));
    const second = await cli.run(['flow', 'import', 'tour.yaml', '--by', 'bob', '--running-plans', 'restart']);
    assert.match(second.out, /^Version 2 is stored\.\n/);
    const again = await cli.run(['flow', 'import', 'tour.yaml', '--by', 'bob']);
    assert.match(again.out, /^Nothing was changed: version 2 has the same files\.\n/);
    const late = await cli.run(['flow', 'roll-back', '1', '--by', 'ann', '--expect', '1']);
    assert.equal(late.code, 1);
    assert.match(late.err, /the newest version of the stored flows is 2, not 1/);
    const unknown = await cli.run(['flow', 'roll-back', '7', '--by', 'ann']);
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /version 7 is not kept; flow versions lists those that are$/m);
    assert.match((await cli.run(['flow', 'roll-back', '1', '--by', 'ann'])).out, /^Version 3 is stored\.\n/);
    const { out } = await cli.run(['flow', 'versions']);
    const [, three, two, one] = out.split('\n');
    assert.match(three ?? '', /^3 .* ann +tour +keep +as version 1/);
    assert.match(two ?? '', /^2 .* bob +tour +restart/);
    assert.match(one ?? '', /^1 .* ann +tour +keep +a tour/);
    // The other commands know the stored flows, too.
    assert.match((await cli.run(['flow', 'list'])).out, /tour +authorization +First +tour-one/);
    assert.match((await cli.run(['flow', 'export', 'tour'])).out, /title: First/);
    assert.match((await cli.run(['doctor'])).out, /fine +flows +version 3 of the stored flows is used/);
    cli.file('broken.yaml', tourFile('Third', ['one']).replace('!KeyOf one', '!KeyOf on'));
    const broken = await cli.run(['flow', 'import', 'broken.yaml', '--by', 'ann']);
    assert.equal(broken.code, 1);
    assert.match(broken.err, /broken\.yaml:11:\d+: /);
  });
});
