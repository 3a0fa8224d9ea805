import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { confirmEmailFlow, setPasswordFlow } from '../../lib/flows.js';
import { signInFlow, type MemoryUser } from '../../lib/index.js';
import { createMemoryOutbox } from '../../lib/stores/memory/outbox.js';
import { createMemoryTicketLists } from '../../lib/stores/memory/ticket-lists.js';
import { createTicketStore } from '../../lib/stores/tickets/ticket-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { waitUntil } from '../support/wait-until.js';
import { mailsSettled } from '../support/mail/mails-settled.js';

describe('a ticket by mail that takes the place of others', () => {
  const mailer = memoryMailer();
  let testApp: TestApp;
  let ann: MemoryUser;
  let count = 0;
  let isDown = false;
  /** Called once a mail is stored. */
  let stored: () => Promise<void> = () => Promise.resolve();
  /** Nothing is sent, and the tickets of an account cannot be read. */
  let isLost = false;
  before(async () => {
    const clock = fakeClock();
    const outbox = createMemoryOutbox({ clock });
    const tickets = createTicketStore(createMemoryTicketLists({ clock }));
    testApp = await openTestApp({
      clock,
      mailer,
      stores: {
        outbox: {
          ...outbox,
          async put(...items) {
            if (isDown) throw new Error('down');
            const refused = await outbox.put(...items);
            await stored();
            return refused;
          },
          take: (...asked) => (isLost ? Promise.resolve({ items: [], nextInMs: 20 }) : outbox.take(...asked)),
        },
        tickets: {
          ...tickets,
          list: (subject) => (isLost ? Promise.reject(new Error('lost')) : tickets.list(subject)),
        },
      },
      flows: [
        confirmEmailFlow({ slug: 'confirm' }),
        setPasswordFlow({ slug: 'set-password', signInFlow: 'sign-in' }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
      ],
    });
    await testApp.enrollment.ready();
  });
  after(() => testApp.close());
  beforeEach(async () => {
    ann = await member(testApp, `ann-${(count += 1)}`);
  });

  it('ends the earlier ones before it is sent, where its creation could not', async () => {
    const { tickets } = testApp.enrollment;
    const states = async (): Promise<readonly string[]> =>
      (await tickets.list({ user: ann.id })).map(({ purpose, state }) => `${purpose} ${state}`);
    for (const settings of [
      { purpose: 'recovery', delivery: 'kit' },
      { purpose: 'change-email', delivery: 'kit', newEmail: `new-${ann.email ?? ''}` },
    ] as const) {
      await tickets.create({ user: ann.id }, settings);
      await mailsSettled(testApp);
      isLost = true;
      await tickets.create({ user: ann.id }, settings);
      isLost = false;
      assert.deepEqual((await states()).slice(0, 2), [`${settings.purpose} open`, `${settings.purpose} open`]);
      await mailsSettled(testApp);
      assert.deepEqual((await states()).slice(0, 2), [`${settings.purpose} open`, `${settings.purpose} superseded`]);
    }
  });

  it('that could not be mailed, or was not yet, is revoked alone', async () => {
    const { tickets } = testApp.enrollment;
    const settings = { purpose: 'recovery', delivery: 'kit' } as const;
    const first = await tickets.create({ user: ann.id }, settings);
    await mailsSettled(testApp);
    isDown = true;
    await assert.rejects(tickets.create({ user: ann.id }, settings), { status: 503 });
    isDown = false;
    const [failed] = await tickets.list({ user: ann.id });
    assert.equal(await tickets.revoke(failed?.id ?? ''), false);
    assert.equal((await tickets.get(first.id))?.state, 'open');
  });

  it('is valid where its mail was sent although the order failed', async () => {
    const { tickets } = testApp.enrollment;
    const settings = { purpose: 'recovery', delivery: 'kit' } as const;
    const first = await tickets.create({ user: ann.id }, settings);
    await mailsSettled(testApp);
    stored = async () => {
      stored = () => Promise.resolve();
      // As another process, which sends whatever waits.
      await tickets.create({ user: (await member(testApp, `bob-${String(count)}`)).id }, settings);
      await waitUntil(
        () => mailer.mails.filter(({ to }) => to === ann.email)[1],
        () => 'it was not sent',
      );
      throw new Error('the answer was lost');
    };
    const second = await tickets.create({ user: ann.id }, settings);
    assert.deepEqual(
      [(await tickets.get(first.id))?.state, (await tickets.get(second.id))?.state],
      ['superseded', 'open'],
    );
  });

  it('takes the place of the oldest of 50 open ones alone, where its mail cannot be ordered', async () => {
    const { tickets } = testApp.enrollment;
    const settings = { purpose: 'recovery', delivery: 'kit' } as const;
    const ids: string[] = [];
    for (let each = 0; each < 50; each += 1)
      ids.push((await tickets.create({ user: ann.id }, { ...settings, delivery: 'own', onEarlier: 'extend' })).id);
    isDown = true;
    await assert.rejects(tickets.create({ user: ann.id }, settings), { status: 503 });
    isDown = false;
    const open = (await tickets.list({ user: ann.id })).filter(({ state }) => state === 'open');
    assert.deepEqual(open.map(({ id }) => id).toSorted(), ids.slice(1).toSorted());
  });
});
