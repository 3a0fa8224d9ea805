import { parse } from 'node:querystring';
import type { Request } from 'express';
import readStream from 'raw-body';
import { EnrollmentError } from '../base/error.js';
import { checkBodyIsKept } from './unread-body.js';

const otherCharset = /;\s*charset\s*=\s*"?(?!utf-8"?\s*(?:;|$))[^\s;"]/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

const longest = 32 * 1024;
const mostFields = 100;

/** One field of a posted form: `undefined` when absent. */
export interface FieldReader {
  (name: string): string | undefined;
  /** All values of a field that may come several times. */
  list(name: string): readonly string[];
}

/** Reads the fields of a parsed form. */
export function readerOf(body: unknown): FieldReader {
  return Object.assign((name: string) => fieldOf(body, name), { list: (name: string) => listOf(body, name) });
}

/**
 * Reads a URL-encoded form, or takes what a parser has read that the app ran before, including one for texts or bytes.
 * @throws ERR_ENROLLMENT_BODY with status 400, 413 or 415; ERR_ENROLLMENT_BODY_MISSING (500) where the body is lost
 */
export async function readBody(req: Request): Promise<FieldReader> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = req.headers;
  if (req.is('application/x-www-form-urlencoded') === false || otherCharset.test(type))
    throw refused(415, 'a form must be sent as application/x-www-form-urlencoded in UTF-8');
  if (!req.readable) {
    checkBodyIsKept(req);
    return readerOf(formIn(req.body));
  }
  // No browser compresses a form.
  if (encoding !== 'identity') throw refused(415, 'a form must be sent without Content-Encoding');
  const form = parsed(await bytesOf(req));
  // What the app's own functions get of this request has it, as behind a parser of the app.
  req.body = form;
  return readerOf(form);
}

async function bytesOf(req: Request): Promise<Buffer> {
  try {
    return await readStream(req, { length: req.headers['content-length'] ?? null, limit: longest });
  } catch (error) {
    throw refused(statusOf(error), 'the form could not be read', error);
  }
}

/** The text or bytes that `express.text()` or `express.raw()` left for a form are parsed as those that the kit reads. */
function formIn(body: unknown): unknown {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return body;
  const bytes = Buffer.from(body);
  if (bytes.length > longest) throw refused(413, 'the form is too large');
  return parsed(bytes);
}

function parsed(bytes: Buffer): unknown {
  const text = decoded(bytes);
  if (text.split('&').length > mostFields) throw refused(413, 'the form is too large');
  return parse(text, '&', '=', { maxKeys: mostFields });
}

function decoded(bytes: Buffer): string {
  try {
    const text = utf8.decode(bytes);
    if (text.includes('%')) decodeURIComponent(text);
    return text;
  } catch (cause) {
    throw refused(400, 'the form is not valid UTF-8', cause);
  }
}

/** An own value of the body; a getter is not called. */
function valueOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  return Object.getOwnPropertyDescriptor(body, name)?.value;
}

function fieldOf(body: unknown, name: string): string | undefined {
  const value = valueOf(body, name);
  return value === undefined ? undefined : textOf(value, name);
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

function statusOf(error: unknown): 400 | 413 | 415 {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 400;
  return status === 413 || status === 415 ? status : 400;
}

function refused(status: 400 | 413 | 415, text: string, cause?: unknown): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_BODY', text, { status, expose: true, cause });
}
