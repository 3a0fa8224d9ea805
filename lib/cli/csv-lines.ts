import { parse, type CsvError } from 'csv-parse/sync';
import { isJsonObject } from '../base/json.js';

/** The cells of one record, or why it cannot be read. */
type CsvLine = { readonly cells: readonly string[] } | { readonly issue: string };

/**
 * The records of CSV text, in their order, separated by the mark that its first line has most often: a comma, a semicolon
 * or a tab. A quote inside a value without quotes is an error of its record (RFC 4180, 2.5). Any other wrong quote hides
 * where the next record begins, so that the whole text is refused.
 * @throws Error that names the line and the column
 */
export function csvLinesOf(text: string): readonly CsvLine[] {
  const [head = ''] = text.split(/\r?\n/, 1);
  // In many locales, spreadsheets write semicolons.
  const delimiters = [',', ';', '\t'].map((mark) => ({ mark, times: head.split(mark).length }));
  const { mark } = delimiters.reduce((best, one) => (one.times > best.times ? one : best));
  const skipped: SkippedQuote[] = [];
  const listed: unknown = parse(text, {
    delimiter: mark,
    skip_empty_lines: true,
    trim: true,
    relax_column_count: true,
    info: true,
    raw: true,
    skip_records_with_error: true,
    on_skip: (error, until = '') => void (error === undefined ? undefined : skipped.push({ error, until })),
  });
  const read = (Array.isArray(listed) ? listed : []).map(recordOf);
  const last = read.at(-1)?.at ?? 0;
  const fatal = skipped.find(({ error: { code } }) => code !== 'INVALID_OPENING_QUOTE')?.error;
  if (fatal !== undefined) throw new Error(`${placeOf(fatal)}: ${reasonOf(fatal, last)}`);
  const wrong = skipped.filter(isFirstOfRecord).map(({ error }) => ({
    at: numberOf(error, 'lines'),
    line: { issue: `cannot be read: ${placeOf(error)}: ${reasonOf(error, last)}` },
  }));
  const [first, ...rest] = [...read, ...wrong].toSorted((one, other) => one.at - other.at).map(({ line }) => line);
  if (first === undefined) return [];
  // Without its names, no column means anything.
  if ('issue' in first) throw new Error(first.issue);
  return [first, ...rest];
}

/** A wrong quote. `until`: the text of its record up to it. */
interface SkippedQuote {
  readonly error: CsvError;
  readonly until: string;
}

/**
 * The parser reports each wrong quote of a record. The text before a later one begins with the text before the one
 * before it; another record that begins with the same text would have its first wrong quote at the same place.
 */
function isFirstOfRecord({ until }: SkippedQuote, at: number, all: readonly SkippedQuote[]): boolean {
  const before = all[at - 1]?.until;
  return before === undefined || until.length <= before.length || !until.startsWith(before);
}

/** A record with the number of its last line. */
function recordOf(value: unknown): { readonly at: number; readonly line: CsvLine } {
  const { info, record } = isJsonObject(value) ? value : {};
  const at = isJsonObject(info) ? Number(info['lines']) : 0;
  return { at, line: { cells: Array.isArray(record) ? record.map(String) : [] } };
}

function placeOf(error: CsvError): string {
  return `line ${String(numberOf(error, 'lines'))}, column ${String(numberOf(error, 'column') + 1)}`;
}

/** `last`: the last line of the last record that was read. */
function reasonOf({ code, message }: CsvError, last: number): string {
  if (code === 'INVALID_OPENING_QUOTE') return 'a quote inside a value: write it twice, and put the value in quotes';
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return `the file ends inside a value that begins with a quote after line ${String(last)}`;
  const isClosing = code === 'CSV_INVALID_CLOSING_QUOTE' || code === 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE';
  return isClosing ? 'after the closing quote of a value there is more than a separator' : message;
}

function numberOf(error: CsvError, name: 'lines' | 'column'): number {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'number' ? value : 0;
}
