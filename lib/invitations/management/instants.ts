import { instantOf, instantProblem, isWhen, laterBy, type When } from '../../base/clock.js';

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

/** Why `value` is neither an instant nor a time from now on; `null` when it is one. */
export function timeProblem(value: unknown): string | null {
  const problem = instantProblem(value);
  if (problem === null) return null;
  return typeof value === 'string' || !isWhen(value) ? `${problem}, or from now on as '7d'` : problem;
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
