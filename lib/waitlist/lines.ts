import { csvRules } from '../base/csv.js';
import { getPath } from '../base/json.js';
import { everyPlace } from '../base/paging.js';
import type { WaitlistEntry, WaitlistStore, WaitlistQuery } from '../ports/waitlist-store.js';

export interface LinesQuery extends WaitlistQuery {
  /** Answers with a separate column each, by key; default: one column with all of them as JSON. */
  readonly answers?: readonly string[];
}

const pageSize = 500;
const columns = [
  'place',
  'email',
  'state',
  'asked_at',
  'decided_at',
  'by',
  'sent_at',
  'tenant',
  'locale',
  'invitation',
];

/**
 * The list as CSV (RFC 4180), a line at a time with its line end, starting with the column names. A value that a
 * spreadsheet would read as a formula is prefixed with an apostrophe. Entries that are added or changed meanwhile may
 * or may not be included.
 */
export async function* lines(
  store: WaitlistStore,
  { answers, ...query }: LinesQuery,
): AsyncGenerator<string, void, undefined> {
  const line = await csvLine();
  yield line([...columns, ...(answers ?? ['answers'])]);
  for await (const page of everyPlace((after) => store.list({ ...query, limit: pageSize, after })))
    for (const entry of page) yield line([...fixedOf(entry), ...answersOf(entry, answers)]);
}

function fixedOf(entry: WaitlistEntry): readonly (string | number | null)[] {
  const { place, email, state, askedAt, decidedAt, by, sentAt, tenant, locale, invitation } = entry;
  return [place, email, state, isoOf(askedAt), isoOf(decidedAt), by, isoOf(sentAt), tenant, locale, invitation];
}

function answersOf(entry: WaitlistEntry, keys: readonly string[] | undefined): readonly string[] {
  if (keys === undefined) return [JSON.stringify(entry.answers)];
  return keys.map((key) => {
    const answer = getPath(entry.answers, key) ?? '';
    return typeof answer === 'string' ? answer : JSON.stringify(answer);
  });
}

function isoOf(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

/** Loaded with the first list that is exported. */
async function csvLine(): Promise<(cells: readonly (string | number | null)[]) => string> {
  const { stringify } = await import('csv-stringify/sync');
  return (cells) => stringify([[...cells]], { ...csvRules(), record_delimiter: '\r\n' });
}
