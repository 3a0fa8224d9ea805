import type { Request } from 'express';
import { isEnrollmentError } from '../base/error.js';

/** Does `work`; where a store is away, sets `Retry-After`, because the app's own page will answer. */
export async function tellingRetry<T>({ res }: Request, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isEnrollmentError(error) && error.status === 503 && res?.headersSent === false)
      res.setHeader('Retry-After', '5');
    throw error;
  }
}
