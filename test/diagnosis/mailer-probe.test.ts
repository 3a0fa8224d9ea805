import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { createEnrollment, memoryUsers, sessionLogin, type Enrollment, type MemoryUser } from '../../lib/index.js';
import { recoveryFlow } from '../../lib/flows.js';
import type { AppStores, Mailer } from '../../lib/ports.js';
import { secrets, signup } from '../support/http/test-app.js';
import { waitUntil } from '../support/wait-until.js';
import { startOwnTime } from '../support/own-time.js';

describe('the probes of the mailer and of the app’s own stores', () => {
  const opened: { close(): Promise<unknown> }[] = [];
  const warned: string[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    warned.length = 0;
  });

  function open(more: {
    readonly mailer?: Mailer;
    readonly stores?: AppStores;
    readonly sends?: boolean;
  }): Enrollment<MemoryUser> {
    const { sends = true, ...options } = more;
    const { users, redemptions } = memoryUsers();
    const enrollment = createEnrollment({
      baseUrl: 'http://localhost:3000/join',
      secret: secrets[0],
      users,
      redemptions,
      login: sessionLogin(),
      flows: sends ? [signup, recoveryFlow({ slug: 'recovery' })] : [signup],
      logger: { info: () => undefined, warn: (_fields, text) => void warned.push(text), error: () => undefined },
      production: false,
      ...options,
    });
    opened.push(enrollment);
    return enrollment;
  }

  const send = async (): Promise<void> => undefined;
  const statusOf = async (enrollment: Enrollment<MemoryUser>) => {
    const { ready, mailer, problem } = await enrollment.health();
    return { ready, mailer, problem };
  };

  it('a mailer whose server answers is up, and it is asked once a minute', async () => {
    const server = createServer((socket) => socket.end('220 ready\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    let times = 0;
    const mailer = {
      send,
      async verify() {
        times += 1;
        const socket = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
        await once(socket, 'data');
        socket.destroy();
      },
    };
    const enrollment = open({ mailer });
    await enrollment.ready();
    for (let round = 0; round < 3; round += 1)
      assert.deepEqual(await statusOf(enrollment), { ready: true, mailer: 'up', problem: null });
    assert.equal(times, 1);
    server.close();
  });

  it('one that cannot send is told with its cause and remedy, and holds nothing up', async () => {
    const verify = () => Promise.reject(Object.assign(new Error('Invalid login: 535'), { code: 'EAUTH' }));
    const enrollment = open({ mailer: { send, verify } });
    await enrollment.ready();
    const { ready, mailer, problem } = await statusOf(enrollment);
    assert.deepEqual([ready, mailer], [true, 'down']);
    assert.match(problem ?? '', /the mailer cannot send: Invalid login: 535.*correct the mailer's user and password/);
    await waitUntil(
      () => (warned.some((text) => text.includes('cannot send')) ? true : undefined),
      () => warned.join('\n'),
    );
    const diagnosis = await enrollment.diagnose();
    assert.deepEqual([diagnosis.problem, diagnosis.mailProblem], [null, problem]);
  });

  it('one that resolves with false cannot send', async () => {
    assert.equal((await statusOf(open({ mailer: { send, verify: () => Promise.resolve(false) } }))).mailer, 'down');
  });

  it('one that does not answer is unknown after two seconds', async () => {
    const mailer = { send, verify: () => new Promise<void>(() => undefined) };
    const time = startOwnTime();
    assert.deepEqual(await statusOf(open({ mailer })), { ready: true, mailer: 'unknown', problem: null });
    assert.ok(time() < 4000);
  });

  it('is unknown without verify, and unused without a mailer', async () => {
    const [enrollment, logging, none] = [open({ mailer: { send } }), open({}), open({ sends: false })];
    await enrollment.ready();
    assert.equal((await statusOf(enrollment)).mailer, 'unknown');
    assert.deepEqual([(await statusOf(logging)).mailer, (await statusOf(none)).mailer], ['unused', 'unused']);
    assert.deepEqual([(await logging.diagnose()).logsMails, (await none.diagnose()).logsMails], [true, false]);
  });

  it('is asked where no flow sends mails, too: invitations, tickets and notices are sent without one', async () => {
    const enrollment = open({ mailer: { send, verify: () => Promise.resolve() }, sends: false });
    assert.equal((await statusOf(enrollment)).mailer, 'up');
  });

  it('a verify that is no function is refused', () => {
    const mailer = Object.assign<Mailer, object>({ send }, { verify: 'yes' });
    assert.throws(() => open({ mailer }), { code: 'ERR_ENROLLMENT_CONFIG', message: /mailer/ });
  });

  it('a store of the app’s own whose table is missing stops the start in development, and is named', async () => {
    const consents = {
      list: () => Promise.reject(new Error('SQLITE_ERROR: no such table: enrollment_consents')),
      save: send,
      remove: send,
    };
    const enrollment = open({ stores: { consents }, sends: false });
    await assert.rejects(enrollment.ready(), /no such table: enrollment_consents/);
    const { ready, ownStores, problem } = await enrollment.health();
    assert.deepEqual([ready, ownStores], [false, 'down']);
    assert.match(problem ?? '', /no such table.*express-enrollment migration/);
  });
});
