import type { Readable } from 'node:stream';
import type { Request } from 'express';
import { EnrollmentError } from '../../base/error.js';
import { message } from '../../base/message.js';
import type { FileField } from '../../flow/stage.js';
import type { EnrollmentLogger } from '../../ports/log.js';
import { readerOf, type FieldReader } from '../read-body.js';
import { displayName } from './file-name.js';
import { createSentFiles, type FilesOfForm } from './sent-files.js';
import { storeFile } from './store-file.js';

/** What a form may send, once its signature is known. */
export interface FilePermit {
  readonly fields: readonly FileField[];
  /** False for a form that is not current: its files are read and not stored. */
  readonly isCurrent: boolean;
}

interface MultipartParts {
  readonly log: EnrollmentLogger;
  readonly flow: string;
  readonly enrollmentId: string;
  /**
   * Asked before the first byte of the first file, with the fields that came before it. `null`: the form is not ours,
   * and nothing more of it is read.
   */
  permit(field: FieldReader): Promise<FilePermit> | null;
}

const mostFields = 100;
const longestName = 200;
const fieldBytes = 32 * 1024;
/** What a form may have beside its files, and what is read of one that is too large, so that the page can say so. */
const allowance = 10_000_000;

/**
 * Reads a form with files. Nothing is kept in memory beside its fields.
 * @throws ERR_ENROLLMENT_BODY with status 400 or 413; whatever was stored has been discarded then
 */
export async function readMultipart(
  req: Request,
  parts: MultipartParts,
): Promise<{ readonly field: FieldReader; readonly files: FilesOfForm }> {
  if (req.readableEnded || req.readableDidRead)
    throw refused(400, 'a form with files was read before the kit: leave multipart/form-data of its pages to the kit');
  const { default: busboy } = await import('busboy');
  const files = createSentFiles(parts.log);
  const values: Record<string, string | string[]> = {};
  const reader = readerOf(values);
  const work: Promise<void>[] = [];
  const arriving = new Set<Readable>();
  let permit: Promise<FilePermit> | null = null;
  /** Fields with a file, and those with more than one. */
  const seen = new Set<string>();
  const several = new Set<string>();
  let isOver = false;
  let fieldSum = 0;
  let most = allowance;
  let received = 0;

  const parser = (() => {
    try {
      return busboy({
        headers: req.headers,
        defParamCharset: 'utf8',
        limits: {
          fieldNameSize: longestName,
          fieldSize: fieldBytes,
          fields: mostFields,
          files: mostFields,
          parts: mostFields * 2,
        },
      });
    } catch (cause) {
      throw refused(400, 'the form has no boundary', cause);
    }
  })();

  const end = new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void => {
      for (const stream of arriving) stream.destroy(error instanceof Error ? error : new Error('the form ended'));
      reject(error instanceof Error ? error : new Error('the form could not be read'));
    };
    const take = async (key: string, content: Readable, info: FileInfo): Promise<void> => {
      permit ??= isOver ? null : parts.permit(reader);
      if (permit === null) {
        // At once: the signature may be behind the file, in the same packet.
        isOver = true;
        content.resume();
        resolve();
        return;
      }
      const allowed = await permit;
      most = allowance + 2 * allowed.fields.reduce((sum, { rules }) => sum + rules.maxBytes, 0);
      const field = allowed.fields.find((one) => one.key === key);
      if (field === undefined) {
        content.resume();
        return;
      }
      await takeFile(field, content, info, allowed.isCurrent);
    };
    const takeFile = async (field: FileField, content: Readable, info: FileInfo, isWanted: boolean): Promise<void> => {
      const { flow, enrollmentId } = parts;
      const isNamed = (info.filename ?? '') !== '';
      const isSecond = isNamed && seen.has(field.key);
      if (isNamed) seen.add(field.key);
      if (isSecond) several.add(field.key);
      const { result, digest } = await storeFile(field, {
        flow,
        enrollmentId,
        content,
        name: displayName(info.filename),
        type: info.mimeType.toLowerCase(),
        isNamed,
        isWanted: isWanted && !isSecond,
        abandoned: (value) => {
          files.stored(field, value);
        },
      });
      files.digested(field.key, digest);
      if (result === null) return;
      if ('error' in result) files.answer(field.key, { type: 'refused', error: result.error });
      else {
        files.stored(field, result.value);
        files.answer(field.key, { type: 'stored', value: result.value });
      }
    };
    parser.on('field', (name, value, { nameTruncated, valueTruncated }) => {
      fieldSum += Buffer.byteLength(name) + Buffer.byteLength(value);
      if (nameTruncated || valueTruncated || name.length > longestName || fieldSum > fieldBytes)
        fail(refused(413, 'the form is too large'));
      else if (!isOver) add(values, name, value);
    });
    parser.on('file', (name, content: Readable, info: FileInfo) => {
      arriving.add(content);
      // The parser reports its own failure to every file as well.
      content.on('error', () => undefined);
      const taking = take(name, content, info).finally(() => arriving.delete(content));
      work.push(taking);
      taking.catch(fail);
    });
    for (const limit of ['fieldsLimit', 'filesLimit', 'partsLimit'] as const)
      parser.on(limit, () => {
        fail(refused(413, 'the form is too large'));
      });
    parser.on('error', (cause: unknown) => {
      fail(refused(400, 'the form could not be read', cause));
    });
    parser.on('close', () => {
      Promise.all(work).then(() => {
        for (const key of several) files.answer(key, { type: 'refused', error: message('prompt.file.several') });
        resolve();
      }, fail);
    });
    req.on('data', (chunk: Uint8Array) => {
      received += chunk.length;
      if (received > most) fail(refused(413, 'the form is too large'));
    });
    req.on('close', () => {
      if (!req.complete) fail(refused(400, 'the form did not arrive'));
    });
    req.pipe(parser);
  });

  try {
    await end;
    return { field: reader, files };
  } catch (error) {
    await Promise.allSettled(work);
    await files.discardOthers();
    throw error;
  } finally {
    // The answer does not wait for the rest of a form that is refused.
    req.unpipe(parser);
    req.resume();
  }
}

interface FileInfo {
  readonly filename?: string;
  readonly mimeType: string;
}

/** A name that comes again makes a list, as in a URL-encoded form. */
function add(values: Record<string, string | string[]>, name: string, value: string): void {
  const before = Object.hasOwn(values, name) ? values[name] : undefined;
  const next = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  Object.defineProperty(values, name, { value: next, enumerable: true, configurable: true, writable: true });
}

function refused(status: 400 | 413, text: string, cause?: unknown): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_BODY', text, { status, expose: true, cause });
}
