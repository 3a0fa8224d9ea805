import express, { type Request, type Response } from 'express';
import { checkBodyIsKept } from './unread-body.js';

const longest = 32 * 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const parse = express.json({ limit: longest, strict: false });

/** A JSON body. `absent`: there is none; `type`: it is no JSON; `size`: it is too large; `syntax`: it is damaged. */
type JsonBody = { readonly body: unknown } | { readonly refused: 'absent' | 'type' | 'size' | 'syntax' };

/**
 * Reads a JSON body, or takes what a parser of the app has read, including one for texts or bytes. Only
 * `application/json` is taken: a form of another site cannot send it (Fetch standard, CORS-safelisted request header).
 * @throws ERR_ENROLLMENT_BODY_MISSING (500) where the body is lost
 */
export async function readJsonBody(req: Request, res: Response): Promise<JsonBody> {
  // `null`: the request has no body.
  if (req.is('application/json') !== 'application/json') return { refused: req.is('*/*') === null ? 'absent' : 'type' };
  // A parser of the app may have read more.
  if (Number(req.headers['content-length'] ?? 0) > longest) return { refused: 'size' };
  if (!req.readable) {
    checkBodyIsKept(req);
    return jsonIn(req.body);
  }
  try {
    await new Promise<void>((resolve, reject) => {
      parse(req, res, (error?: Error | 'router') => {
        if (error instanceof Error) reject(error);
        else resolve();
      });
    });
  } catch (error) {
    const isTooLarge = (error as { readonly status?: unknown }).status === 413;
    return { refused: isTooLarge ? 'size' : 'syntax' };
  }
  return { body: req.body as unknown };
}

/** The text or bytes that `express.text()` or `express.raw()` left are parsed as those that the kit reads. */
function jsonIn(body: unknown): JsonBody {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return { body };
  const bytes = Buffer.from(body);
  if (bytes.length > longest) return { refused: 'size' };
  try {
    return { body: JSON.parse(utf8.decode(bytes)) as unknown };
  } catch {
    return { refused: 'syntax' };
  }
}
