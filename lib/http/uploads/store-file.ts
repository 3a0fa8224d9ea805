import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { withTimeout } from '../../base/awaitable.js';
import { EnrollmentError } from '../../base/error.js';
import type { Json } from '../../base/json.js';
import { message, type Message } from '../../base/message.js';
import { literal } from '../../flow/policy.js';
import type { FileField } from '../../flow/stage.js';
import type { StoredFile, UploadedFile } from '../../ports/uploads.js';
import { acceptedText, isAccepted } from './file-name.js';

/** A file of a form while it arrives. */
interface ArrivingFile extends Pick<UploadedFile, 'name' | 'type' | 'flow' | 'enrollmentId'> {
  readonly content: Readable;
  /** False where no file was chosen, if there is no content either. */
  readonly isNamed: boolean;
  /** False: the file is read to its end, but nothing of it is stored. */
  readonly isWanted: boolean;
  /** Called with what `store` returned for a file that did not arrive as it should. */
  readonly abandoned: (value: Json) => void;
}

type Result = { readonly value: Json } | { readonly error: Message } | null;

const longestJson = 2048;
const longestWaitMs = 60_000;

/**
 * Streams a file to the app's `store`, which is called with the first byte. The content is always read to its end, so
 * that the fields after it arrive. `null`: no file was chosen, or it is not wanted.
 * @throws ERR_ENROLLMENT_UPLOAD, or the error of `store`
 */
export async function storeFile(
  { key, rules }: FileField,
  { content, isNamed, isWanted, abandoned, ...file }: ArrivingFile,
): Promise<{ readonly result: Result; readonly digest: string }> {
  const hash = createHash('sha256');
  const isRightKind = isAccepted(rules.accept, file);
  let sink: Sink | null = null;
  let bytes = 0;
  try {
    for await (const part of content as AsyncIterable<Uint8Array>) {
      hash.update(part);
      bytes += part.length;
      if (!isWanted || !isRightKind) continue;
      sink ??= openSink((stream) => rules.store({ ...file, key, stream }));
      if (bytes > rules.maxBytes) sink.abort(new Error(`the file is larger than ${String(rules.maxBytes)} bytes`));
      else await sink.write(part);
    }
  } catch (error) {
    sink?.abort(error instanceof Error ? error : new Error('the file did not arrive'));
    reportAbandoned(await sink?.ended());
    throw error;
  }
  return { result: await resultOf(), digest: bytes === 0 ? '' : hash.digest('base64url') };

  function reportAbandoned(answer: unknown): void {
    if (isStored(answer) && 'value' in answer) abandoned(answer.value);
  }

  async function resultOf(): Promise<Result> {
    if (!isWanted || (bytes === 0 && !isNamed)) return null;
    if (bytes === 0) return { error: message('prompt.file.empty') };
    if (!isRightKind) return { error: message('prompt.file.type', { accepted: acceptedText(rules.accept) }) };
    if (bytes > rules.maxBytes) {
      reportAbandoned(await sink?.ended());
      return { error: message('prompt.file.too_large', { most: rules.maxBytes }) };
    }
    return sink === null ? null : checked(key, await sink.end());
  }
}

interface Sink {
  write(part: Uint8Array): Promise<void>;
  end(): Promise<unknown>;
  abort(error: Error): void;
  /** Waits until `store` has ended, however it did: its answer, if there is one. */
  ended(): Promise<unknown>;
}

function openSink(store: (stream: Readable) => unknown): Sink {
  const stream = new PassThrough();
  // A function that does not listen must not end the process.
  stream.on('error', () => undefined);
  const storing = (async () => store(stream))();
  // What does not read on must not stop the form.
  storing.then(
    () => stream.destroy(),
    () => stream.destroy(),
  );
  const wait = <T>(work: Promise<T>): Promise<T> =>
    withTimeout(
      longestWaitMs,
      () => work,
      () => uploadError(`gave no answer within ${String(longestWaitMs / 1000)} s after the file's end`),
    );
  return {
    async write(part) {
      if (stream.destroyed || stream.writableEnded || stream.write(part)) return;
      const stop = new AbortController();
      const { signal } = stop;
      await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]).catch(() => undefined);
      stop.abort();
    },
    end() {
      if (!stream.destroyed) stream.end();
      return wait(storing);
    },
    abort(error) {
      if (!stream.destroyed) stream.destroy(error);
    },
    ended: () => wait(storing).catch(() => undefined),
  };
}

/** @throws ERR_ENROLLMENT_UPLOAD for something that is no answer */
function checked(key: string, answer: unknown): Result {
  if (isStored(answer)) {
    if ('error' in answer) return { error: typeof answer.error === 'string' ? literal(answer.error) : answer.error };
    const text = JSON.stringify(answer.value) as string | undefined;
    if (text !== undefined && Buffer.byteLength(text) <= longestJson) return { value: JSON.parse(text) as Json };
  }
  throw uploadError(`of '${key}' must return { value }, at most ${String(longestJson)} bytes of JSON, or { error }`);
}

function isStored(answer: unknown): answer is StoredFile {
  return typeof answer === 'object' && answer !== null && ('value' in answer || 'error' in answer);
}

function uploadError(problem: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_UPLOAD', `the function "store" of a file prompt ${problem}`);
}
