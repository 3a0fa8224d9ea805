import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { Connections, ExternalIdentity } from '../../ports/connections.js';
import type { ContractCase } from './contract.js';

export interface ConnectionsUnderTest {
  readonly connections: Connections;
  /** Ids of `count` existing users; default: any texts. */
  readonly userIds?: (count: number) => Promise<readonly string[]>;
  close?(): Promise<void>;
}

export interface ConnectionsContractOptions {
  /** For a store of only one source and issuer (a column like `google_id`): which they are. */
  readonly only?: { readonly source: string; readonly issuer: string };
}

/** Identities that differ from the sample in a way that a careless comparison overlooks. */
const others: readonly (readonly [title: string, change: (identity: ExternalIdentity) => ExternalIdentity])[] = [
  ['another source', (one) => ({ ...one, source: `${one.source}-2` })],
  ['another issuer', (one) => ({ ...one, issuer: `${one.issuer}.example` })],
  ['an issuer with a slash at its end', (one) => ({ ...one, issuer: `${one.issuer}/` })],
  ['an issuer in other case', (one) => ({ ...one, issuer: one.issuer.toUpperCase() })],
  ['no issuer', (one) => ({ ...one, issuer: '' })],
  ['a subject in other case', (one) => ({ ...one, subject: one.subject.toUpperCase() })],
  ['a subject with a blank at its end', (one) => ({ ...one, subject: `${one.subject} ` })],
  ['a subject that begins the same', (one) => ({ ...one, subject: one.subject.slice(0, -1) })],
  ['a pattern', (one) => ({ ...one, subject: '%' })],
  ['no subject', (one) => ({ ...one, subject: '' })],
];

/**
 * The kit's requirements for a store of connections. Subjects are random: a store that has other connections is fine.
 */
