import leven from 'leven';

// Comparing takes longer than linear time.
const longestName = 200;

/** `; did you mean "hostedDomains"?`, or an empty text where no known name is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  const name = given.length > longestName ? null : nearest(given, known);
  return name === null ? '' : `; did you mean "${name}"?`;
}

// Of a name that may also be the app's own, only so many letters can be a slip.
const mostSlips = 2;

/** How far a name may be from what was typed: of two letters, another one is half of them. */
function mostDistance(given: string): number {
  return given.length < 3 ? 0 : Math.floor(given.length * 0.4);
}

/** The known name that `given` misspells: in at most two letters, or in letter case, dashes and underscores alone. */
export function misspelled(given: string, known: readonly string[]): string | null {
  const lower = given.toLowerCase();
  const typed = plain(given);
  const found = known.find(
    (name) => plain(name) === typed || distance(lower, name.toLowerCase()) <= Math.min(mostSlips, mostDistance(given)),
  );
  return found ?? null;
}

/** The known name that is nearest to `given`; `null` where none is near. */
function nearest(given: string, known: readonly string[]): string | null {
  const lower = given.toLowerCase();
  // Letter case, dashes and underscores are ignored.
  const typed = plain(given);
  const ranked = known
    .map((name) => ({ name, distance: plain(name) === typed ? 0 : distance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best === undefined) return null;
  if (best.distance <= mostDistance(given)) return best.name;
  // `user` for `username`, `rememberMe` for `rememberMeSeconds`, `carries` for `carry`.
  const alike = known.filter(
    (name) => (typed.length >= 3 && plain(name).startsWith(typed)) || sharesStem(plain(name), typed),
  );
  return alike.length === 1 ? (alike[0] ?? null) : null;
}

/** Two letters in the wrong order, `herf` for `href`, are one mistake. */
function distance(given: string, name: string): number {
  const isSwapped = given.length === name.length && sorted(given) === sorted(name);
  return isSwapped ? leven(given, name) / 2 : leven(given, name);
}

function sorted(text: string): string {
  return [...text].sort().join('');
}

/** True where the longer name begins with the shorter one (without its last letter) and has only a few more letters. */
function sharesStem(one: string, other: string): boolean {
  const stem = Math.min(one.length, other.length) - 1;
  return stem >= 4 && Math.abs(one.length - other.length) <= 3 && one.slice(0, stem) === other.slice(0, stem);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}
