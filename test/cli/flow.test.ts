import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { isJsonObject } from '../../lib/base/json.js';
import { importFlowFiles } from '../../lib/flow-files.js';
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

const terms = `version: 1
entries:
  - model: authentik_flows.flow
    id: flow
    identifiers: { slug: terms }
    attrs: { name: Terms, title: Terms, designation: authorization }
  - model: authentik_stages_dummy.dummystage
    id: dummy
    identifiers: { name: read }
  - model: authentik_flows.flowstagebinding
    identifiers: { target: !KeyOf flow, stage: !KeyOf dummy, order: 10 }
`;

describe('the commands for flow files', () => {
  it('export writes ready-made flows, which check accepts without an app', async () => {
    const cli = commandLine(
      configuration
        .replace('{ inviteSignupFlow }', '{ inviteSignupFlow, signInFlow }')
        .replace('create:', 'passwordHash: async () => null, create:')
        .replace("'password'] })]", "'password'] }), signInFlow({ slug: 'sign-in' })]"),
    );
    const { code, err } = await cli.run(['flow', 'export', 'invite', 'sign-in', '--out', 'flows.yaml']);
    assert.equal(code, 0, err);
    const { flows } = importFlowFiles([{ file: 'flows.yaml', text: cli.read('flows.yaml') }]);
    assert.deepEqual(
      flows.map(({ slug }) => slug),
      ['invite', 'sign-in'],
    );
    const other = commandLine(null);
    other.file('flows.yaml', cli.read('flows.yaml'));
    const checked = await other.run(['flow', 'check', 'flows.yaml']);
    assert.equal(checked.code, 0, checked.err);
  });

  it('check accepts the example of docs/flow-files.md without an app', async () => {
    const [, example = ''] = /```yaml\n(version: 1\n.*?)```/s.exec(readFileSync('docs/flow-files.md', 'utf8')) ?? [];
    const cli = commandLine(null);
    cli.file('join.yaml', example);
    const { code, out, err } = await cli.run(['flow', 'check', 'join.yaml']);
    assert.equal(code, 0, `${out}${err}`);
    assert.match(out, /join/);
  });

  it('check tells every mistake with file, line and column, with and without an app', async () => {
    const broken = terms.replace('authorization', 'authorisation').replace('stage: !KeyOf dummy', 'stage: !KeyOf dumy');
    for (const app of [configuration, null]) {
      const cli = commandLine(app);
      cli.file('terms.yaml', terms);
      cli.file('broken.yaml', broken);
      const good = await cli.run(['flow', 'check', 'terms.yaml']);
      assert.deepEqual([good.code, good.out], [0, 'These flows can be used: terms\n'], good.err);
      const bad = await cli.run(['flow', 'check', 'broken.yaml']);
      assert.equal(bad.code, 1, bad.err);
      assert.match(bad.out, /^broken\.yaml:11:\d+: .*dumy/m);
      assert.equal((await cli.run(['flow', 'check', 'none.yaml'])).code, 2);
    }
  });

  it('check reads no more of a file than it takes, and names what a folder has that cannot be read', async () => {
    const cli = commandLine(null);
    cli.file('large.yaml', ' '.repeat(256_001));
    for (const name of ['/dev/zero', 'large.yaml']) {
      const { code, err } = await cli.run(['flow', 'check', name]);
      assert.equal(code, 2, err);
      assert.match(err, /more than 256 kB/);
    }
    mkdirSync(join(cli.folder, 'flows'));
    cli.file('flows/large.yaml', ' '.repeat(256_001));
    const { code, err } = await cli.run(['flow', 'check', 'flows']);
    assert.equal(code, 2, err);
    assert.match(err, /flows\/large\.yaml:1:1: the file has 257 kB/);
  });

  it('check says of files without flows that they make none, and of others how they are encoded', async () => {
    const cli = commandLine(null);
    cli.file('group.yaml', 'version: 1\nentries:\n  - { model: authentik_core.group, identifiers: { name: staff } }\n');
    const { code, out } = await cli.run(['flow', 'check', 'group.yaml']);
    assert.deepEqual([code, out], [0, 'The files have no mistakes. They make no flows.\n']);
    mkdirSync(join(cli.folder, 'empty'));
    assert.equal((await cli.run(['flow', 'check', 'empty'])).out, 'There are no flow files.\n');
    for (const [bytes, issue] of [
      [Buffer.from(`\ufeff${terms}`, 'utf16le'), /^odd\.yaml:1:1: the file is UTF-16: save it as UTF-8/],
      [Buffer.from(terms, 'utf16le'), /^odd\.yaml:1:1: the file is UTF-16/],
      [Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 0, 0xff, 0xfe, 1, 2, 3, 4, 5, 6, 7, 8, 9]), /the file is binary/],
      [
        Buffer.from(terms.replace('title: Terms', 'title: Bedingungen für alle'), 'latin1'),
        /^odd\.yaml:6:\d+: there are bytes here that are no UTF-8.*\(noticed\)$/m,
      ],
    ] as const) {
      writeFileSync(join(cli.folder, 'odd.yaml'), bytes);
      assert.match((await cli.run(['flow', 'check', 'odd.yaml'])).out, issue);
    }
  });

  it('check and import refuse what the whole app would refuse', async () => {
    const cli = commandLine(configuration);
    cli.file('twice.yaml', terms.replace('slug: terms', 'slug: invite'));
    const { code, out } = await cli.run(['flow', 'check', 'twice.yaml']);
    assert.equal(code, 1);
    assert.match(out, /flows: the slug 'invite' is used twice: in code, and at twice\.yaml:3:\d+/);
    const imported = await cli.run(['flow', 'import', 'twice.yaml', '--dry-run']);
    assert.equal(imported.code, 1);
    assert.match(imported.err, /twice\.yaml:3/);
  });

  it('import --dry-run shows the changes over the folder of the app, and changes nothing', async () => {
    const cli = commandLine(configuration.replace('flows:', "flowFiles: { folder: 'flows' }, flows:"));
    const here = process.cwd();
    process.chdir(cli.folder);
    try {
      mkdirSync('flows');
      cli.file('flows/terms.yaml', terms);
      assert.match((await cli.run(['flow', 'list'])).out, /terms +authorization/);
      cli.file('new.yaml', terms.replace('title: Terms', 'title: New terms').replace('name: read', 'name: other'));
      const { code, out, err } = await cli.run(['flow', 'import', 'new.yaml', '--dry-run']);
      assert.equal(code, 0, err);
      assert.match(out, /updated +authentik_flows\.flow +terms +title/);
      assert.match(out, /created +authentik_stages_dummy\.dummystage +other/);
      assert.doesNotMatch((await cli.run(['flow', 'list'])).out, /New terms/);
      assert.equal((await cli.run(['flow', 'import', 'new.yaml'])).code, 2);
    } finally {
      process.chdir(here);
    }
  });

  it('export writes what check accepts', async () => {
    const withConsent = `import { consentFlow } from '${library}flows.js';\n${configuration}`;
    const cli = commandLine(withConsent.replace('flows: [', "flows: [consentFlow({ slug: 'consent' }), "));
    assert.equal((await cli.run(['flow', 'export', 'consent', '--out', 'consent.yaml'])).code, 0);
    const alone = commandLine(null);
    alone.file('consent.yaml', cli.read('consent.yaml'));
    assert.equal((await alone.run(['flow', 'check', 'consent.yaml'])).code, 0);
    assert.equal((await cli.run(['flow', 'export', 'consnet'])).code, 2);
  });

  it('check takes what an app has in flowFiles: whether foreign models are left out, and values for !Context', async () => {
    const alone = commandLine(null);
    alone.file(
      'terms.yaml',
      `${terms.replace('title: Terms', 'title: !Context title')}  - { model: authentik_sources_ldap.ldapsource, identifiers: { slug: ad } }\n`,
    );
    const check = ['flow', 'check', 'terms.yaml'];
    assert.equal((await alone.run([...check, '--context', '{"title":"Read"}'])).code, 1);
    const skip = ['--foreign-models', 'skip'];
    assert.match((await alone.run([...check, ...skip])).out, /^terms\.yaml:6:\d+: "title" must not be empty/m);
    const { code, out } = await alone.run([...check, ...skip, '--context', '{"title":"Read"}']);
    assert.equal(code, 0, out);
    assert.match(out, /^terms\.yaml:12:\d+: authentik_sources_ldap\.ldapsource has no meaning here \(skipped\)$/m);
    for (const wrong of [
      ['--context', '['],
      ['--context', '1'],
      ['--foreign-models', 'keep'],
    ])
      assert.equal((await alone.run([...check, ...wrong])).code, 2, wrong.join(' '));
    const cli = commandLine(configuration);
    cli.file('terms.yaml', terms);
    assert.equal((await cli.run([...check, ...skip])).code, 2);
  });

  it('brands of files set the default flows, and the option of that name wins', async () => {
    const brand = `${terms}  - model: authentik_brands.brand
    identifiers: { domain: app.example }
    attrs: { default: true, flow_authentication: !KeyOf flow }
`;
    const cli = commandLine(configuration);
    cli.file('brand.yaml', brand);
    const { code, out } = await cli.run(['flow', 'check', 'brand.yaml']);
    assert.equal(code, 1);
    assert.match(
      out,
      /^brand\.yaml:14:57: "flow_authentication" .*the flow 'terms' has the designation 'authorization'/m,
    );
    const chosen = commandLine(configuration.replace('flows:', "defaultFlows: { authentication: 'nothing' }, flows:"));
    chosen.file('brand.yaml', brand);
    assert.equal((await chosen.run(['flow', 'check', 'brand.yaml'])).code, 3);
  });
});
