import { createHash } from 'node:crypto';

/**
 * The lines `<35 hex digits>:<count>` of all breached passwords whose SHA-1 hash begins with `prefix`, five hex digits.
 * Nothing else leaves the process (k-anonymity).
 */
export type BreachLookup = (prefix: string, signal: AbortSignal) => Promise<string>;

/** How often the password appears in known breaches. @throws whatever the look-up throws */
export async function breachCount(password: string, lookUp: BreachLookup, signal: AbortSignal): Promise<number> {
  const hash = createHash('sha1').update(password.normalize('NFC'), 'utf8').digest('hex').toUpperCase();
  const lines = await lookUp(hash.slice(0, 5), signal);
  const suffix = hash.slice(5);
  const line = lines.split(/\r?\n/).find((one) => one.slice(0, suffix.length).toUpperCase() === suffix);
  // Padding has the count 0.
  const count = line === undefined ? 0 : Number(line.slice(suffix.length + 1));
  if (!Number.isSafeInteger(count)) throw new Error('the list of breached passwords could not be read');
  return count;
}

/** Have I Been Pwned's range API, without a key. The padding hides from observers how many hashes match. */
export const haveIBeenPwned: BreachLookup = async (prefix, signal) => {
  const answer = await fetch(`https://api.pwnedpasswords.com/range/${prefix}`, {
    headers: { 'Add-Padding': 'true', 'User-Agent': 'express-enrollment' },
    redirect: 'error',
    signal,
  });
  if (!answer.ok) throw new Error(`the list of breached passwords answered ${String(answer.status)}`);
  return answer.text();
};
