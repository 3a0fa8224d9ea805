import type { Readable } from 'node:stream';
import type { Awaitable } from '../base/awaitable.js';
import type { Json } from '../base/json.js';
import type { Message } from '../base/message.js';

/** A file while a visitor sends it. */
export interface UploadedFile {
  /** The prompt's key. */
  readonly key: string;
  /**
   * The file's name without folders, control characters and marks that turn the direction of writing; at most 200
   * characters. For display only: visitors choose it, and two files may have the same.
   */
  readonly name: string;
  /** The type that the browser said, in lower case: `image/png`. It proves nothing about the content. */
  readonly type: string;
  /** The content. It ends with an error where the file is too large or the visitor goes away. */
  readonly stream: Readable;
  /** The flow's slug. */
  readonly flow: string;
  /** The id under which the account is written. */
  readonly enrollmentId: string;
}

/** The answer that stands for the file, at most 2 kB of JSON; or what is wrong with the file. */
export type StoredFile = { readonly value: Json } | { readonly error: string | Message };

/** Where files go, and which. */
export interface FileRules {
  /** Types (`image/png`, `image/*`) and endings (`.pdf`). A file needs one of them; empty: any. */
  readonly accept: readonly string[];
  readonly maxBytes: number;
  /**
   * Reads the stream to its end and returns what the account keeps of the file: an id, an address. If it rejects, it has
   * to remove what it stored.
   */
  store(file: UploadedFile): Awaitable<StoredFile>;
  /** Removes what `store` returned, because the form was refused. */
  discard?(stored: Json): Awaitable<void>;
}

/** What became of a field for a file. */
export type FileAnswer =
  { readonly type: 'stored'; readonly value: Json } | { readonly type: 'refused'; readonly error: Message };
