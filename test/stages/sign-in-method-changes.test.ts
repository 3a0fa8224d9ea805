import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Context } from '../../lib/flow/context.js';
import type { StageContext } from '../../lib/flow/facts.js';
import type { SecondFactors } from '../../lib/ports/second-factors.js';
import { askedUser } from '../../lib/stages/authenticator-user.js';
import { authenticatorChange } from '../../lib/stages/authenticator-change.js';
import { connectionsStage } from '../../lib/stages/connections.js';
import { question } from '../support/prompts/question.js';

const now = 1_800_000_000_000;
const [removal, rename] = [
  { authenticator: 'a', authenticator_removed: true },
  { authenticator: 'a', authenticator_name: 'x' },
];

interface Row {
  readonly context?: Context;
  readonly user?: string;
  /** Seconds since the sign-in. */
  readonly ago?: number;
  readonly types?: readonly 'totp'[];
}

function at({ context = {}, user, ago = 60, types = [] }: Row, calls: string[]): StageContext {
  const asked = question(context);
  const factors: Pick<SecondFactors, 'typesOf' | 'remove' | 'rename'> = {
    typesOf: async () => types,
    remove: async (userId, id) => (calls.push(`remove ${userId} ${id}`), 'removed'),
    rename: async (userId, id) => calls.push(`rename ${userId} ${id}`) > 0,
  };
  const connections = {
    list: async () => [],
    disconnect: async (userId: string, id: string) => (calls.push(`disconnect ${userId} ${id}`), 'removed' as const),
  };
  return {
    ...asked,
    facts: {
      ...asked.facts,
      act: true,
      now,
      authenticatedAt: now - ago * 1000,
      ...(user === undefined ? {} : { user }),
    },
    services: { ...asked.services, connections, secondFactors: factors as SecondFactors },
  };
}

describe('the stages that change how users sign in', () => {
  const ofAnn = { user: 'ann' };
  const changes: readonly (readonly [title: string, row: Row, calls: readonly string[]])[] = [
    ['a rename', { ...ofAnn, context: { prompt_data: rename } }, ['rename ann a']],
    ['a removal without a second factor', { ...ofAnn, context: { prompt_data: removal } }, ['remove ann a']],
    ['a removal of one who has a second factor', { ...ofAnn, types: ['totp'], context: { prompt_data: removal } }, []],
    [
      'a removal with the second factor of another user',
      { ...ofAnn, types: ['totp'], context: { prompt_data: removal, second_factor: 'bob' } },
      [],
    ],
    [
      'a removal with a second factor',
      { ...ofAnn, types: ['totp'], context: { prompt_data: removal, second_factor: 'ann' } },
      ['remove ann a'],
    ],
    ['an old sign-in', { ...ofAnn, ago: 601, context: { prompt_data: rename } }, []],
    ['a plan of another user', { ...ofAnn, context: { prompt_data: rename, pending_user: 'bob' } }, []],
    ['a visitor', { context: { prompt_data: rename, pending_user: 'ann' } }, []],
    ['no answer', ofAnn, []],
  ];
  for (const [title, row, expected] of changes)
    it(`an authenticator: ${title} is ${expected.length === 0 ? 'refused' : 'done'}`, async () => {
      const calls: string[] = [];
      const outcome = await authenticatorChange({ name: 'change' }).run(at(row, calls));
      assert.deepEqual(calls, expected);
      assert.equal(outcome.type, expected.length === 0 ? 'denied' : 'completed');
    });

  const disconnections: readonly (readonly [title: string, row: Row, isDone: boolean])[] = [
    ['a recent sign-in', ofAnn, true],
    ['an old sign-in', { ...ofAnn, ago: 601 }, false],
    ['a plan of another user', { ...ofAnn, context: { pending_user: 'bob' } }, false],
    ['a visitor', {}, false],
  ];
  for (const [title, row, isDone] of disconnections)
    it(`a connection: ${title} ${isDone ? 'disconnects' : 'is refused'}`, async () => {
      const calls: string[] = [];
      const outcome = await connectionsStage({ name: 'connections' }).respond({ connection: 'c' }, at(row, calls));
      assert.deepEqual([calls, outcome.type], isDone ? [['disconnect ann c'], 'completed'] : [[], 'denied']);
    });

  const asked: readonly (readonly [title: string, row: Row, user: string | null])[] = [
    ['the user whose password was typed', { ...ofAnn, ago: 9999, context: { pending_user: 'ann' } }, 'ann'],
    ['the signed-in user, after a recent sign-in', ofAnn, 'ann'],
    ['no one after an old one', { ...ofAnn, ago: 601 }, null],
    ['no one where the plan is about another user', { ...ofAnn, context: { pending_user: 'bob' } }, null],
    ['no one where an identity waits for another user', { ...ofAnn, context: { connect_to: 'bob' } }, null],
    ['no visitor', {}, null],
  ];
  for (const [title, row, user] of asked)
    it(`a second factor is asked of ${title}`, () => {
      assert.equal(askedUser(at(row, []))?.userId ?? null, user);
    });
});
