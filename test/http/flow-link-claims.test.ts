import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import {
  defineFlow,
  definePolicy,
  defineSilentStage,
  memoryUsers,
  promptStage,
  text,
  userWrite,
} from '../../lib/index.js';
import type { MemoryUser } from '../../lib/index.js';
import { storeAway } from '../../lib/base/error.js';
import { createMemoryPlanStore } from '../../lib/stores/memory/plan-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

/** A link is used up by the plan that it begins, not by a request that fails. */
describe('the link of a flow with require_token', () => {
  const clock = fakeClock();
  const { users, redemptions } = memoryUsers({ clock });
  const plans = createMemoryPlanStore({ clock });
  /** What becomes of the next plan. */
  let nextPlan: 'lost' | 'stored without an answer' | null = null;
  let isOpen = true;
  /** True fails the next read of the team. */
  let fails = false;
  let app: TestApp;
  let ann: MemoryUser;
  let count = 0;

  const failing = defineSilentStage<object>({
    kind: 'failing',
    hasSideEffects: false,
    settings: () => ({}),
    run() {
      if (!fails) return { type: 'completed' };
      fails = false;
      throw storeAway('a table of the app', new Error('away'));
    },
  });

  before(async () => {
    app = await openTestApp({
      clock,
      redemptions,
      users,
      stores: {
        plans: {
          ...plans,
          async create(...plan) {
            if (nextPlan === 'lost') {
              nextPlan = null;
              throw new Error('the process died');
            }
            const stored = await plans.create(...plan);
            // The plan has a new token then; under the old one its receipt is stored.
            const isReceipt = plan[1].includes('"done":true');
            if (nextPlan === null || !isReceipt) return stored;
            nextPlan = null;
            throw new Error('the process died');
          },
        },
      },
      flows: [
        defineFlow({
          slug: 'city',
          title: 'Your city',
          designation: 'stage_configuration',
          authentication: 'require_token',
          target: '/settings',
          providedContext: ['pending_user'],
          policies: [definePolicy({ name: 'open', check: () => isOpen })],
          stages: [
            promptStage({
              name: 'team',
              prompts: [text({ key: 'team', label: 'Team', required: true })],
            }),
            failing({ name: 'reads' }),
            promptStage({ name: 'city', prompts: [text({ key: 'city', label: 'City', required: true })] }),
            userWrite({ name: 'write', creationMode: 'never_create', attributes: ['team', 'city'] }),
          ],
        }),
      ],
    });
  });
  after(() => app.close());
  beforeEach(async () => {
    ann = await member(app, `ann-${(count += 1)}`);
  });

  async function link(): Promise<string> {
    const { url } = await app.enrollment.flowLink({ flow: 'city', user: ann.id, ttlSeconds: 3600 });
    const { pathname, search } = new URL(url);
    return pathname + search;
  }

  async function opened(path: string, by = new Visitor(app)): Promise<Visitor> {
    assert.equal((await by.open(path)).status, 200);
    return by;
  }

  const cityOf = async (): Promise<unknown> => (await users.findById(ann.id))?.data['city'];
  const team = async (by: Visitor, name = 'red'): Promise<number> => (await by.submit({ team: name })).status;
  async function city(by: Visitor, name: string): Promise<number> {
    await by.open('/if/flow/city/');
    return (await by.submit({ city: name })).status;
  }

  it('is as good as before where the first form fails, is refused, or has mistakes', async () => {
    const path = await link();
    const [first, other] = [await opened(path), await opened(path)];
    fails = true;
    assert.equal(await team(first), 503);
    const refused = await opened(path);
    isOpen = false;
    assert.equal(await team(refused).finally(() => (isOpen = true)), 403);
    assert.equal(await team(await opened(path), ''), 422);
    await opened(path, first);
    assert.deepEqual([await team(other), await city(other, 'Surabaya')], [303, 303]);
    assert.equal(await cityOf(), 'Surabaya');
    assert.equal(await team(first), 403);
  });

  it('is free again 15 seconds after the process died before its plan was stored', async () => {
    const path = await link();
    nextPlan = 'lost';
    assert.equal(await team(await opened(path)), 503);
    const other = await opened(path);
    assert.equal(await team(other), 503);
    clock.advance(16_000);
    assert.equal(await team(other), 303);
  });

  it('is used where the process died after its plan was stored, and that plan goes on', async () => {
    const path = await link();
    const first = await opened(path);
    nextPlan = 'stored without an answer';
    assert.equal(await team(first), 503);
    clock.advance(16_000);
    assert.equal((await new Visitor(app).open(path)).status, 403);
    assert.equal(await team(first), 303);
    assert.deepEqual([await city(first, 'Bandung'), await cityOf()], [303, 'Bandung']);
  });

  it('opened once more in its browser continues the plan that it began', async () => {
    const path = await link();
    const first = await opened(path);
    assert.equal(await team(first), 303);
    await first.open(path);
    assert.deepEqual([await city(first, 'Bandung'), await cityOf()], [303, 'Bandung']);
    assert.equal((await first.open(path)).status, 403);
  });
});
