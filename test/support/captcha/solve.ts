import { solveChallenge, type Challenge, type Payload } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';

/** The least work, for tests. */
export const easy = { difficulty: 2 } as const;

/** What a browser sends for a challenge. */
export async function solved(challenge: Challenge): Promise<Payload> {
  const solution = await solveChallenge({ challenge, deriveKey });
  if (solution === null) throw new Error('no solution');
  return { challenge, solution };
}

export function encoded(payload: unknown): string {
  return Buffer.from(JSON.stringify(payload)).toString('base64');
}

/** The answer to the challenge on a page. */
export async function answerTo(html: string): Promise<string> {
  const text = /data-challenge="([^"]*)"/.exec(html)?.[1] ?? '';
  return encoded(await solved(JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&#34;', '"')) as Challenge));
}
