import type { Request } from 'express';
import { EnrollmentError } from '../base/error.js';

/**
 * Checks a request whose body was read before the kit.
 * @throws ERR_ENROLLMENT_BODY_MISSING (500) where what has read it left nothing in `req.body`
 */
export function checkBodyIsKept({ body, headers }: Pick<Request, 'body' | 'headers'>): void {
  const had = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
  if (body !== undefined || !had) return;
  throw new EnrollmentError(
    'ERR_ENROLLMENT_BODY_MISSING',
    'the body of a request was read before the router of the kit, and req.body has nothing of it: put express.urlencoded({ extended: false }) and express.json() before the middleware that reads it',
  );
}
