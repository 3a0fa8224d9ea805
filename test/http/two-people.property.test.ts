import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { TwoPeople } from '../support/http/two-people-world.js';

type Act = (world: TwoPeople) => Promise<void>;

const person = fc.constantFrom('ann' as const, 'bob' as const);
const which = fc.nat(3);
const flow = fc.constantFrom('two' as const, 'one' as const, 'sign-in' as const);
const planted = fc.constantFrom('two' as const, 'one' as const);

const named = (name: string, act: Act): Act => Object.assign(act, { [fc.toStringMethod]: () => name });

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(person, flow)
      .map(([who, slug]) => named(`${who} opens ${slug}`, (world) => world.openPage(who, slug))),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(person, which)
      .map(([who, tab]) => named(`${who} sends tab ${tab}`, (world) => world.submit(who, tab, 1))),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(person, which)
      .map(([who, tab]) => named(`${who} sends tab ${tab} twice`, (world) => world.submit(who, tab, 2))),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(person, which)
      .map(([who, tab]) =>
        named(`${who} sends tab ${tab}, which is asked again`, (world) => world.submitRefused(who, tab)),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(person, which)
      .map(([who, tab]) => named(`${who} sends tab ${tab} without a password`, (world) => world.submitBlank(who, tab))),
  },
  { weight: 2, arbitrary: which.map((tab) => named(`both send tab ${tab}`, (world) => world.race(tab))) },
  { weight: 2, arbitrary: fc.constant(named('the last form again', (world) => world.repeat())) },
  {
    weight: 2,
    arbitrary: person.map((who) => named(`${who} signs up at the guard`, (world) => world.signUpAtGuard(who))),
  },
  { weight: 2, arbitrary: person.map((who) => named(`${who} comes from the provider`, (world) => world.sso(who))) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('own' as const, 'kit' as const)
      .map((way) => named(`signs out (${way})`, (world) => world.signOut(way))),
  },
  {
    weight: 1,
    arbitrary: fc
      .boolean()
      .map((back) => named(back ? 'plans are set back' : 'plans are lost', (world) => world.losePlans(back))),
  },
  { weight: 1, arbitrary: fc.constant(named('plans are noted', (world) => world.keepPlans())) },
  { weight: 1, arbitrary: planted.map((slug) => named(`eve plants ${slug}`, (world) => world.plant(slug))) },
  { weight: 2, arbitrary: planted.map((slug) => named(`eve comes with ${slug}`, (world) => world.harvest(slug))) },
  {
    weight: 1,
    arbitrary: fc.boolean().map((dies) => named(`writes die: ${dies}`, async (world) => world.dieAfterWrite(dies))),
  },
);

/** Cases that every run plays first: a random run once found them, or rarely gets there. */
const examples: [Act[]][] = [
  // A provider's answer that continues with connecting an account leaves the gate's finished plan and its completion
  // receipt unchanged: the form that finished it, sent again at once by the same browser, gets the same answer as the
  // first time.
  [
    [
      named('bob comes from the provider', (world) => world.sso('bob')),
      named('bob sends the code', (world) => world.submit('bob', 0, 1)),
      named('ann comes from the provider', (world) => world.sso('ann')),
      named('signs out (own)', (world) => world.signOut('own')),
      named('ann sends the same code twice', (world) => world.submit('ann', 0, 2)),
    ],
  ],
  // The password that is saved for one person is not that of the next, who opens the page anew.
  [
    [
      named('ann opens one', (world) => world.openPage('ann', 'one')),
      named('ann sends a form that is asked again', (world) => world.submitRefused('ann', 0)),
      named('bob opens one', (world) => world.openPage('bob', 'one')),
      named('bob sends it without a password', (world) => world.submitBlank('bob', 0)),
    ],
  ],
];

/** Campaigns run more; see docs/testing.md. */
const runs = Number(process.env['TWO_PEOPLE_RUNS'] ?? 15);

describe('two people at one browser, and one who plants cookies', () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  it('F1, F2, F3, F4, F5: no one is ever signed in as another user, in any order of events', async function () {
    this.timeout(600_000);
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 30, size: 'max' }), async (acts) => {
        const world = await TwoPeople.open(redis);
        try {
          for (const one of acts) await one(world);
        } finally {
          await world.close();
        }
      }),
      { numRuns: runs, examples, endOnFailure: true, plugins: [fc.interruptAfterTimeLimit(500_000)] },
    );
  });
});
