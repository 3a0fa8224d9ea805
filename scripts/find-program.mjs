import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The full path of a program: the one `variable` names in the environment, else the first of `names` on the PATH or in
 * `folders`, where a part may be `*`: of several folders the one with the highest number is taken.
 * A variable that names no program is an error, never a reason to take another one.
 */
export function findProgram({ variable, names, folders: more = [] }) {
  const named = process.env[variable];
  if (named) {
    if (runs(named)) return named;
    throw new Error(`${variable} is set to ${named}, which is not a program`);
  }
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...more.flatMap(standing)];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(runs);
}

/** The folders that a pattern with one `*` stands for, the highest number first. */
function standing(pattern) {
  const [before, after] = pattern.split('*');
  if (after === undefined || !existsSync(before)) return after === undefined ? [pattern] : [];
  const versions = readdirSync(before).sort((one, other) => Number(other) - Number(one));
  return versions.map((version) => join(before, version, after));
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
