import { accountOf } from '../account.js';
import { holdPost, type HeldPost } from '../held-post.js';
import { Visitor } from '../http/visitor.js';
import type { RawClient } from '../raw-client.js';

/** The path of the sign-up on every server of these tests. */
const page = '/if/flow/invite/';

/** A visitor who has entered a code and filled in the account page. */
export interface Racer {
  readonly name: string;
  /** With the cookies of one browser. */
  readonly client: RawClient;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Finish {
  readonly name: string;
  readonly client: RawClient;
  readonly status: number;
  readonly text: string;
  /** How many answers were 503 before. */
  readonly sentAgain: number;
}

/** Takes `count` visitors to the last page, a few at a time, spread over the servers. */
export async function prepareCrowd(
  servers: readonly string[],
  code: string,
  count: number,
  prefix: string,
): Promise<readonly Racer[]> {
  const crowd: Racer[] = [];
  let next = 0;
  const prepareSome = async (): Promise<void> => {
    while (next < count) {
      const index = (next += 1) - 1;
      const visitor = new Visitor({ url: servers[index % servers.length]! });
      await visitor.enterCode(code);
      const name = `${prefix}-${index}`;
      crowd.push({ name, client: visitor.client, fields: { ...visitor.form.hidden, ...accountOf(name) } });
    }
  };
  await Promise.all(Array.from({ length: 12 }, prepareSome));
  return crowd;
}

/**
 * Completes all last pages at one moment: all but the last byte of each form is already at its server. A visitor who
 * gets 503 sends the form again after a moment, as the page asks.
 */
export async function race(crowd: readonly Racer[], servers: readonly string[]): Promise<readonly Finish[]> {
  const held: { racer: Racer; url: string; post: HeldPost }[] = [];
  for (const [index, racer] of crowd.entries()) {
    // A different server than the one that showed the page.
    const url = servers[(index + 1) % servers.length]!;
    held.push({ racer, url, post: await holdPost(url, page, racer.client.cookies.header(page), racer.fields) });
  }
  return Promise.all(
    held.map(async ({ racer, url, post }) => {
      let answer = await post.release();
      let sentAgain = 0;
      for (; answer.status === 503 && sentAgain < 10; sentAgain += 1) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        answer = await (await holdPost(url, page, racer.client.cookies.header(page), racer.fields)).release();
      }
      racer.client.cookies.take(answer.cookies, page);
      return { name: racer.name, client: racer.client, status: answer.status, text: answer.text, sentAgain };
    }),
  );
}

export function countedBy<T>(things: readonly T[], key: (thing: T) => number): Record<number, number> {
  const count: Record<number, number> = {};
  for (const thing of things) count[key(thing)] = (count[key(thing)] ?? 0) + 1;
  return count;
}
