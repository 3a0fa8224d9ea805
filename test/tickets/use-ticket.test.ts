import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { setPasswordFlow } from '../../lib/flows.js';
import { memoryUsers, signInFlow } from '../../lib/index.js';
import type { TicketStore } from '../../lib/ports.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { createMemoryPlanStore } from '../../lib/stores/memory/plan-store.js';
import { createMemoryTicketLists } from '../../lib/stores/memory/ticket-lists.js';
import { createTicketStore } from '../../lib/stores/tickets/ticket-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { password } from '../support/account.js';
import { isCampaign } from '../support/campaign.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const fresh = 'a new battery for the horse';
const other = 'another battery for the horse';

type Step = 'claim' | 'write' | 'commit' | 'save';

/** An app whose process ends, as it were, at one step of a use: the step throws, and so does every later one. */
describe('the use of a ticket whose process ends', () => {
  let testApp: TestApp;
  let count = 0;
  let dies: { readonly at: Step; readonly done: boolean } | null = null;
  let isDead = false;
  const clock = fakeClock(Date.now());

  function dying<Result>(step: Step, work: () => Promise<Result>): Promise<Result> {
    if (isDead || (dies?.at === step && !dies.done)) {
      isDead = true;
      return Promise.reject(new Error('the process ended'));
    }
    if (dies?.at !== step) return work();
    return work().then(() => {
      isDead = true;
      throw new Error('the process ended');
    });
  }

  before(async () => {
    const store = createTicketStore(createMemoryTicketLists({ clock }));
    const tickets: TicketStore = {
      ...store,
      claim: (claim) => dying('claim', () => store.claim(claim)),
      commit: (...args) => dying('commit', () => store.commit(...args)),
      release: (...args) => (isDead ? Promise.reject(new Error('the process ended')) : store.release(...args)),
    };
    const stored = createMemoryPlanStore({ clock });
    const plans: typeof stored = {
      ...stored,
      create: (...given) => dying('save', () => stored.create(...given)),
      replace: (...given) => dying('save', () => stored.replace(...given)),
      drop: (...given) => dying('save', () => stored.drop(...given)),
    };
    const kept = createMemoryEphemeralStore({ clock });
    const ephemeral: typeof kept = {
      ...kept,
      take: (key) => (isDead ? Promise.reject(new Error('the process ended')) : kept.take(key)),
    };
    const { users, redemptions } = memoryUsers({ clock });
    testApp = await openTestApp({
      clock,
      redemptions,
      users: { ...users, replacePassword: (...given) => dying('write', async () => users.replacePassword(...given)) },
      stores: { tickets, plans, ephemeral },
      flows: [setPasswordFlow({ slug: 'set-password' }), signInFlow({ slug: 'sign-in', target: '/inside' })],
    });
  });
  after(() => testApp.close());

  const points: readonly { readonly at: Step; readonly done: boolean; readonly written: boolean }[] = [
    { at: 'claim', done: false, written: false },
    { at: 'claim', done: true, written: false },
    { at: 'write', done: false, written: false },
    { at: 'write', done: true, written: true },
    { at: 'commit', done: false, written: true },
    { at: 'commit', done: true, written: true },
  ];
  for (const { at, done, written } of points)
    it(`${done ? 'after' : 'before'} the ${at}: ${written ? 'counts as used' : 'can be used'} later, by one password`, async () => {
      const ann = await member(testApp, `ann-${(count += 1)}`);
      const { url, id } = await testApp.enrollment.tickets.create({ user: ann.id }, { purpose: 'recovery' });
      const path = new URL(url).pathname + new URL(url).search;
      const opened = async (): Promise<Visitor> => {
        const visitor = new Visitor(testApp);
        await visitor.open(path);
        return visitor;
      };
      const [first, second] = [await opened(), await opened()];
      dies = { at, done };
      await first.submit({ password: fresh });
      dies = null;
      isDead = false;
      // While its lease runs, too, the account shows what was written.
      const early = await testApp.enrollment.tickets.get(id);
      assert.equal(early?.state, written ? 'used' : 'open');
      clock.advance(16_000);
      // Reading is enough: no browser has to claim it.
      const shown = (await testApp.enrollment.tickets.get(id))?.state;
      assert.equal(shown, written ? 'used' : 'open');
      assert.equal((await testApp.enrollment.tickets.list({ user: ann.id }))[0]?.state, shown);
      const answer = await second.submit({ password: other });
      const signsIn = async (typed: string): Promise<boolean> =>
        (await signIn(new Visitor(testApp), ann.username ?? '', typed)).location === '/inside';
      assert.equal((await testApp.enrollment.tickets.get(id))?.state, 'used');
      if (written) assert.match(answer.text, /already used/);
      else assert.equal(answer.status, 303, answer.text);
      assert.deepEqual(
        await Promise.all([password, fresh, other].map(signsIn)),
        written ? [false, true, false] : [false, false, true],
      );
    });

  const others = points.flatMap((point) => [false, true].map((isLate) => ({ ...point, isLate })));
  // Before the write, and after it.
  const sampled = isCampaign ? others : [others[2], others[6]].flatMap((one) => one ?? []);
  for (const { at, done, written, isLate } of sampled)
    it(`${done ? 'after' : 'before'} the ${at}: another password in the same form ${isLate ? 'later' : 'at once'} is ${written ? 'not said to be set' : 'the one that is set'}`, async () => {
      const ann = await member(testApp, `ann-${(count += 1)}`);
      const { url, id } = await testApp.enrollment.tickets.create({ user: ann.id }, { purpose: 'recovery' });
      const visitor = new Visitor(testApp);
      await visitor.open(new URL(url).pathname + new URL(url).search);
      const { action, hidden } = visitor.form;
      dies = { at, done };
      await visitor.post(action, { ...hidden, password: fresh });
      dies = null;
      isDead = false;
      if (isLate) clock.advance(16_000);
      const answer = await visitor.post(action, { ...hidden, password: other });
      if (!written) await visitor.follow(answer);
      assert.match(written ? answer.text : visitor.page.text, written ? /already used/ : /Your password is set/);
      assert.equal((await testApp.enrollment.tickets.get(id))?.state, 'used');
      const signsIn = async (typed: string): Promise<boolean> =>
        (await signIn(new Visitor(testApp), ann.username ?? '', typed)).location === '/inside';
      assert.deepEqual(await Promise.all([fresh, other].map(signsIn)), [written, !written]);
    });
});
