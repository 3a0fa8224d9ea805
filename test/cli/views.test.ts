import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { commandLine, listAt, sampleSecret, type CommandLine } from '../support/cli/command-line.js';
import { viewFolder } from '../support/pages/view-folder.js';

const kit = new URL('../../lib/index.js', import.meta.url).href;

function appWith(views: string | readonly string[] | null): CommandLine {
  return commandLine(`import { inviteSignupFlow, memoryUsers, sessionLogin } from '${kit}';
const { users, redemptions } = memoryUsers();
export default {
  baseUrl: 'http://localhost:3000/join', secret: '${sampleSecret}', users, redemptions, login: sessionLogin(),
  flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
  ${views === null ? '' : `views: ${JSON.stringify(views)},`}
};\n`);
}

describe('express-enrollment views', () => {
  it('list: says which file is used for each view', async () => {
    const folder = viewFolder({
      'elements/submit.ejs': '<button>x</button>',
      'flows/invite/account/pages/prompt.de.ejs': "<%- include('/elements/form') %>",
    });
    const cli = appWith(folder);
    const { code, out } = await cli.run(['views', 'list']);
    assert.equal(code, 0);
    assert.match(out, /elements\/submit +│? *all flows/);
    assert.match(out, /pages\/prompt +│? *flow invite, stage account, in de.*the kit’s *$/m);
    assert.doesNotMatch(out, /none *$/m);
    const entries = listAt(await cli.json(['views', 'list']), '').map(Object);
    const submit = entries.find(({ view }) => view === 'elements/submit');
    assert.deepEqual(submit, {
      flow: null,
      stage: null,
      view: 'elements/submit',
      language: null,
      file: join(folder, 'elements/submit.ejs'),
      isKits: false,
      hides: [join(packageRoot, 'views/elements/submit.ejs')],
    });
    assert.ok(entries.some(({ view, isKits }) => view === 'pages/denied' && isKits === true));
  });

  it('copy: makes a copy that works as it is and remembers its version', async () => {
    const folder = viewFolder({});
    const cli = appWith(folder);
    const copied = await cli.run(['views', 'copy', 'pages/prompt', '--flow', 'invite', '--stage', 'account']);
    const file = join(folder, 'flows/invite/account/pages/prompt.ejs');
    assert.deepEqual([copied.code, copied.out], [0, `${file}\n`]);
    assert.match(
      readFileSync(file, 'utf8'),
      /^<%# Copied from express-enrollment \d+\.\d+\.\d+: pages\/prompt -%>\n<%/,
    );
    assert.equal((await cli.run(['views', 'copy', '/elements/form.ejs', '--language', 'en'])).code, 0);
    assert.ok(existsSync(join(folder, 'elements/form.en.ejs')));
    const again = await cli.run(['views', 'copy', 'pages/prompt', '--flow', 'invite', '--stage', 'account']);
    assert.equal(again.code, 2);
    assert.match(again.err, /exists already; --force/);
    assert.deepEqual(await cli.run(['views', 'check']), {
      code: 0,
      out: 'All views are as they should be.\n',
      err: '',
    });
  });

  it('copy: refuses what no page would use, with the name that was meant, and writes nothing', async () => {
    const folder = viewFolder({});
    const cli = appWith(folder);
    for (const [flags, said] of [
      [['--flow', 'invit'], 'there is no flow "invit"; did you mean "invite"?'],
      [['--flow', 'invite', '--stage', 'acount'], 'has no stage "acount"; did you mean "account"?'],
      [['--language', 'xx'], 'no page is in the language "xx"'],
    ] as const) {
      const { code, err } = await cli.run(['views', 'copy', 'elements/links', ...flags]);
      assert.equal(code, 2);
      assert.ok(err.includes(said), err);
    }
    const undrawn = await cli.run(['views', 'copy', 'pages/identification', '--flow', 'invite']);
    assert.match(undrawn.err, /flow "invite" has no page "pages\/identification"/);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('copy: writes nothing outside the folder', async () => {
    const cli = appWith(viewFolder({}));
    for (const flags of [
      ['--flow', '../../x'],
      ['--flow', 'invite', '--stage', '..'],
      ['--language', '../../x'],
    ]) {
      const { code, err } = await cli.run(['views', 'copy', 'pages/prompt', ...flags]);
      assert.equal(code, 2, err);
      assert.match(err, /is no (?:name|language tag)/);
    }
  });

  it('copy: needs no configuration when the folder is named', async () => {
    const cli = commandLine(null);
    assert.equal((await cli.run(['views', 'copy', 'layouts/plain', '--folder', 'views'])).code, 0);
    assert.ok(existsSync(join(cli.folder, 'views/layouts/plain.ejs')));
    const unknown = await cli.run(['views', 'copy', 'pages/promt', '--folder', 'views']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /the kit has no view "pages\/promt"; did you mean "pages\/prompt"\?/);
    assert.match((await appWith(null).run(['views', 'copy', 'layouts/plain'])).err, /has no "views"/);
    for (const [given, meant] of [
      ['prompt', 'pages/prompt'],
      ['mail/invitaton.ejs', 'mail/html/invitation'],
    ] as const) {
      const { code, err } = await cli.run(['views', 'copy', given, '--folder', 'views']);
      assert.equal(code, 2);
      assert.ok(err.includes(`; did you mean "${meant}"?`), err);
    }
  });

  it('copy: says that --folder creates the folder of the option "views"', async () => {
    const { code, err } = await appWith('/tmp/there-is-no-such-folder').run(['views', 'copy', 'layouts/plain']);
    assert.equal(code, 2);
    assert.match(err, /there is no folder[^]*\nCreate the folder, or let --folder <folder> create it/);
  });

  it('preview: says in one sentence that there is no such stage', async () => {
    const { code, err } = await appWith(null).run(['views', 'preview', 'invite', 'acount']);
    assert.deepEqual([code, err.trim().split('\n').length], [2, 1], err);
    assert.match(err, /there is no stage 'acount'; did you mean "account"\?/);
  });

  it('check: says what is wrong, and ends with 1', async () => {
    const cli = appWith(
      viewFolder({ 'pages/promt.ejs': '', 'elements/submit.ejs': '<button><%= locals.form.sumbit %></button>' }),
    );
    const { code, out } = await cli.run(['views', 'check']);
    assert.equal(code, 1);
    assert.match(out, /pages\/promt\.ejs: is never used[^]*did you mean "pages\/prompt"/);
    assert.match(out, /elements\/submit\.ejs:1: locals\.form has no "sumbit"; did you mean "submit"\?/);
    const broken = await appWith(viewFolder({ 'pages/prompt.ejs': '<% if (true) { %>' })).run(['views', 'check']);
    assert.equal(broken.code, 3);
    assert.match(broken.err, /pages\/prompt\.ejs:1: the block that begins here has no end/);
  });

  it('diff: shows what the kit changed since the copy, and what the app changed', async () => {
    const folder = viewFolder({});
    const cli = appWith(folder);
    await cli.run(['views', 'copy', 'elements/submit']);
    const file = join(folder, 'elements/submit.ejs');
    writeFileSync(file, readFileSync(file, 'utf8').replace('<button', '<button id="mine"'));
    const same = await cli.run(['views', 'diff']);
    assert.equal(same.code, 0);
    assert.match(same.out, /elements\/submit\.ejs: the kit's view is the same as in version \d/);
    assert.match((await cli.run(['views', 'diff', '--mine'])).out, /^-<button[^]*^\+<button id="mine"/m);
    const original = join(folder, '.originals/elements/submit.ejs');
    writeFileSync(original, readFileSync(original, 'utf8').replace('<button', '<button data-old'));
    const changed = await cli.run(['views', 'diff', 'elements/submit']);
    assert.equal(changed.code, 1);
    assert.match(changed.out, /has changed since version [^]*^-<button data-old[^]*^\+<button/m);
    assert.doesNotMatch(changed.out, /mine/);
  });
});