export function connectionsContract(
  open: () => Promise<ConnectionsUnderTest>,
  options: ConnectionsContractOptions = {},
): readonly ContractCase[] {
  const { source, issuer } = options.only ?? { source: 'acme', issuer: 'https://id.acme.example' };
  const sample = (subject = `ab-${randomId()}-yz`): ExternalIdentity => ({ source, issuer, subject });

  const one = (
    title: string,
    run: (connections: Connections, users: (count: number) => Promise<readonly string[]>) => Promise<void>,
  ): ContractCase => ({
    title,
    async run() {
      const under = await open();
      const anybody = async (count: number): Promise<readonly string[]> => Array.from({ length: count }, randomId);
      try {
        await run(under.connections, under.userIds ?? anybody);
      } finally {
        await under.close?.();
      }
    },
  });

  return [
    one('a linked identity is found by the id of its user, and others are not', async (connections, users) => {
      const [[ann = '', bob = ''], hers, his] = [await users(2), sample(), sample()];
      assert.equal(await connections.find(hers), null);
      await connections.link(ann, hers);
      await connections.link(bob, his);
      assert.deepEqual([await connections.find(hers), await connections.find(his)], [ann, bob]);
      assert.equal(await connections.find(sample()), null);
    }),
    ...others.map(([title, change]) =>
      one(`${title} is another identity`, async (connections, users) => {
        const [[ann = ''], hers] = [await users(1), sample()];
        await connections.link(ann, hers);
        assert.equal(await connections.find(change(hers)), null);
        assert.equal(await connections.find(hers), ann);
      }),
    ),
    one('subjects keep any characters', async (connections, users) => {
      const subjects = [`'; DROP TABLE users; -- ${randomId()}`, `Ünï-${randomId()}-字🐎`, `["a","b"] ${randomId()}`];
      const ids = await users(subjects.length);
      for (const [index, subject] of subjects.entries()) await connections.link(ids[index] ?? '', sample(subject));
      const found = await Promise.all(subjects.map((subject) => connections.find(sample(subject))));
      assert.deepEqual(found, ids);
    }),
    one('a subject of 255 characters is stored whole', async (connections, users) => {
      const [ann = ''] = await users(1);
      const start = randomId().padEnd(254, 'x');
      await connections.link(ann, sample(`${start}1`));
      assert.equal(await connections.find(sample(`${start}1`)), ann);
      assert.equal(await connections.find(sample(`${start}2`)), null);
    }),
    one('linking again to the same user changes nothing', async (connections, users) => {
      const [[ann = ''], hers] = [await users(1), sample()];
      await connections.link(ann, hers);
      await connections.link(ann, hers);
      assert.equal(await connections.find(hers), ann);
    }),
    one('an identity never moves to another user', async (connections, users) => {
      const [[ann = '', bob = ''], hers] = [await users(2), sample()];
      await connections.link(ann, hers);
      await assert.rejects(() => connections.link(bob, hers));
      assert.equal(await connections.find(hers), ann);
    }),
    one('hasConnection, if implemented, tells whether a user has an identity', async (connections, users) => {
      if (connections.hasConnection === undefined) return;
      const [ann = '', bob = ''] = await users(2);
      assert.equal(await connections.hasConnection(ann), false);
      await connections.link(ann, sample());
      assert.deepEqual([await connections.hasConnection(ann), await connections.hasConnection(bob)], [true, false]);
    }),
    one(
      'list, if implemented, has the identities of its user alone, with a time or none',
      async (connections, users) => {
        if (connections.list === undefined) return;
        const [ann = '', bob = ''] = await users(2);
        assert.deepEqual(await connections.list(ann), []);
        const [hers, his] = [sample(), sample()];
        await connections.link(ann, hers);
        await connections.link(bob, his);
        const [one, ...more] = await connections.list(ann);
        assert.deepEqual([one?.source, one?.issuer, one?.subject, more], [hers.source, hers.issuer, hers.subject, []]);
        assert.ok(one?.linkedAt === null || (one?.linkedAt ?? 0) > 1_500_000_000_000, 'milliseconds since 1970');
      },
    ),
    one(
      'unlink, if implemented, removes an identity of its user alone, any number of times',
      async (connections, users) => {
        if (connections.unlink === undefined) return;
        const [[ann = '', bob = ''], hers] = [await users(2), sample()];
        await connections.link(ann, hers);
        await connections.unlink(bob, hers);
        for (const [, change] of others) await connections.unlink(ann, change(hers));
        assert.equal(await connections.find(hers), ann);
        await Promise.all([connections.unlink(ann, hers), connections.unlink(ann, hers)]);
        await connections.unlink(ann, hers);
        assert.equal(await connections.find(hers), null);
        await connections.link(bob, hers);
        assert.equal(await connections.find(hers), bob);
      },
    ),
    one('of 20 users who link one identity at once, exactly one has it', async (connections, users) => {
      const [ids, identity] = [await users(20), sample()];
      const ended = await Promise.allSettled(ids.map((id) => connections.link(id, identity)));
      const winners = ids.filter((_, index) => ended[index]?.status === 'fulfilled');
      assert.equal(winners.length, 1);
      assert.equal(await connections.find(identity), winners[0]);
    }),
    one('one user who links one identity 20 times at once has it', async (connections, users) => {
      const [[ann = ''], identity] = [await users(1), sample()];
      await Promise.all(Array.from({ length: 20 }, () => connections.link(ann, identity)));
      assert.equal(await connections.find(identity), ann);
    }),
    ...(options.only === undefined
      ? [
          one('a user may have several identities and keeps them all', async (connections, users) => {
            const [[ann = ''], first] = [await users(1), sample()];
            const second = { ...sample(), source: 'other' };
            for (const identity of [first, second]) await connections.link(ann, identity);
            assert.deepEqual([await connections.find(first), await connections.find(second)], [ann, ann]);
          }),
        ]
      : [
          one('a user with an identity keeps it, and gets no second one', async (connections, users) => {
            const [[ann = ''], first] = [await users(1), sample()];
            await connections.link(ann, first);
            await assert.rejects(() => connections.link(ann, sample()));
            assert.equal(await connections.find(first), ann);
          }),
          one('an identity of another source is not linked', async (connections, users) => {
            const [ann = ''] = await users(1);
            await assert.rejects(() => connections.link(ann, { ...sample(), source: 'another' }));
            await assert.rejects(() => connections.link(ann, { ...sample(), issuer: 'https://another.example' }));
          }),
        ]),
  ];
}
