import { scaledInteger } from '../values/exact-decimal.js';
import { floatText } from '../values/float-text.js';

/** The digits of a float that is not negative, by the type of a format; rounded half to even. */
export function floatDigits(value: number, type: string, precision: number | null, alternate: boolean): string {
  const isUpper = type === 'E' || type === 'F' || type === 'G';
  if (Number.isNaN(value)) return isUpper ? 'NAN' : type === '%' ? 'nan%' : 'nan';
  if (!Number.isFinite(value)) return isUpper ? 'INF' : type === '%' ? 'inf%' : 'inf';
  switch (type) {
    case 'f':
    case 'F':
      return fixed(value, precision ?? 6, alternate);
    case '%':
      return `${Number.isFinite(value * 100) ? fixed(value * 100, precision ?? 6, alternate) : 'inf'}%`;
    case 'e':
    case 'E': {
      const digits = scientific(value, precision ?? 6, alternate);
      return isUpper ? digits.toUpperCase() : digits;
    }
    case 'g':
    case 'G':
    case 'n': {
      const digits = general(value, precision ?? 6, alternate);
      return isUpper ? digits.toUpperCase() : digits;
    }
    default:
      return precision === null ? floatText(value) : general(value, precision, alternate, true);
  }
}

function fixed(value: number, precision: number, alternate: boolean): string {
  const digits = scaledInteger(value, precision)
    .toString()
    .padStart(precision + 1, '0');
  const whole = digits.slice(0, digits.length - precision);
  return precision === 0 ? `${whole}${alternate ? '.' : ''}` : `${whole}.${digits.slice(-precision)}`;
}

/** The digits before and after the point, and the exponent, of `precision + 1` significant digits. */
function significant(value: number, precision: number): { readonly digits: string; readonly exponent: number } {
  if (value === 0) return { digits: '0'.repeat(precision + 1), exponent: 0 };
  // The shortest digits may round up to the next power of ten: 1e-323 is 9.88e-324. So may these.
  let exponent = Number(value.toExponential().split('e')[1] ?? 0) - 1;
  let digits = scaledInteger(value, precision - exponent).toString();
  while (digits.length > precision + 1) {
    exponent += 1;
    digits = scaledInteger(value, precision - exponent).toString();
  }
  return { digits: digits.padEnd(precision + 1, '0'), exponent };
}

function scientific(value: number, precision: number, alternate: boolean): string {
  const { digits, exponent } = significant(value, precision);
  return withExponent(digits.slice(0, 1), digits.slice(1), exponent, alternate);
}

function withExponent(whole: string, fraction: string, exponent: number, alternate: boolean): string {
  const point = fraction === '' && !alternate ? '' : '.';
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${whole}${point}${fraction}e${exponent < 0 ? '-' : '+'}${size}`;
}

/** `g`: fixed or scientific by the exponent, without zeros at the end. `isPlain`: the format without a type. */
function general(value: number, precision: number, alternate: boolean, isPlain = false): string {
  const places = precision === 0 ? 1 : precision;
  const { digits, exponent } = significant(value, places - 1);
  // Without a type there is at least one digit after the point.
  const isFixed = exponent >= -4 && exponent < (isPlain ? places - 1 : places);
  if (!isFixed) return withExponent(digits.slice(0, 1), trimmed(digits.slice(1), alternate), exponent, alternate);
  const fraction = exponent < 0 ? `${'0'.repeat(-exponent - 1)}${digits}` : digits.slice(exponent + 1);
  const whole = exponent < 0 ? '0' : digits.slice(0, exponent + 1);
  const kept = trimmed(fraction, alternate);
  if (kept === '') return alternate ? `${whole}.` : isPlain ? `${whole}.0` : whole;
  return `${whole}.${kept}`;
}

function trimmed(digits: string, alternate: boolean): string {
  return alternate ? digits : digits.replace(/0+$/, '');
}
