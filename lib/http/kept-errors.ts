import { createHash } from 'node:crypto';
import { isJsonObject, parseJson } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import type { FieldErrors, Message } from '../base/message.js';
import { keptErrorsLimit } from '../base/reserved-names.js';
import type { StageReply } from '../executor/reply.js';
import { isMessage } from '../pages/field-view.js';
import { readValue, signValue } from './cookies/signed-value.js';

/** What a page said was wrong. */
interface KeptErrors {
  readonly errors: FieldErrors;
  readonly reference: string | null;
  /** A digest of each value that the page was shown with, by its field. */
  readonly values: Readonly<Record<string, string>>;
}

/** The page that said it: its errors are shown on no other. */
interface ErrorsPage {
  readonly enrollmentId: string;
  readonly flow: string;
  readonly step: string;
  readonly revision: number;
}

// As long as a plan lives: the form itself is refused after that.
const format = { purpose: 'page-errors', seconds: 24 * 60 * 60 } as const;

/**
 * The errors of a page for its form, which sends them back where it only asks for its page again: the page can then say
 * them in another language. Signed, not sealed: the page says them too. `null`: none, or too much.
 */
export function signErrors(
  keyring: Keyring,
  page: ErrorsPage,
  { errors, reference, status, typed }: Pick<StageReply, 'errors' | 'reference' | 'status' | 'typed'>,
  now: number,
): string | null {
  // An outage may be over by then.
  if (status === 503 || Object.values(errors).every((list) => list.length === 0)) return null;
  const body = Buffer.from(JSON.stringify({ errors, reference, values: digestsOf(typed) })).toString('base64url');
  const { text } = signValue(keyring, format, subjectOf(page), body, now);
  return text.length > keptErrorsLimit ? null : text;
}

/** The errors that a form sends back; `null`: none of this very page. */
export function readErrors(
  keyring: Keyring,
  page: ErrorsPage,
  sent: string | undefined,
  now: number,
): KeptErrors | null {
  const value = readValue(keyring, format, subjectOf(page), sent, now);
  const said = value === null ? null : parseJson(Buffer.from(value.body, 'base64url').toString('utf8'));
  if (said === null || !isJsonObject(said['errors'])) return null;
  const { errors, reference = null, values } = said;
  const lists = Object.entries(errors).map(([key, list]): [string, readonly Message[]] => [
    key,
    Array.isArray(list) ? list.filter(isMessage) : [],
  ]);
  const digests = Object.entries(isJsonObject(values) ? values : {}).flatMap(([key, digest]) =>
    typeof digest === 'string' ? [[key, digest] as const] : [],
  );
  return {
    errors: Object.fromEntries(lists),
    reference: typeof reference === 'string' ? reference : null,
    values: Object.fromEntries(digests),
  };
}

/** Short: the page has the values themselves. */
export function digestsOf(typed: StageReply['typed']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(typed).map(([key, value]) => [
      key,
      createHash('sha256')
        .update(JSON.stringify([key, value]))
        .digest('base64url')
        .slice(0, 12),
    ]),
  );
}

function subjectOf({ enrollmentId, flow, step, revision }: ErrorsPage): string {
  return JSON.stringify([enrollmentId, flow, step, revision]);
}
