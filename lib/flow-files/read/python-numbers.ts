import type { ScalarTag } from 'yaml';

/**
 * Numbers as PyYAML's resolver recognizes them, which reads authentik's files: `1e5`, `08` and `01:30` are texts to it,
 * `1.5e+5`, `010` and `1:30` are numbers.
 */
const integer = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][\d_]*|0x[\da-fA-F_]+|[1-9][\d_]*(?::[0-5]?\d)+)$/;
const float =
  /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

export function isPythonFloat(text: string): boolean {
  return float.test(text);
}

export const pythonNumbers: readonly ScalarTag[] = [
  { tag: 'tag:yaml.org,2002:int', default: true, test: integer, resolve: numberOf },
  { tag: 'tag:yaml.org,2002:float', default: true, test: float, resolve: numberOf },
];

/** How a number is written whose exponent PyYAML would not see: `1.0e+21`. */
export const pythonExponent: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number' && withoutPoint.test(String(value)),
  // Nothing is read by it.
  test: /^(?!)/,
  resolve: numberOf,
  stringify: ({ value }) => String(value).replace('e', '.0e'),
};
const withoutPoint = /^-?\d+e/;

/** `NaN` for what is none, too. */
function numberOf(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase();
  const sign = plain.startsWith('-') ? -1 : 1;
  const digits = plain.replace(/^[-+]/, '');
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (digits.includes(':')) return sign * digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  if (/^0[0-7]+$/.test(digits)) return sign * Number.parseInt(digits, 8);
  return digits === '' ? Number.NaN : sign * Number(digits);
}
