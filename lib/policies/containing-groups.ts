import type { Awaitable } from '../base/awaitable.js';

/** As deep as groups may contain each other; circles end here too. */
const mostLevels = 10;

/** The groups, and those that contain them, ten levels up. `parents`: the groups that contain a group. */
export async function withContaining(
  groups: readonly string[],
  parents: (group: string) => Awaitable<readonly string[]>,
): Promise<ReadonlySet<string>> {
  const own = new Set(groups);
  let level = [...own];
  for (let depth = 0; depth < mostLevels && level.length > 0; depth += 1) {
    const above = (await Promise.all(level.map(async (group) => parents(group)))).flat();
    level = [...new Set(above)].filter((group) => !own.has(group));
    for (const group of level) own.add(group);
  }
  return own;
}
