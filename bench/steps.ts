import { crowd } from './crowd.js';
import type { HttpConnection } from './http-connection.js';
import { flowPath } from './flow-path.js';
import { giveWrongCode, openCodePage, openWelcomePage, reachAccountPage, seePage, signUp } from './journey.js';
import { Visitor } from './visitor.js';

type Work = (connection: HttpConnection) => Promise<void>;

/** One measured step: `prepare` creates as many work items as asked for, outside the measured time. */
export interface Step {
  readonly key: string;
  readonly title: string;
  /** Which share of `--ops` one round runs. */
  readonly share: number;
  prepare(port: number, count: number): Promise<Work[]>;
}

const poolSize = 64;

/** Reuses a few visitors, who are brought to the start of the step once for each server. */
function pooled(
  bring: (visitor: Visitor, connection: HttpConnection) => Promise<unknown>,
  work: (visitor: Visitor) => Work,
) {
  const pools = new Map<number, Visitor[]>();
  return async (port: number, count: number): Promise<Work[]> => {
    const pool = pools.get(port) ?? Array.from({ length: poolSize }, () => new Visitor());
    if (!pools.has(port)) await crowd(port, pool, bring);
    pools.set(port, pool);
    return Array.from({ length: count }, (_, i) => work(pool[i % poolSize] as Visitor));
  };
}

async function wrongCodeWork(port: number, count: number): Promise<Work[]> {
  const work: Work[] = [];
  await crowd(
    port,
    Array.from({ length: count }, () => new Visitor()),
    async (visitor, connection) => {
      const form = await openCodePage(visitor, connection);
      work.push((free) => giveWrongCode(visitor, free, form));
    },
  );
  return work;
}

async function signupWork(_port: number, count: number): Promise<Work[]> {
  return Array.from({ length: count }, () => (connection: HttpConnection) => signUp(new Visitor(), connection));
}

export const steps: readonly Step[] = [
  {
    key: 'first',
    title: 'first page',
    share: 1,
    prepare: async (_port, count) =>
      Array.from({ length: count }, () => async (connection: HttpConnection) => {
        await seePage(new Visitor(), connection, flowPath);
      }),
  },
  {
    key: 'running',
    title: 'page, plan running',
    share: 1,
    prepare: pooled(reachAccountPage, (visitor) => async (connection) => {
      await seePage(visitor, connection, flowPath);
    }),
  },
  { key: 'wrong', title: 'wrong code', share: 1, prepare: wrongCodeWork },
  { key: 'signup', title: 'whole signup', share: 0.2, prepare: signupWork },
  {
    key: 'signed-in',
    title: 'page, signed in',
    share: 1,
    prepare: pooled(signUp, (visitor) => (connection) => openWelcomePage(visitor, connection, '/')),
  },
];

export const realHash: Step = { key: 'real-hash', title: 'signup, argon2id', share: 0.02, prepare: signupWork };
