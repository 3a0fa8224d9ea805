import { parse } from 'node:querystring';
import express from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { EnrollmentError } from '../base/error.js';

const otherCharset = /;\s*charset\s*=\s*"?(?!utf-8"?\s*(?:;|$))[^\s;"]/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

const longest = 32 * 1024;
const mostFields = 100;

const parseForm: RequestHandler = express.urlencoded({
  extended: false,
  limit: longest,
  parameterLimit: mostFields,
  verify: (_req, _res, bytes) => {
    refuseMalformed(bytes);
  },
});

/** One field of a posted form: `undefined` when absent. */
interface FieldReader {
  (name: string): string | undefined;
  /** All values of a field that may come several times. */
  list(name: string): readonly string[];
}

function readerOf(body: unknown): FieldReader {
  return Object.assign((name: string) => fieldOf(body, name), { list: (name: string) => listOf(body, name) });
}

/**
 * Reads a URL-encoded form with the kit's own parser, or from a parser that the app ran before, including one for texts
 * or bytes.
 * @throws ERR_ENROLLMENT_BODY with status 400, 413 or 415
 */
export async function readBody(req: Request, res: Response): Promise<FieldReader> {
  if (req.is('application/x-www-form-urlencoded') === false || otherCharset.test(req.headers['content-type'] ?? ''))
    throw refused(415, 'a form must be sent as application/x-www-form-urlencoded in UTF-8');
  await new Promise<void>((resolve, reject) => {
    parseForm(req, res, (error?: unknown) => {
      if (error === undefined || error === null) resolve();
      else reject(refused(statusOf(error), 'the form could not be read', error));
    });
  });
  return readerOf(formIn(req.body));
}

/**
 * The text or bytes that `express.text()` or `express.raw()` left for a form are parsed as the kit's own parser does.
 */
function formIn(body: unknown): unknown {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return body;
  const bytes = Buffer.from(body);
  if (bytes.length > longest) throw refused(413, 'the form is too large');
  return parsed(bytes);
}

function parsed(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  if (text.split('&').length > mostFields) throw refused(413, 'the form is too large');
  refuseMalformed(bytes);
  return parse(text, '&', '=', { maxKeys: mostFields });
}

function valueOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  return Object.getOwnPropertyDescriptor(body, name)?.value;
}

function fieldOf(body: unknown, name: string): string | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  return textOf(valueOf(body, name), name);
}

function listOf(body: unknown, name: string): readonly string[] {
  const value = valueOf(body, name);
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((member: unknown) => textOf(member, name));
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw refused(400, `the field '${name}' must be given once, as text`);
  if (value.includes('\uFFFD')) throw refused(400, `the field '${name}' is not valid UTF-8`);
  return value;
}

function refuseMalformed(bytes: Buffer): void {
  if (!bytes.some((byte) => byte === 0x25 || byte > 0x7f)) return;
  try {
    decodeURIComponent(utf8.decode(bytes));
  } catch (cause) {
    throw refused(400, 'the form is not valid UTF-8', cause);
  }
}

function statusOf(error: unknown): 400 | 413 | 415 {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 400;
  return status === 413 || status === 415 ? status : 400;
}

function refused(status: 400 | 413 | 415, text: string, cause?: unknown): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_BODY', text, { status, expose: true, cause });
}
