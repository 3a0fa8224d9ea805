/** A number of bytes as people read it: `5 MB`, `1.5 MB`, `200 kB`. */
export function fileSizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'] as const;
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${String(Math.floor(size * 10) / 10)} ${units[unit] ?? ''}`;
}
