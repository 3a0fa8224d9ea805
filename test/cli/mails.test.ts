import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { commandLine, configurationOf, listAt, textAt, type CommandLine } from '../support/cli/command-line.js';

/** Slow; refuses `bad`, cannot reach the server of `later`. */
const mailer = `signupUrl: 'https://club.example/signup',
mailer: {
  async send({ to }) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    if (to.startsWith('bad')) throw Object.assign(new Error('550 no such user'), { delivery: 'permanent' });
    if (to.startsWith('later')) throw Object.assign(new Error('no connection'), { delivery: 'temporary' });
  },
},
sendInvitation: undefined`;

describe('commands that mail', () => {
  let redis: TestRedis;
  let cli: CommandLine;
  before(async () => {
    redis = await startRedis();
    cli = commandLine(configurationOf(redis.url, mailer));
  });
  after(() => redis.stop());
  const stateOf = async (mail: string): Promise<unknown> => {
    const mails = listAt(await cli.json(['mail', 'list']), 'mails').map((one) => Object(one));
    return mails.find(({ id }) => id === mail)?.state;
  };

  it('end when their mails were sent, failed or are left to the app, and say which', async () => {
    const names = ['a', 'b', 'bad', 'c', 'd', 'later', 'e', 'f', 'g', 'h', 'i', 'j'];
    cli.file('people.csv', `email\n${names.map((name) => `${name}@example.com`).join('\n')}\n`);
    const said = await cli.run(['--json', 'invite', 'send', '--file', 'people.csv']);
    const answer = Object(JSON.parse(said.out));
    const mailOf = (name: string): string => answer.rows[names.indexOf(name)].mail;
    assert.equal(said.code, 1, said.err);
    assert.deepEqual(answer.mails, {
      sent: 10,
      failed: [{ mail: mailOf('bad'), state: 'failed', why: '550 no such user' }],
      left: [mailOf('later')],
    });
    assert.deepEqual([answer.sent, answer.failed], [11, 1]);
    const { type, text } = answer.rows[names.indexOf('bad')];
    assert.deepEqual([type, text], ['failed', 'its mail failed: 550 no such user']);
    for (const name of names)
      assert.equal(await stateOf(mailOf(name)), name === 'bad' ? 'failed' : name === 'later' ? 'queued' : 'sent', name);
    assert.match(said.err, /^mails: 10 sent · 1 not sent · 1 left$/m);

    const again = await cli.run(['mail', 'resend', mailOf('bad')]);
    assert.deepEqual([again.code, again.out], [1, 'not sent\n']);
    assert.match(again.err, /failed, 550 no such user/);
  });

  it('also of an invitation that is mailed again, and stop waiting when they are interrupted', async () => {
    const sent = await cli.json(['invite', 'send', 'ann@example.com']);
    const id = textAt(listAt(sent, 'rows')[0] ?? null, 'id');
    const resent = Object(await cli.json(['invite', 'resend', id]));
    assert.deepEqual(resent.mails, { sent: 1, failed: [], left: [] });
    const stopped = await cli.run(['invite', 'resend', id], { interrupt: (press) => press() });
    assert.equal(stopped.code, 130);
    assert.match(stopped.err, /left to the running app: invitation:/);
  });

  it('say that an address stopped invitations, when and by whose wish, also in its list of mails, and allow them', async () => {
    await cli.json(['invite', 'send', 'zoe@example.com']);
    assert.deepEqual(await cli.json(['mail', 'suppressed']), { count: 0 });
    assert.equal((await cli.run(['mail', 'suppress', 'Zoe@Example.com'])).code, 0);
    const listed = await cli.json(['mail', 'list', '--to', 'zoe@example.com']);
    assert.equal(listAt(listed, 'mails').length, 1);
    const [suppressed] = listAt(listed, 'suppressed').map((one) => Object(one));
    assert.deepEqual([suppressed.tenant, suppressed.by], [null, 'app']);
    const line = /^invitations: stopped by the app, \d{4}-/m;
    assert.match((await cli.run(['mail', 'list', '--to', 'zoe@example.com'])).out, line);
    assert.match((await cli.run(['invite', 'explain', 'zoe@example.com'])).out, /stopped by the app, \d{4}-/);
    assert.match((await cli.run(['mail', 'suppressed'])).out, /invitations: 1 /);
    assert.equal((await cli.run(['mail', 'allow', 'zoe@example.com'])).code, 0);
    assert.doesNotMatch((await cli.run(['mail', 'list', '--to', 'zoe@example.com'])).out, line);
    assert.deepEqual(await cli.json(['mail', 'suppressed']), { count: 0 });
    assert.match((await cli.run(['mail', 'list', '--to', 'stranger@example.com'])).out, /no mails/);
    assert.equal((await cli.run(['mail', 'list', '--to', 'zoe'])).code, 2);
  });

  it('are listed for one tenant, with what an address stopped there, also where no mail was sent to it', async () => {
    await cli.json(['invite', 'send', 'kim@example.com', '--tenant', 'north']);
    await cli.json(['invite', 'send', 'kim@example.com', '--tenant', 'south']);
    await cli.json(['mail', 'suppress', 'kim@example.com', '--tenant', 'south']);
    const ofKim = async (...tenant: string[]) => {
      const listed = await cli.json(['mail', 'list', '--to', 'kim@example.com', ...tenant]);
      const of = (name: string) => listAt(listed, name).map((one) => Object(one).tenant);
      return [of('mails'), of('suppressed')];
    };
    assert.deepEqual(await ofKim(), [['south', 'north'], ['south']]);
    assert.deepEqual(await ofKim('--tenant', 'south'), [['south'], ['south']]);
    assert.deepEqual(await ofKim('--tenant', 'north'), [['north'], []]);
    await cli.json(['mail', 'suppress', 'kim@example.com', '--tenant', 'west']);
    const { out } = await cli.run(['mail', 'list', '--to', 'kim@example.com', '--tenant', 'west']);
    assert.match(out, /^invitations of west: stopped by the app, \d{4}-[^]*no mails/m);
    assert.equal(listAt(await cli.json(['mail', 'list', '--tenant', 'north']), 'mails').length, 1);
  });
});
