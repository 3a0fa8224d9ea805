import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { isEnrollmentError } from '../../../lib/base/error.js';
import { inviteSignupFlow } from '../../../lib/index.js';
import { createKeys } from '../../../lib/stores/redis/keys.js';
import { tourFile } from '../../support/flows/tour-file.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';
import { waitUntil } from '../../support/wait-until.js';

const tour = '/if/flow/tour/';
const ann = { by: 'ann' } as const;

describe('flows that are stored', () => {
  let fixture: RedisFixture;
  const open: TestApp[] = [];
  let number = 0;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());
  afterEach(async () => {
    number += 1;
    await Promise.all(open.splice(0).map((app) => app.close()));
  });

  const prefix = () => `t${String(number)}:`;

  async function start(options: TestAppOptions = {}): Promise<TestApp> {
    const app = await openTestApp({
      redis: fixture.server.url,
      allowVolatileRedis: true,
      keyPrefix: prefix(),
      flowFiles: { stored: true, pollSeconds: 1 },
      ...options,
    });
    open.push(app);
    await app.enrollment.ready();
    return app;
  }

  /** One file with the flow `tour`. */
  const file = (title: string, stages: readonly string[] = ['one', 'two'], slug = 'tour') => ({
    file: `${slug}.yaml`,
    text: tourFile(title, stages, slug),
  });

  async function titleAt(app: TestApp, path = tour): Promise<string> {
    const { text } = await new Visitor(app).open(path);
    return /<h1[^>]*>\s*([^<]*?)\s*</.exec(text)?.[1] ?? '';
  }

  async function titled(app: TestApp, title: string, path = tour): Promise<void> {
    let last = '';
    await waitUntil(
      async () => ((last = await titleAt(app, path)) === title ? true : undefined),
      () => `the page is titled ${last}, not ${title}`,
    );
  }

  /** A visitor at the second of the two stages. */
  async function atSecond(app: TestApp): Promise<Visitor> {
    const visitor = new Visitor(app);
    await visitor.open(tour);
    await visitor.follow(await visitor.submit({}));
    assert.match(visitor.step, /two/);
    return visitor;
  }

  it('are used at once where they are imported, within the interval by other processes, and after a restart', async () => {
    const [one, two] = [await start(), await start()];
    assert.equal((await new Visitor(one).open(tour)).status, 404);
    const { flows } = one.enrollment;
    const imported = await flows.import([file('First')], { ...ann, note: 'a tour' });
    assert.deepEqual(
      { version: imported.version, stored: imported.stored, flows: imported.flows },
      { version: 1, stored: true, flows: ['tour'] },
    );
    assert.equal(await titleAt(one), 'First');
    await titled(two, 'First');
    assert.deepEqual(
      one.events.filter(({ name }) => name === 'flows.changed').map(({ facts }) => facts),
      [{ version: 1, by: 'ann', flows: ['tour'], rolledBackTo: null }],
    );
    assert.deepEqual(
      two.events.filter(({ name }) => name === 'flows.changed'),
      [],
    );
    // Another file is added to those of before, and a file of the same name replaces one.
    await two.enrollment.flows.import([file('Other', ['one'], 'other')], ann);
    await two.enrollment.flows.import([file('Second')], { by: 'bob' });
    await titled(one, 'Second');
    assert.equal(await titleAt(one, '/if/flow/other/'), 'Other');
    const versions = await flows.versions();
    assert.deepEqual(
      versions.map(({ version, by, note, changed }) => ({ version, by, note, changed })),
      [
        { version: 3, by: 'bob', note: null, changed: ['tour'] },
        { version: 2, by: 'ann', note: null, changed: ['other'] },
        { version: 1, by: 'ann', note: 'a tour', changed: ['tour'] },
      ],
    );
    const stored = await flows.version(1);
    assert.deepEqual(stored?.files, [file('First')]);
    assert.match(stored.digest, /^[0-9a-f]{64}$/);
    assert.equal(await flows.version(4), null);
    const later = await start();
    assert.equal(await titleAt(later), 'Second');
    const { version, newest, problem } = await later.enrollment.flows.current();
    assert.deepEqual({ version, newest, problem }, { version: 3, newest: 3, problem: null });
    assert.deepEqual((await later.enrollment.diagnose()).storedFlows, { version: 3, newest: 3, problem: null });
    // The flow that links of invitations lead to, mails and the like know them as well.
    assert.match(later.enrollment.flowUrl('tour'), /\/if\/flow\/tour\/$/);
    assert.ok((await later.enrollment.invitations.create({ flow: 'other' })).id);
  });

  it('are changed as a whole or not at all: every mistake is told, and nothing is written', async () => {
    const app = await start();
    const { flows } = app.enrollment;
    await flows.import([file('First')], ann);
    const broken = [
      { file: 'a.yaml', text: tourFile('A', ['one'], 'a').replace('!KeyOf one', '!KeyOf on') },
      { file: 'b.yaml', text: `${tourFile('B', ['one'], 'b')}  - model: authentik_flows.flo\n    identifiers: {}\n` },
    ];
    await assert.rejects(flows.import(broken, ann), (error) => {
      assert.ok(isEnrollmentError(error));
      assert.equal(error.code, 'ERR_ENROLLMENT_FLOW_FILE');
      assert.match(error.issues.join('\n'), /^a\.yaml:11:\d+: /m);
      assert.match(error.issues.join('\n'), /^b\.yaml:12:\d+: /m);
      return true;
    });
    // What the app refuses: a flow of its code has this slug.
    await assert.rejects(
      flows.import([file('Twice', ['one'], 'invite')], ann),
      (error) =>
        isEnrollmentError(error) && /'invite' is used twice: in code, and at invite\.yaml:3/.test(error.message),
    );
    const hostile = [
      [{ file: 'big.yaml', text: `# ${'x'.repeat(10_000_000)}` }],
      [{ file: 'deep.yaml', text: '['.repeat(5000) }],
      [{ file: 'two\u0000lines.yaml', text: tourFile('C', ['one'], 'c') }],
      [{ file: '', text: tourFile('C', ['one'], 'c') }],
      [file('C', ['one'], 'c'), file('C', ['one'], 'c')],
      Array.from({ length: 101 }, (_, at) => file('C', ['one'], `c${String(at)}`)),
    ];
    for (const files of hostile)
      await assert.rejects(
        flows.import(files, ann),
        (error) => isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_FLOW_FILE',
      );
    const tried = await flows.import([file('Tried')], { dryRun: true });
    assert.deepEqual(
      tried.changes.filter(({ change }) => change !== 'unchanged').map(({ name, fields }) => ({ name, fields })),
      [{ name: 'tour', fields: ['title'] }],
    );
    assert.deepEqual({ version: tried.version, stored: tried.stored }, { version: 1, stored: false });
    // The same files again are no new version.
    const same = await flows.import([file('First')], ann);
    assert.deepEqual({ version: same.version, stored: same.stored }, { version: 1, stored: false });
    assert.equal((await flows.versions()).length, 1);
    assert.equal(await titleAt(app), 'First');
  });

  it('roll back to the files of an earlier version, as a new one; a wrong expectation is a conflict', async () => {
    const app = await start();
    const { flows } = app.enrollment;
    await flows.import([file('First')], ann);
    await flows.import([file('Second'), file('More', ['one'], 'more')], ann);
    await assert.rejects(
      flows.rollBack(1, { ...ann, expect: 1 }),
      (error) => isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_FLOW_CONFLICT' && error.status === 409,
    );
    const back = await flows.rollBack(1, { by: 'bob', note: 'as before', expect: 2 });
    assert.equal(back.version, 3);
    assert.equal(await titleAt(app), 'First');
    assert.equal((await new Visitor(app).open('/if/flow/more/')).status, 404);
    const [newest] = await flows.versions();
    assert.equal(newest?.rolledBackTo, 1);
    assert.deepEqual(newest.changed, ['tour', 'more']);
    assert.equal(newest.digest, (await flows.version(1))?.digest);
    await flows.rollBack(0, ann);
    assert.equal((await new Visitor(app).open(tour)).status, 404);
    await assert.rejects(
      flows.rollBack(9, ann),
      (error) =>
        isEnrollmentError(error) &&
        error.code === 'ERR_ENROLLMENT_CONFIG' &&
        /version 9 is not kept/.test(error.message),
    );
  });

  it('of twenty writers at once, one is told its version, the others of a conflict', async () => {
    const [one, two] = [await start(), await start()];
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) =>
        (at % 2 === 0 ? one : two).enrollment.flows.import([file(`Tour ${String(at)}`)], {
          by: `w${String(at)}`,
          expect: 0,
        }),
      ),
    );
    const won = answers.findIndex(({ status }) => status === 'fulfilled');
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const answer of answers)
      if (answer.status === 'rejected')
        assert.ok(isEnrollmentError(answer.reason) && answer.reason.code === 'ERR_ENROLLMENT_FLOW_CONFLICT');
    assert.deepEqual(
      (await one.enrollment.flows.versions()).map(({ by }) => by),
      [`w${String(won)}`],
    );
    await titled(one, `Tour ${String(won)}`);
    await titled(two, `Tour ${String(won)}`);
  });

  it('running plans go on with the version they began with, in every process and after a restart', async () => {
    const [one, two] = [await start(), await start()];
    await one.enrollment.flows.import([file('First')], ann);
    await titled(two, 'First');
    const [here, gone] = [await atSecond(one), await atSecond(one)];
    await two.enrollment.flows.import([file('Second', ['zero', 'one'])], ann);
    await titled(one, 'Second');
    assert.match((await here.open(tour)).text, /<h1[^>]*>\s*First/);
    assert.equal((await here.submit({})).location, '/done');
    // Also where the flow was removed meanwhile, and by a process that has never used that version.
    await two.enrollment.flows.rollBack(0, ann);
    const later = await start({ origin: one.url });
    assert.equal((await new Visitor(later).open(tour)).status, 404);
    const { action, hidden } = gone.form;
    const moved = new Visitor(later, {
      headers: { host: new URL(one.url).host, cookie: gone.client.cookies.header(tour) },
    });
    const answer = await moved.post(action, hidden);
    assert.equal(answer.location, '/done');
  });

  it('running plans start again, with a notice, where the version says so, or is no longer kept', async () => {
    const app = await start({ flowFiles: { stored: true, pollSeconds: 1, keptVersions: 2 } });
    const { flows } = app.enrollment;
    await flows.import([file('First')], ann);
    const visitor = await atSecond(app);
    await flows.import([file('Second', ['two', 'three'])], { ...ann, runningPlans: 'restart' });
    const restarted = await visitor.follow(await visitor.submit({}));
    assert.match(restarted.text, /<h1[^>]*>\s*Second/);
    assert.match(visitor.step, /two 0/);
    // A version of before must not come back for plans either, however many versions follow.
    const other = await atSecondOf(app, 'three');
    await flows.import([file('Third')], ann);
    assert.match((await other.open(tour)).text, /<h1[^>]*>\s*Second/);
    await flows.import([file('Fourth')], ann);
    await flows.import([file('Fifth')], ann);
    const lost = await start();
    assert.deepEqual(
      (await lost.enrollment.flows.versions()).map(({ version }) => version),
      [5, 4],
    );
  });

  it('a plan ends with the last kept version that has its flow, in every process alike', async () => {
    const kept = { flowFiles: { stored: true, pollSeconds: 1, keptVersions: 2 } };
    const one = await start(kept);
    const { flows } = one.enrollment;
    await flows.import([file('First')], ann);
    const two = await start({ ...kept, origin: one.url });
    const visitor = await atSecond(one);
    const shownBy = async (app: TestApp): Promise<string> => {
      const moved = new Visitor(app, { headers: { host: new URL(one.url).host } });
      for (const cookie of visitor.client.cookies.header(tour).split('; ')) moved.client.cookies.set(...parts(cookie));
      const { text } = await moved.open(tour);
      return /<h1[^>]*>\s*([^<]*?)\s*</.exec(text)?.[1] ?? '';
    };
    const parts = (cookie: string): [name: string, value: string] => {
      const [name = '', value = ''] = cookie.split('=');
      return [name, value];
    };
    const untilSeen = (version: number): Promise<unknown> =>
      waitUntil(
        async () => ((await two.enrollment.flows.current()).version === version ? true : undefined),
        () => `version ${String(version)} is not seen`,
      );
    await flows.import([file('Other', ['one'], 'other')], ann);
    await flows.import([file('Second', ['two', 'three'])], ann);
    await untilSeen(3);
    // Version 1 is not kept, but version 2 has the same flow.
    const fresh = await start({ ...kept, origin: one.url });
    for (const app of [one, two, fresh]) assert.equal(await shownBy(app), 'First');
    await flows.import([file('Third', ['one'], 'other')], ann);
    await untilSeen(4);
    await fresh.enrollment.flows.current();
    // The first two still have the version in memory.
    for (const app of [one, two, fresh, await start({ ...kept, origin: one.url })])
      assert.equal(await shownBy(app), 'Second');
  });

  async function atSecondOf(app: TestApp, step: string): Promise<Visitor> {
    const visitor = new Visitor(app);
    await visitor.open(tour);
    await visitor.follow(await visitor.submit({}));
    assert.match(visitor.step, new RegExp(step));
    return visitor;
  }

  it('a flow that a version does not change keeps its running plans, whatever the version says', async () => {
    const app = await start();
    const { flows } = app.enrollment;
    await flows.import([file('First'), file('Other', ['one'], 'other')], ann);
    const visitor = await atSecond(app);
    await flows.import([file('Changed', ['one'], 'other')], { ...ann, runningPlans: 'restart' });
    assert.equal((await visitor.submit({})).location, '/done');
  });

  it('a version that cannot be used never takes the app down: the last one that can is used, and the log says why', async () => {
    const one = await start();
    await one.enrollment.flows.import([file('First')], ann);
    await one.enrollment.flows.import([file('Second')], ann);
    const keys = createKeys(prefix()).flows;
    await fixture.client.hset(keys.files, '2', 'junk');
    const two = await start();
    assert.equal(await titleAt(two), 'First');
    const logged = two.log.find(({ fields }) => fields['code'] === 'WARN_STORED_FLOWS');
    assert.equal(logged?.level, 'error');
    assert.match(logged.text, /version 2 .*cannot be used; version 1 stays in use.*\n.*damaged/);
    const { storedFlows } = await two.enrollment.diagnose();
    assert.deepEqual({ version: storedFlows?.version, newest: storedFlows?.newest }, { version: 1, newest: 2 });
    assert.match(storedFlows?.problem ?? '', /damaged/);
    // Mistakes of files are told with their places: here the code of the app has this slug.
    await one.enrollment.flows.import([file('Third', ['one'], 'more')], { ...ann, replaceAll: true });
    const more = inviteSignupFlow({ slug: 'more', fields: ['username'] });
    const three = await start({ flows: [more] });
    const { version, newest, problem } = await three.enrollment.flows.current();
    assert.deepEqual({ version, newest }, { version: 1, newest: 3 });
    assert.match(problem ?? '', /'more' is used twice: in code, and at more\.yaml:3:/);
    assert.equal((await new Visitor(three).open('/if/flow/more/')).status, 200);
    await fixture.client.flushall();
    await waitUntil(
      () => one.log.find(({ text }) => text.includes('the store has lost its flows')),
      () => 'the loss was not logged',
    );
    assert.equal(await titleAt(one, '/if/flow/more/'), 'Third');
    const lost = await one.enrollment.flows.current();
    assert.deepEqual([lost.version, lost.newest, lost.problem], [3, 0, 'the store has lost its flows']);
    const fresh = await start();
    assert.equal((await fresh.enrollment.flows.current()).problem, null);
  });

  it('over a damaged version, no import drops the other files: it is refused, and what a roll back removes is said', async () => {
    const app = await start();
    const { flows } = app.enrollment;
    await flows.import([file('A', ['one'], 'a')], ann);
    await flows.import([file('B', ['one'], 'b')], { ...ann, runningPlans: 'restart' });
    const keys = createKeys(prefix()).flows;
    await fixture.client.hset(keys.files, '2', 'junk');
    for (const dryRun of [true, false])
      await assert.rejects(flows.import([file('C', ['one'], 'c')], { ...ann, dryRun }), (error) => {
        assert.ok(isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_FLOW_CONFLICT', String(error));
        assert.match(error.message, /version 2 is damaged in the store: roll back .*replaceAll/);
        return true;
      });
    assert.equal((await flows.versions()).length, 2);
    const removed = ({ changes }: Awaited<ReturnType<typeof flows.import>>): readonly string[] =>
      changes.flatMap(({ change, model, name }) =>
        change === 'deleted' && model === 'authentik_flows.flow' ? [name] : [],
      );
    const tried = await flows.import([file('C', ['one'], 'c')], { replaceAll: true, dryRun: true });
    assert.deepEqual([removed(tried), tried.stored], [['a'], false]);
    const back = await flows.rollBack(1, ann);
    assert.deepEqual([back.version, back.stored, back.flows], [3, true, ['a']]);
    const [entry] = await flows.versions();
    assert.deepEqual(entry?.changed.toSorted(), ['a', 'b'], 'the flows of the damaged version');
    // Version 2 ended the plans of version 1: that holds on.
    assert.match((await fixture.client.hget(keys.entries, '3')) ?? '', /"oldest":2\b/);
    // Where the entry is gone too, it may have done so.
    await fixture.client.hset(keys.entries, '3', 'junk');
    await flows.import([file('C', ['one'], 'c')], { ...ann, replaceAll: true });
    assert.match((await fixture.client.hget(keys.entries, '4')) ?? '', /"oldest":4\b/);
  });

  it('without the number of the newest version, the newest whole one is used, and a whole import or a roll back mends it', async () => {
    const app = await start();
    const { flows } = app.enrollment;
    for (const title of ['First', 'Second']) await flows.import([file(title)], ann);
    const keys = createKeys(prefix()).flows;
    let last = 2;
    for (const [number, says] of [
      ['abc', /is no number/],
      ['', /is no number/],
      ['0x2', /is no number/],
      ['2.0', /is no number/],
      [' 2 ', /is no number/],
      ['99999999999999999999', /is no number/],
      ['1', /not that of the newest one/],
      ['0', /not that of the newest one/],
      ['-1', /is no number/],
      [null, /is no number/],
      ['99', /version 99 is not kept/],
    ] as const) {
      if (number === null) await fixture.client.del(keys.newest);
      else await fixture.client.set(keys.newest, number);
      const later = await start();
      assert.equal(await titleAt(later), 'Second');
      const { version, problem } = await later.enrollment.flows.current();
      assert.equal(version, last);
      assert.match(problem ?? '', says);
      for (const one of [flows, later.enrollment.flows]) {
        const added = file('Third', ['one'], 'third');
        await assert.rejects(one.import([added], ann), (error) => {
          assert.ok(isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_FLOW_CONFLICT', String(error));
          assert.match(error.message, says);
          return true;
        });
      }
      const { version: next } =
        number === 'abc'
          ? await flows.import([file('Second')], { ...ann, replaceAll: true })
          : await flows.rollBack(last, ann);
      assert.equal(next, number === '99' ? 100 : last + 1, String(number));
      last = next;
      assert.deepEqual([(await flows.current()).version, (await flows.current()).problem], [next, null]);
      const { version: followed } = await later.enrollment.flows.current();
      assert.equal(followed, next);
    }
    assert.deepEqual(
      (await flows.versions()).map(({ version }) => version),
      [100, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
    );
  });
});
