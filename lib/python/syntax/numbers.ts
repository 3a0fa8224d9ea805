import type { Source } from './source.js';

/** The value of a number as it is written; `null` where it is none, which is reported. */
export function readNumber(source: Source, text: string, at: number): bigint | number | null {
  if (/[jJ]$/.test(text)) return refuse(source, at, 'complex numbers are not supported');
  if (/__|_$|_\.|\._|_[eE]|[eE][+-]?_/.test(text)) return refuse(source, at, 'invalid decimal literal');
  const digits = text.replaceAll('_', '');
  if (/^0[xob]/i.test(digits))
    return digits.length > 2 ? bounded(source, digits, at) : refuse(source, at, 'invalid number');
  if (!/^\d+$/.test(digits)) return Number(digits);
  if (/^0\d*[1-9]/.test(digits))
    return refuse(source, at, 'leading zeros in decimal integer literals are not permitted');
  return bounded(source, digits, at);
}

function bounded(source: Source, digits: string, at: number): bigint | null {
  if (digits.length > 2400) return refuse(source, at, 'the number has too many digits');
  return BigInt(digits);
}

function refuse(source: Source, at: number, message: string): null {
  source.report(at, message);
  return null;
}
