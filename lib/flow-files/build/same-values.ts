import { isJsonList, type Json } from '../../base/json.js';
import { readDuration } from './field-ranges.js';
import { flagOf, numberOf } from './scalar-values.js';

/** True for the values of a field that say what the kit does anyway: they are not reported. */
export type IsSame = (given: Json) => boolean;

export function sameFlag(flag: boolean): IsSame {
  return (given) => flagOf(given) === flag;
}

export function sameNumber(number: number): IsSame {
  return (given) => numberOf(given) === number;
}

export function sameSeconds(seconds: number): IsSame {
  return (given) => {
    const read = readDuration(given, {});
    return read.type === 'read' && read.seconds === seconds;
  };
}

/** Whatever its value is, the kit does something else. */
export const never: IsSame = () => false;

export const isEmpty: IsSame = (given) =>
  given === '' ||
  (isJsonList(given) ? given.length === 0 : typeof given === 'object' && Object.keys(given ?? {}).length === 0);
