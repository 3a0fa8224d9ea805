const longest = 200;

/** A file's name for display: without folders, control characters, marks that turn the direction, and outer dots. */
export function displayName(given: string | undefined): string {
  const last = (given ?? '').split(/[/\\]/).at(-1) ?? '';
  const name = [
    ...last
      .normalize('NFC')
      .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
      .replace(/[<>:"|?*]/g, '_')
      .replace(/^[\s.]+|[\s.]+$/g, ''),
  ];
  const ending = /\.[^.]{1,20}$/.exec(name.join(''))?.[0] ?? '';
  const kept = name.length <= longest ? name : [...name.slice(0, longest - [...ending].length), ...ending];
  return kept.length === 0 ? 'file' : kept.join('');
}

/** True where the file's type or the ending of its name is one of these; an empty list accepts every file. */
export function isAccepted(
  accept: readonly string[],
  { name, type }: { readonly name: string; readonly type: string },
): boolean {
  if (accept.length === 0) return true;
  return accept.some((one) => {
    if (one.startsWith('.')) return name.toLowerCase().endsWith(one);
    return one.endsWith('/*') ? type.startsWith(one.slice(0, -1)) : type === one;
  });
}

/** The accepted kinds as a visitor reads them: `PNG, PDF`. */
export function acceptedText(accept: readonly string[]): string {
  return accept
    .map((one) =>
      one.endsWith('/*')
        ? one.slice(0, -2)
        : one
            .replace(/^(?:\.|.*\/)/, '')
            .replace(/^x-|\+.*$/g, '')
            .toUpperCase(),
    )
    .join(', ');
}
