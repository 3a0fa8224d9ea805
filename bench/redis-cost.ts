import { setTimeout as pause } from 'node:timers/promises';
import { HttpConnection } from './http-connection.js';
import * as journey from './journey.js';
import type { RedisProxy, RedisTraffic } from './redis-proxy.js';
import { Visitor } from './visitor.js';

export interface StepTraffic {
  readonly title: string;
  readonly commands: RedisTraffic['commands'];
  /** Round trips before the answer. */
  readonly awaited: number;
}

const quietMillis = 40;
const warmUps = 2;

/** One visitor's signup; reads the proxy after each request. */
async function watchedSignup(connection: HttpConnection, proxy: RedisProxy): Promise<StepTraffic[]> {
  const seen: StepTraffic[] = [];
  const visitor = new Visitor();
  async function watch<T>(title: string, work: Promise<T>): Promise<T> {
    const result = await work;
    const awaited = proxy.trips();
    await pause(quietMillis);
    seen.push({ title, commands: proxy.take().commands, awaited });
    return result;
  }
  await pause(quietMillis);
  proxy.take();
  await watch('first page', journey.openCodePage(visitor, connection));
  const codeForm = await watch('first page again', journey.openCodePage(visitor, connection));
  await watch('wrong code', journey.giveWrongCode(visitor, connection, codeForm));
  const next = await watch('good code', journey.giveGoodCode(visitor, connection, codeForm));
  const accountForm = await watch('account page', journey.openAccountPage(visitor, connection, next));
  const welcome = await watch('account', journey.giveAccount(visitor, connection, accountForm));
  await watch('page, signed in', journey.openWelcomePage(visitor, connection, welcome));
  return seen;
}

/**
 * The Redis traffic of each request of a signup, once scripts are loaded; a server's timers may add a single command.
 */
export async function measureRedis(port: number, proxy: RedisProxy): Promise<StepTraffic[]> {
  const connection = await HttpConnection.open(port);
  try {
    for (let i = 0; i < warmUps; i++) await watchedSignup(connection, proxy);
    return await watchedSignup(connection, proxy);
  } finally {
    connection.close();
  }
}
