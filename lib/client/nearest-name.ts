/** `; did you mean "slug"?`, or an empty text where no known name is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  const typed = given.toLowerCase();
  if (typed.length < 3 || typed.length > 100) return '';
  const ranked = known
    .map((name) => ({ name, slips: name.toLowerCase().includes(typed) ? 0 : slipsBetween(typed, name.toLowerCase()) }))
    .sort((a, b) => a.slips - b.slips);
  const [best] = ranked;
  return best !== undefined && best.slips <= typed.length * 0.4 ? `; did you mean "${best.name}"?` : '';
}

/** Levenshtein distance. */
function slipsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let to = 1; to <= other.length; to += 1) {
      const replaced = (row[to - 1] ?? 0) + (letter === other[to - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
