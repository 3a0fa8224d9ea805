const field = /^(KEYS|ARGV|returns):\s*(.*)$/;
const identifier = /^[a-z][A-Za-z0-9]*$/;

export interface LuaHeader {
  readonly purpose: string;
  readonly keys: readonly string[];
  readonly argv: readonly string[];
}

/**
 * Reads the comment lines at the top of a script: what it does, `KEYS: a, b`, `ARGV: c, d` and `returns: …`. `none`
 * stands for an empty list; a list that ends in a comma continues in the next line; a last name written `names...`
 * stands for all that follow.
 * @throws Error when something is missing, or when the script uses a key or an argument that its header does not name
 */
export function readLuaHeader(text: string): LuaHeader {
  const header = commentLines(text);
  const [purpose] = header;
  if (purpose === undefined || field.test(purpose)) throw new Error('says nothing about what it does');
  const found = new Map<string, string>();
  for (const [at, line] of header.entries()) {
    const [, key, value = ''] = field.exec(line) ?? [];
    if (key !== undefined) found.set(key, key === 'returns' ? value : wholeList(value, header.slice(at + 1)));
  }
  const valueOf = (key: string): string => {
    const value = found.get(key);
    if (!value) throw new Error(`has no line "-- ${key}: …" at its top`);
    return value;
  };
  const keys = names(valueOf('KEYS'), 'KEYS');
  const argv = names(valueOf('ARGV'), 'ARGV');
  valueOf('returns');
  checkReach(text, 'KEYS', reachOf(keys));
  checkReach(text, 'ARGV', reachOf(argv));
  return { purpose, keys, argv };
}

function commentLines(text: string): readonly string[] {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  return lines.slice(0, end === -1 ? lines.length : end).map((line) => line.replace(/^--\s*/, '').trimEnd());
}

function wholeList(first: string, following: readonly string[]): string {
  let list = first.trim();
  for (const line of following) {
    if (!list.endsWith(',')) break;
    list = `${list} ${line.trim()}`;
  }
  return list;
}

function names(list: string, kind: 'KEYS' | 'ARGV'): readonly string[] {
  if (list === 'none') return [];
  const all = list.split(',').map((entry) => entry.trim());
  const isName = (entry: string, at: number): boolean =>
    identifier.test(at === all.length - 1 ? entry.replace(/\.\.\.$/, '') : entry);
  const wrong = all.find((entry, at) => !isName(entry, at));
  if (wrong !== undefined) throw new Error(`${kind}: "${wrong}" is not a camelCase name`);
  if (new Set(all).size < all.length) throw new Error(`${kind}: a name stands there twice`);
  return all;
}

function reachOf(names: readonly string[]): number {
  return names.at(-1)?.endsWith('...') === true ? Infinity : names.length;
}

function checkReach(text: string, kind: 'KEYS' | 'ARGV', count: number): void {
  const code = text.replace(/--.*$/gm, '');
  for (const [use, index] of code.matchAll(new RegExp(`${kind}\\[\\s*(\\d+)\\s*\\]`, 'g')))
    if (Number(index) < 1 || Number(index) > count) throw new Error(`uses ${use}, but its header names ${count}`);
}
