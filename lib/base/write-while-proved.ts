interface ProvedWrite<T> {
  /** False where what proves the user was ended. */
  holds(): Promise<boolean>;
  write(): Promise<T>;
  takeBack(): Promise<unknown>;
}

/**
 * Writes what opens an account, while what proves its user counts. `ended`: it was ended before the write, or in its
 * very moment; then nothing of it stays. Call it under the account's `AccountLock`: what undoes a change meanwhile
 * waits, and removes what was written where the process stops in between.
 */
export async function writeWhileProved<T>({ holds, write, takeBack }: ProvedWrite<T>): Promise<T | 'ended'> {
  if (!(await holds())) return 'ended';
  const written = await write();
  if (await holds()) return written;
  await takeBack();
  return 'ended';
}
