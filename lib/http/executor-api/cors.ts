import type { Request, Response } from 'express';
import type { Web } from '../web.js';
import { csrfHeader, flowHeader, stepHeader, tokenHeader } from './names.js';

type Parts = Pick<Web, 'executorApi'>;

/** True where the script of another origin asks, and the app lists that origin. */
export function isListed({ executorApi }: Parts, { headers }: Pick<Request, 'headers'>): boolean {
  return headers.origin !== undefined && executorApi?.origins.includes(headers.origin) === true;
}

/**
 * Lets scripts of the listed origins read the answer (Fetch standard, CORS protocol). Origins are compared as a whole;
 * an origin is never repeated that is not on the list.
 */
export function allowOrigin(web: Parts, req: Request, res: Response): void {
  res.vary('Origin');
  if (!isListed(web, req)) {
    res.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    return;
  }
  res.setHeader('Access-Control-Allow-Origin', String(req.headers.origin));
  res.setHeader('Access-Control-Allow-Credentials', 'true');
  const exposed = [stepHeader, tokenHeader, flowHeader, csrfHeader, 'Retry-After'];
  res.setHeader('Access-Control-Expose-Headers', exposed.join(', '));
}

/** Answers a preflight request. Without the headers of `allowOrigin`, browsers send nothing on. */
export function answerPreflight(web: Parts, req: Request, res: Response): void {
  if (isListed(web, req)) {
    res.setHeader('Access-Control-Allow-Methods', 'GET, POST');
    const allowed = ['Content-Type', 'Authorization', 'Accept-Language', csrfHeader, stepHeader];
    res.setHeader('Access-Control-Allow-Headers', allowed.join(', '));
    res.setHeader('Access-Control-Max-Age', '600');
  }
  res.writeHead(204, { 'Cache-Control': 'no-store' }).end();
}
