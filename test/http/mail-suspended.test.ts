import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { memoryUsers, signInFlow } from '../../lib/index.js';
import { recoveryFlow } from '../../lib/flows/recovery.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { createMemoryMailRecords } from '../../lib/stores/memory/mail-records.js';
import { createMemoryOutbox } from '../../lib/stores/memory/outbox.js';
import { createMemoryPlanStore } from '../../lib/stores/memory/plan-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { isCampaign } from '../support/campaign.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { mailsSettled } from '../support/mail/mails-settled.js';

const page = '/if/flow/recovery/';

/** More than there are. */
const allCalls = Array.from({ length: 30 }, (_, index) => index + 1);

/** Suspends a process: from its `at`-th call that is about a mail, or from the answer to it, its calls wait. */
function suspension(at: number, where: 'before' | 'after') {
  let calls = 0;
  let reach = (): void => undefined;
  let resume = (): void => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const resumed = new Promise<void>((resolve) => (resume = resolve));
  const isSuspended = (): boolean => calls >= at;
  async function suspend(): Promise<void> {
    reach();
    await resumed;
  }
  return {
    isSuspended,
    reached,
    resume: () => resume(),
    of: <S extends object>(store: S): S =>
      new Proxy(
        { ...store },
        {
          get(target, name) {
            const call: unknown = Reflect.get(target, name);
            if (typeof call !== 'function') return call;
            return async (...given: readonly unknown[]): Promise<unknown> => {
              if (isSuspended()) await resumed;
              const isAboutMail = name === 'put' || (typeof given[0] === 'string' && given[0].includes('mail'));
              if (isAboutMail) calls += 1;
              const isLast = isAboutMail && calls === at;
              if (isLast && where === 'before') await suspend();
              const answer: unknown = await Reflect.apply(call, target, given);
              if (isLast && where === 'after') await suspend();
              return answer;
            };
          },
        },
      ),
  };
}

/** Two processes of one app. */
async function twoProcesses(suspended: ReturnType<typeof suspension>) {
  const clock = fakeClock(Date.now());
  const mailer = memoryMailer();
  const { users, redemptions } = memoryUsers({ clock });
  const shared = {
    ephemeral: createMemoryEphemeralStore({ clock }),
    outbox: createMemoryOutbox({ clock }),
    mails: createMemoryMailRecords({ clock }),
    plans: createMemoryPlanStore({ clock }),
  };
  const open = (stores: typeof shared): Promise<TestApp> =>
    openTestApp({
      clock,
      mailer,
      users,
      redemptions,
      stores,
      flows: [signInFlow({ slug: 'sign-in', target: '/inside' }), recoveryFlow({ slug: 'recovery' })],
    });
  const [first, second] = await Promise.all([
    open({
      ...shared,
      ephemeral: suspended.of(shared.ephemeral),
      // It sends no mails itself: those that a suspended process has begun to send wait for its lease.
      outbox: suspended.of({ ...shared.outbox, take: () => Promise.resolve({ items: [], nextInMs: null }) }),
    }),
    open(shared),
  ]);
  await member(second, 'ann');
  return { clock, mailer, first, second };
}

describe('a process that is suspended while it sends a code', () => {
  for (const where of ['before', 'after'] as const)
    it(`sends no second mail, and the code of the only one is right: ${where} each of its calls`, async () => {
      for (const at of isCampaign ? allCalls : where === 'before' ? [7] : [10]) {
        const suspended = suspension(at, where);
        const { clock, mailer, first, second } = await twoProcesses(suspended);
        const visitor = new Visitor(first);
        await visitor.open(page);
        const { action, hidden } = visitor.form;
        const form = { ...hidden, uid_field: 'ann' };
        const answer = visitor.post(action, form);
        await Promise.race([suspended.reached, answer.then(() => pause(100))]);
        if (!suspended.isSuspended()) {
          assert.ok(at > 10, `only ${at} calls were reached`);
          await Promise.all([first.close(), second.close()]);
          break;
        }
        // The turn of the first process ends.
        clock.advance(4000);
        const other = new Visitor(second);
        for (const name of visitor.client.cookies.names())
          other.client.cookies.set(name, visitor.client.cookies.get(name) ?? '');
        await other.follow(await other.post(action, form));
        await mailsSettled(second);
        suspended.resume();
        await answer;
        await mailsSettled(first);
        const label = `${where} call ${at}`;
        assert.equal(mailer.mails.length, 1, label);
        const code = mailer.codeIn(await mailer.next('ann@example.com')) ?? '';
        await other.open(page);
        await other.follow(await other.submit({ code }));
        assert.equal(other.step.split(' ')[0], 'password', label);
        await Promise.all([first.close(), second.close()]);
      }
    }).timeout(60_000);
});
