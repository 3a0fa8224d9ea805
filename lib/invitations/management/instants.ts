import { instantOf, laterBy, type When } from '../../base/clock.js';

/** Milliseconds since 1970, or `null` for what is no instant. */
export function milliseconds(when: When | null | undefined): number | null {
  const read = isWhen(when) ? instantOf(when) : null;
  return read !== null && 'at' in read ? read.at : null;
}

interface Times {
  readonly expires?: When | null;
  readonly notBefore?: When | null;
}

/** The same input with times like `'7d'`, `'36h'` or `'2w'` counted from `now`; the rest is unchanged. */
export function fromNow<Input extends Times>(input: Input, now: number): Input {
  const counted = (when: Times['expires']): Times['expires'] =>
    typeof when === 'string' ? (laterBy(now, when, 'utc') ?? when) : when;
  // Rows of a file may be anything; the following check reports it.
  const given: unknown = input;
  if (typeof given !== 'object' || given === null) return input;
  const { expires, notBefore } = input;
  return {
    ...input,
    ...(typeof expires === 'string' ? { expires: counted(expires) } : {}),
    ...(typeof notBefore === 'string' ? { notBefore: counted(notBefore) } : {}),
  };
}

/** Why `value` is no instant; `null` when it is one. */
export function instantProblem(value: unknown): string | null {
  const read = isWhen(value)
    ? instantOf(value)
    : {
        problem:
          "is not an instant: give milliseconds, a Date, a text with offset, { local, zone }, or '7d' from now on",
      };
  return 'problem' in read ? read.problem : null;
}

const secondsOf: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
]);

/** `'15m'` as seconds; `null` for any other text. */
export function seconds(time: string | number | null | undefined): number | null {
  if (typeof time === 'number') return Number.isInteger(time) && time > 0 ? time : null;
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(time ?? '') ?? [];
  return count === undefined || unit === undefined ? null : Number(count) * (secondsOf.get(unit) ?? 1);
}

function isWhen(value: unknown): value is When {
  if (typeof value === 'number' || typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null) return false;
  return (
    Object.prototype.toString.call(value) === '[object Date]' ||
    ('local' in value && typeof value.local === 'string' && 'zone' in value && typeof value.zone === 'string')
  );
}
