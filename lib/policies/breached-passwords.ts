import { createHash } from 'node:crypto';

/**
 * The lines `<35 hex digits>:<count>` of all breached passwords whose SHA-1 hash begins with `prefix`, five hex digits.
 * Nothing else leaves the process (k-anonymity).
 */
export type BreachLookup = (prefix: string, signal: AbortSignal) => Promise<string>;

/** Ranges of Have I Been Pwned have about 1,000 lines of at most 50 characters; padding adds as many again. */
const longestAnswer = 1024 * 1024;

const suffixDigits = 35;
const line = new RegExp(`^([0-9A-F]{${String(suffixDigits)}}):(\\d{1,15})$`, 'i');

/**
 * How often the password appears in known breaches.
 * @throws whatever the look-up throws, and for an answer that is no such list: an error page, a part of a list, or
 * nothing at all, because every prefix has breached passwords
 */
export async function breachCount(password: string, lookUp: BreachLookup, signal: AbortSignal): Promise<number> {
  const hash = createHash('sha1').update(password.normalize('NFC'), 'utf8').digest('hex').toUpperCase();
  const counts = countsIn(await lookUp(hash.slice(0, -suffixDigits), signal));
  // Padding has the count 0.
  return counts.get(hash.slice(-suffixDigits)) ?? 0;
}

function countsIn(answer: unknown): ReadonlyMap<string, number> {
  if (typeof answer !== 'string' || answer.length > longestAnswer) throw unreadable();
  const counts = new Map<string, number>();
  for (const text of answer.split(/\r?\n/)) {
    if (text.trim() === '') continue;
    const [, suffix, count] = line.exec(text.trim()) ?? [];
    if (suffix === undefined) throw unreadable();
    const key = suffix.toUpperCase();
    counts.set(key, Math.max(counts.get(key) ?? 0, Number(count)));
  }
  if (counts.size === 0) throw unreadable();
  return counts;
}

function unreadable(): Error {
  return new Error('the list of breached passwords could not be read');
}

/** Have I Been Pwned's range API, without a key. The padding hides from observers how many hashes match. */
export const haveIBeenPwned: BreachLookup = async (prefix, signal) => {
  const answer = await fetch(`https://api.pwnedpasswords.com/range/${prefix}`, {
    headers: { 'Add-Padding': 'true', 'User-Agent': 'express-enrollment' },
    redirect: 'error',
    signal,
  });
  if (!answer.ok) throw new Error(`the list of breached passwords answered ${String(answer.status)}`);
  return readText(answer);
};

/** @throws for a text that is longer than a list, before all of it was read */
async function readText({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader();
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    bytes += part.value.length;
    if (bytes > longestAnswer) {
      await reader?.cancel();
      throw unreadable();
    }
    parts.push(part.value);
  }
  return Buffer.concat(parts).toString('utf8');
}
