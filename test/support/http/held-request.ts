import { request, type OutgoingHttpHeaders } from 'node:http';
import type { TestApp } from './test-app.js';
import type { Visitor } from './visitor.js';

export interface HeldAnswer {
  readonly status: number;
  readonly location: string;
  readonly cookies: readonly string[];
  readonly text: string;
}

/** Sends the headers of a POST and the first bytes of its body; the returned function sends the rest. */
export async function holdRequest(
  url: URL,
  headers: OutgoingHttpHeaders,
  body: string,
): Promise<() => Promise<HeldAnswer>> {
  const length = Buffer.byteLength(body);
  const outgoing = request(url, { method: 'POST', agent: false, headers: { ...headers, 'content-length': length } });
  const answer = new Promise<HeldAnswer>((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
      incoming.once('end', () => {
        const { location = '', 'set-cookie': cookies = [] } = incoming.headers;
        resolve({ status: incoming.statusCode ?? 0, location, cookies, text });
      });
    });
  });
  outgoing.write(body.slice(0, 10));
  // The server has read who is asking.
  await new Promise((resolve) => setTimeout(resolve, 60));
  return () => {
    outgoing.end(body.slice(10));
    return answer;
  };
}

/** Sends the form of the visitor's page but for its last bytes; the returned function sends those, and takes the cookies. */
export async function holdForm(
  testApp: TestApp,
  visitor: Visitor,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<() => Promise<HeldAnswer>> {
  const { cookies } = visitor.client;
  const rest = await holdRequest(
    new URL(path, testApp.url),
    { 'content-type': 'application/x-www-form-urlencoded', cookie: cookies.header(path) },
    new URLSearchParams({ ...visitor.form.hidden, ...fields }).toString(),
  );
  return async () => {
    const answer = await rest();
    cookies.take(answer.cookies, path);
    return answer;
  };
}
