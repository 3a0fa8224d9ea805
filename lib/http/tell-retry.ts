import type { Response } from 'express';
import { isEnrollmentError } from '../base/error.js';

/** Sets the `Retry-After` of an error that the app's own page will answer, whatever that page looks at. */
export function tellWhenToRetry(res: Response | undefined, error: unknown): void {
  if (res === undefined || res.headersSent || !isEnrollmentError(error)) return;
  // An error of an older copy of the package has none.
  const { headers }: { readonly headers?: Readonly<Record<string, string>> } = error;
  const seconds = headers?.['Retry-After'];
  if (seconds !== undefined) res.setHeader('Retry-After', seconds);
}

/** Does `work`; what it fails with tells when to try again. */
export async function tellingRetry<T>(res: Response | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    tellWhenToRetry(res, error);
    throw error;
  }
}
