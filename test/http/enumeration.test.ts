import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { inviteSignupFlow, signInFlow } from '../../lib/index.js';
import { recoveryFlow } from '../../lib/flows/recovery.js';
import { createMemoryRateLimiter } from '../../lib/stores/memory/rate-limiter.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { accountOf } from '../support/account.js';
import { itInCampaign } from '../support/campaign.js';
import type { RawAnswer } from '../support/raw-client.js';
import { member, signInPage } from '../support/http/sign-in-app.js';
import { openTestApp, quickPasswords, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const recovery = '/if/flow/recovery/';
const crowd = { points: 100_000, windowSeconds: 60 };

/** Calls of an object's functions are written down by name; the object is called as it is. */
function counted<Part extends object>(part: Part, what: string, calls: string[]): Part {
  const watched = Object.entries(part).map(([key, value]: [string, unknown]) => [
    key,
    typeof value === 'function'
      ? (...given: readonly unknown[]): unknown => {
          // Counts of all visitors together are sent by a timer.
          const [first] = given;
          const isOverall = typeof first === 'string' && first.endsWith(':all');
          // No answer waits for the sending of a mail, which asks whether its code has ended.
          const isOfMail = key === 'peek' && typeof first === 'string' && first.startsWith('mail-link:');
          if (!isOverall && !isOfMail) calls.push(`${what}.${key}`);
          return Reflect.apply(value, part, given);
        }
      : value,
  ]);
  return { ...part, ...(Object.fromEntries(watched) as object) };
}

describe('people with and without an account are answered alike', () => {
  const mailer = memoryMailer();
  /** Before a mail is sent: nothing, a second that passes, or a failure. */
  let trouble = (): Promise<unknown> => Promise.resolve();
  const calls: string[] = [];
  let app: TestApp;
  let count = 0;

  before(async () => {
    const plain = await openTestApp();
    const { users, redemptions, clock } = plain;
    await plain.close();
    app = await openTestApp({
      mailer: { send: async (mail) => trouble().then(() => mailer.send(mail)) },
      redemptions: redemptions === null ? null : counted(redemptions, 'redemptions', calls),
      users: { ...counted(users, 'users', calls), toProfile: (user) => users.toProfile(user) },
      passwords: counted(quickPasswords, 'passwords', calls),
      stores: {
        rateLimiter: counted(createMemoryRateLimiter({ clock }), 'limits', calls),
        ephemeral: counted(createMemoryEphemeralStore({ clock }), 'ephemeral', calls),
      },
      flows: [
        inviteSignupFlow({
          slug: 'invite',
          fields: ['username', 'email', 'password'],
          repeat: true,
          verifyEmail: true,
        }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        signInFlow({ slug: 'two-pages', passwordPage: true, target: '/inside' }),
        recoveryFlow({ slug: 'recovery' }),
      ],
      rateLimits: { mails: { perClient: crowd }, passwords: { perClient: crowd } },
    });
  });
  after(() => app.close());
  // The hash that an unknown name's password is compared with is made once.
  before(async () => {
    const visitor = new Visitor(app);
    await visitor.open(signInPage);
    await visitor.submit({ uid_field: 'warm-up', password: 'a wrong and long password' });
  });

  interface Seen {
    readonly status: number;
    readonly headers: object;
    readonly text: string;
    readonly calls: readonly string[];
  }

  /** What an answer tells, without what differs between any two: names, signatures, random values. */
  function seen(answer: RawAnswer, names: readonly string[], made: readonly string[]): Seen {
    const plain = (text: string): string =>
      [...names]
        .sort((a, b) => b.length - a.length)
        .reduce((kept, one) => kept.replaceAll(one, 'NAME'), text)
        .replaceAll(/value="\d\.[^"]+"/g, 'SIGNATURE')
        // Errors that a reload shows again are signed for one plan; what they say stays to be compared.
        .replaceAll(/(name="enrollment_errors" value="[^".]+)\.[^"]+"/g, '$1.SIGNATURE"');
    const { date: _date, ...headers } = answer.headers;
    const cookies = (answer.headers['set-cookie'] ?? []).map((line) => line.replace(/=[^;]+/, ''));
    const length = String(plain(answer.text).length);
    return {
      status: answer.status,
      headers: { ...headers, 'set-cookie': cookies, etag: null, 'content-length': length },
      text: plain(answer.text),
      calls: made,
    };
  }

  /** Each answer of one way, with the calls that its request made before it was answered. */
  async function walk(names: readonly string[], way: (note: Note) => Promise<void>): Promise<readonly Seen[]> {
    const all: Seen[] = [];
    await way(async (request) => {
      calls.splice(0);
      const answer = await request();
      all.push(seen(answer, names, calls.slice()));
      await idle();
      return answer;
    });
    return all;
  }
  type Note = (request: () => Promise<RawAnswer>) => Promise<RawAnswer>;

  async function idle(): Promise<void> {
    for (let turns = 0; turns < 4; turns += 1) await new Promise((resolve) => void setTimeout(resolve, 5));
  }

  const newName = (): string => `name${String((count += 1)).padStart(4, '0')}`;

  /** The names of people with an account, without one, and with one that is switched off. */
  async function people(): Promise<{ readonly known: string; readonly unknown: string }> {
    const known = newName();
    await member(app, known);
    return { known, unknown: newName() };
  }

  const recoverBy = (typed: (name: string) => string) => async (name: string) =>
    walk([name], async (note) => {
      const visitor = new Visitor(app);
      await visitor.open(recovery);
      const answer = await note(() => visitor.submit({ uid_field: typed(name) }));
      await note(() => visitor.follow(answer));
      await note(() => visitor.submit({ code: '0000-0000' }));
      const sent = await note(() => visitor.submit({ resend: 'true' }));
      await note(() => visitor.follow(sent));
    });

  /** Without what is done for the mail, which no answer waits for: whether the account has a password. */
  const answered = (all: readonly Seen[]): readonly Seen[] =>
    all.map((one) =>
      one.status === 303
        ? { ...one, calls: one.calls.filter((call) => call !== 'users.findById' && call !== 'users.passwordHash') }
        : one,
    );

  it('at the recovery, by username and by address', async () => {
    for (const typed of [(name: string) => name, (name: string) => `${name}@example.com`]) {
      const { known, unknown } = await people();
      mailer.clear();
      const [ofKnown, ofUnknown] = [answered(await recoverBy(typed)(known)), answered(await recoverBy(typed)(unknown))];
      assert.deepEqual(ofUnknown, ofKnown);
      assert.equal(mailer.mails.length, 2, 'the known one got two mails, the unknown one none');
      assert.ok(ofKnown[0]?.calls.includes('users.findByLogin'));
    }
  });

  it('at the sign-in, on one page and on two', async () => {
    const { known, unknown } = await people();
    const one = (name: string) =>
      walk([name], async (note) => {
        const visitor = new Visitor(app);
        await visitor.open(signInPage);
        await note(() => visitor.submit({ uid_field: name, password: 'a wrong and long password' }));
      });
    const two = (name: string) =>
      walk([name], async (note) => {
        const visitor = new Visitor(app);
        await visitor.open('/if/flow/two-pages/');
        const answer = await note(() => visitor.submit({ uid_field: name }));
        await note(() => visitor.follow(answer));
        await note(() => visitor.submit({ password: 'a wrong and long password' }));
      });
    for (const way of [one, two]) {
      const [ofKnown, ofUnknown] = [await way(known), await way(unknown)];
      const hashes = (all: readonly Seen[]): number =>
        all.flatMap((answer) => answer.calls).filter((call) => call === 'passwords.verify').length;
      assert.equal(hashes(ofKnown), 1);
      assert.equal(hashes(ofUnknown), 1);
      // An account costs one lookup more, for its hash: the answer waits for the next multiple of 250 ms.
      const lean = (all: readonly Seen[]): unknown =>
        all.map((answer) => ({ ...answer, calls: answer.calls.filter((call) => call !== 'users.passwordHash') }));
      assert.deepEqual(lean(ofUnknown), lean(ofKnown));
    }
  });

  const signUpWith = async (address: string) => {
    const { code } = await app.enrollment.invitations.create({ uses: 1 });
    const name = newName();
    const visitor = new Visitor(app);
    await visitor.enterCode(code);
    return walk([name, `${address}@example.com`], async (note) => {
      const answer = await note(() => visitor.submit({ ...accountOf(name), email: `${address}@example.com` }));
      await note(() => visitor.follow(answer));
      await note(() => visitor.submit({ code: '0000-0000' }));
    });
  };
  // The account of this very enrollment is exempt, which is one lookup more where there is an account.
  const withoutRedemptions = (all: readonly Seen[]): unknown =>
    all.map((answer) => ({ ...answer, calls: answer.calls.filter((call) => call !== 'redemptions.find') }));

  it('at a sign-up that proves the address', async () => {
    const { known, unknown } = await people();
    const [ofKnown, ofUnknown] = [await signUpWith(known), await signUpWith(unknown)];
    assert.deepEqual(withoutRedemptions(ofUnknown), withoutRedemptions(ofKnown));
  });

  const troubles: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['fails', () => Promise.reject(new Error('550 mailbox unavailable'))],
    ['is slow', () => new Promise((resolve) => void setTimeout(resolve, 200))],
  ];
  for (const [how, happens] of troubles)
    (how === 'fails' ? it : itInCampaign)(
      `while the mailer ${how}: at the recovery and at a sign-up that proves the address`,
      async () => {
        trouble = happens;
        try {
          const { known, unknown } = await people();
          const byName = recoverBy((name) => name);
          assert.deepEqual(answered(await byName(unknown)), answered(await byName(known)));
          const others = await people();
          const [ofKnown, ofUnknown] = [await signUpWith(others.known), await signUpWith(others.unknown)];
          assert.deepEqual(withoutRedemptions(ofUnknown), withoutRedemptions(ofKnown));
        } finally {
          trouble = () => Promise.resolve();
          // What is on its way.
          await new Promise((resolve) => void setTimeout(resolve, 300));
          mailer.clear();
        }
      },
    );

  type Asked = (name: string) => Promise<() => Promise<RawAnswer>>;

  /** The request whose answer could take longer for one of the two. */
  const timed: readonly (readonly [string, Asked])[] = [
    [
      'the recovery',
      async (name) => {
        const visitor = new Visitor(app);
        await visitor.open(recovery);
        return () => visitor.submit({ uid_field: name });
      },
    ],
    [
      'the sign-in',
      async (name) => {
        const visitor = new Visitor(app);
        await visitor.open(signInPage);
        return () => visitor.submit({ uid_field: name, password: 'a wrong and long password' });
      },
    ],
    [
      'a sign-up that proves the address',
      async (name) => {
        const { code } = await app.enrollment.invitations.create({ uses: 1 });
        const visitor = new Visitor(app);
        await visitor.enterCode(code);
        return () => visitor.submit({ ...accountOf(newName()), email: `${name}@example.com` });
      },
    ],
  ];
  for (const [where, ask] of timed)
    // A sign-in sends no mail.
    for (const [how, happens] of [
      ['works', () => Promise.resolve()] as const,
      ...(where === 'the sign-in' ? [] : troubles),
    ])
      itInCampaign(`in the same time at ${where}, while the mailer ${how}`, async () => {
        trouble = happens;
        const times = { known: [] as number[], unknown: [] as number[] };
        for (let rounds = 0; rounds < 30; rounds += 1) {
          const both = await people();
          // Neither is always the first.
          for (const one of rounds % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)) {
            const request = await ask(both[one]);
            const from = performance.now();
            const { status } = await request();
            assert.ok(status < 429, String(status));
            times[one].push(performance.now() - from);
          }
        }
        trouble = () => Promise.resolve();
        await new Promise((resolve) => void setTimeout(resolve, 300));
        const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[15] ?? 0;
        assert.ok(Math.abs(median(times.known) - median(times.unknown)) < 15, JSON.stringify(times));
      });
});
