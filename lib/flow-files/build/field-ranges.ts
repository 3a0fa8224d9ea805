import { longestSeconds } from '../../base/setting-rules.js';
import type { Json } from '../../base/json.js';
import { numberOf } from './scalar-values.js';
import { durationSeconds, durationText } from './duration.js';

/** The numbers that a field can have; both ends are among them. Fractions only where it is said. */
export interface NumberRange {
  readonly least?: number;
  readonly most?: number;
  readonly fractions?: boolean;
}

/** Completes "must be". */
export function numberWords({ least, most, fractions = false }: NumberRange): string {
  const what = fractions ? 'a number' : 'a whole number';
  if (least !== undefined && most !== undefined) return `${what} from ${String(least)} to ${String(most)}`;
  if (least !== undefined) return `${what} of at least ${String(least)}`;
  return most === undefined ? what : `${what} of at most ${String(most)}`;
}

/** `undefined`: the value is no number of that range. */
export function readNumber(
  given: Json,
  { least = -Infinity, most = Infinity, fractions = false }: NumberRange,
): number | undefined {
  const number = numberOf(given);
  if (number === undefined || !(number >= least && number <= most)) return undefined;
  return fractions || Number.isSafeInteger(number) ? number : undefined;
}

/** The durations that a field can have, in seconds. */
export interface DurationRange {
  readonly least?: number;
  readonly most?: number;
  /** The seconds that a number without a unit counts; left out: it is no duration. */
  readonly unit?: number;
}

/** What a text means as a duration, or why it is none. */
type ReadDuration =
  | { readonly type: 'read'; readonly seconds: number }
  /** `nearest`: the one that the field can have. */
  | { readonly type: 'outside'; readonly nearest: number; readonly mistake: string }
  | { readonly type: 'none'; readonly mistake: string };

/** `mistake` completes the name of the field. */
export function readDuration(given: Json, range: DurationRange): ReadDuration {
  const { least = 0, most = longestSeconds, unit } = range;
  const seconds = secondsOf(given, unit);
  if (seconds === null) return { type: 'none', mistake: 'must be a duration, for example "hours=1;minutes=30"' };
  if (typeof seconds !== 'number') return { type: 'none', mistake: `has "${seconds.twice}" twice` };
  if (Number.isSafeInteger(seconds) && seconds >= least && seconds <= most) return { type: 'read', seconds };
  return {
    type: 'outside',
    nearest: Math.min(Math.max(Math.round(seconds), least), most),
    mistake: `must be whole seconds, from "${durationText(least)}" to "${durationText(most)}"`,
  };
}

function secondsOf(given: Json, unit: number | undefined): ReturnType<typeof durationSeconds> {
  const isNumber = typeof given === 'number' || (typeof given === 'string' && /^\d+$/.test(given));
  if (isNumber && unit !== undefined) return Number(given) >= 0 ? Number(given) * unit : null;
  return typeof given === 'string' ? durationSeconds(given) : null;
}
