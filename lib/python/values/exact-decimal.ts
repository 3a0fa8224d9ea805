/** A float as `mantissa × 2 ** exponent`, exactly. */
function exactly(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const power = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = power === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (power === 0 ? 1 : power) - 1075;
  return { mantissa: bits >> 63n === 1n ? -mantissa : mantissa, exponent };
}

/** `value × 10 ** digits`, rounded to an integer, half to even: `round(2.5)` is 2. */
export function scaledInteger(value: number, digits: number): bigint {
  const { mantissa, exponent } = exactly(value);
  let numerator = mantissa;
  let denominator = 1n;
  if (digits >= 0) numerator *= 10n ** BigInt(digits);
  else denominator *= 10n ** BigInt(-digits);
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  return dividedHalfEven(numerator, denominator);
}

/** The quotient as an integer, half to even; `denominator` is positive. */
export function dividedHalfEven(numerator: bigint, denominator: bigint): bigint {
  const size = numerator < 0n ? -numerator : numerator;
  const quotient = size / denominator;
  const twice = 2n * (size % denominator);
  const isUp = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  const rounded = isUp ? quotient + 1n : quotient;
  return numerator < 0n ? -rounded : rounded;
}

/** A finite float as a fraction in lowest terms. */
export function ratioOf(value: number): readonly [bigint, bigint] {
  let { mantissa, exponent } = exactly(value);
  if (mantissa === 0n) return [0n, 1n];
  while (exponent < 0 && mantissa % 2n === 0n) {
    mantissa /= 2n;
    exponent += 1;
  }
  return exponent < 0 ? [mantissa, 1n << BigInt(-exponent)] : [mantissa << BigInt(exponent), 1n];
}
