/** Red, green and blue, each from 0 to 255. */
type Color = readonly [number, number, number];

/** `#rgb` or `#rrggbb`. */
function parse(hex: string): Color {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  const part = (at: number): number => Number.parseInt(digits.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

/** The contrast of two colors, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastOf(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(parse(one)), luminance(parse(other))].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance([red, green, blue]: Color): number {
  const linear = (value: number): number =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** `share` of the second color in the first, from 0 to 1. */
export function mix(one: string, other: string, share: number): string {
  const to = parse(other);
  const parts = parse(one).map((value, at) => Math.round(value + ((to[at] ?? 0) - value) * share));
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** The nearest color to `color` that has this contrast to every ground; it moves towards `towards`. */
export function readable(color: string, grounds: readonly string[], towards: string, least: number): string {
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mix(color, towards, share);
    if (grounds.every((ground) => contrastOf(tried, ground) >= least)) return tried;
  }
  return towards;
}
