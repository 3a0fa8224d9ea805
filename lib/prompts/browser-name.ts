/** The order decides: many browsers name others too. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'Mac'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

/** A browser and its system, such as `Firefox, Windows`, for its owner to recognize; `null`: not known. */
export function browserName(userAgent: string | null): string | null {
  const names = [browsers, systems].flatMap((known) => {
    const found = known.find(([pattern]) => pattern.test(userAgent ?? ''));
    return found === undefined ? [] : [found[1]];
  });
  return names.length === 0 ? null : names.join(', ');
}
