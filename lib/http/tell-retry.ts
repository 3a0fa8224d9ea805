import type { Response } from 'express';
import { isEnrollmentError } from '../base/error.js';

/** Sets the `Retry-After` header for an error that the app's own error page answers, whatever that page reads. */
export function tellWhenToRetry(res: Response | undefined, error: unknown): void {
  if (res === undefined || res.headersSent || !isEnrollmentError(error)) return;
  // An error from an older copy of the package has none.
  const { headers }: { readonly headers?: Readonly<Record<string, string>> } = error;
  const seconds = headers?.['Retry-After'];
  if (seconds !== undefined) res.setHeader('Retry-After', seconds);
}

/** Runs `work`; if it fails, sets `Retry-After`. */
export async function tellingRetry<T>(res: Response | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    tellWhenToRetry(res, error);
    throw error;
  }
}
