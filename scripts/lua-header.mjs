const field = /^(KEYS|ARGV|returns):\s*(.*)$/;
const name = /^[a-z][A-Za-z0-9]*$/;

/**
 * Reads the comment lines at the top of a script: what it does, `KEYS: a, b`, `ARGV: c, d` and `returns: …`.
 * `none` stands for an empty list; a list that ends in a comma goes on in the next line; a last argument written
 * `names...` takes all that follow. Throws when something is missing or the script reaches beyond its lists.
 */
export function readLuaHeader(file, text) {
  const fail = (problem) => {
    throw new Error(`${file}: ${problem}`);
  };
  const header = commentLines(text);
  const found = { purpose: header[0] && !field.test(header[0]) ? header[0] : fail('says nothing about what it does') };
  header.forEach((line, at) => {
    const [, key, value] = field.exec(line) ?? [];
    if (key) found[key] = key === 'returns' ? value : wholeList(value, header.slice(at + 1));
  });
  for (const key of ['KEYS', 'ARGV', 'returns']) if (!found[key]) fail(`has no line "-- ${key}: …" at its top`);

  const keys = names(found.KEYS, 'KEYS', fail);
  const argv = names(found.ARGV, 'ARGV', fail);
  const open = argv.at(-1)?.endsWith('...');
  checkReach(text, 'KEYS', keys.length, fail);
  checkReach(text, 'ARGV', open ? Infinity : argv.length, fail);
  return { purpose: found.purpose, keys, argv };
}

function commentLines(text) {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  return lines.slice(0, end === -1 ? lines.length : end).map((line) => line.replace(/^--\s*/, '').trimEnd());
}

function wholeList(first, following) {
  let list = first.trim();
  for (const line of following) {
    if (!list.endsWith(',')) break;
    list = `${list} ${line.trim()}`;
  }
  return list;
}

function names(list, kind, fail) {
  if (list === 'none') return [];
  const all = list.split(',').map((entry) => entry.trim());
  const wrong = all.find(
    (entry, at) => !name.test(kind === 'ARGV' && at === all.length - 1 ? entry.replace(/\.\.\.$/, '') : entry),
  );
  if (wrong !== undefined) fail(`${kind}: "${wrong}" is not a camelCase name`);
  if (new Set(all).size < all.length) fail(`${kind}: a name stands there twice`);
  return all;
}

function checkReach(text, kind, count, fail) {
  const code = text.replace(/--.*$/gm, '');
  for (const [use, index] of code.matchAll(new RegExp(`${kind}\\[\\s*(\\d+)\\s*\\]`, 'g'))) {
    if (index < 1 || index > count) fail(`uses ${use}, but its header names ${count}`);
  }
}
