import { accountOf } from '../account.js';
import type { Visitor } from '../http/visitor.js';
import { RawClient, type RawAnswer } from '../raw-client.js';

const page = '/if/flow/invite/';

/**
 * Goes to the last page of the sign-up and returns the function that sends it; `through` is the server that receives
 * it, if another one.
 */
export async function prepared(
  visitor: Visitor,
  code: string,
  name: string,
): Promise<(through?: RawClient) => Promise<RawAnswer>> {
  await visitor.enterCode(code);
  const { hidden } = visitor.form;
  return (through = visitor.client) => through.post(page, { ...hidden, ...accountOf(name) });
}

/** Sends a form again after a moment as long as the answer is 503, as the page asks; at most 50 times. */
export async function sentUntilServed(send: () => Promise<RawAnswer>): Promise<RawAnswer> {
  let answer = await send();
  for (let again = 0; answer.status === 503 && again < 50; again += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    answer = await send();
  }
  return answer;
}

/** The same browser at another of the servers. */
export function sameBrowser(visitor: RawClient, url: string): RawClient {
  const other = new RawClient(url);
  for (const pair of visitor.cookies.header(page).split('; ')) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    other.cookies.set(name, value);
  }
  return other;
}
