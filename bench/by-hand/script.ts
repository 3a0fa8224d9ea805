import type { Redis } from 'ioredis';

type Script = (keys: readonly string[], values: readonly (string | number)[]) => Promise<unknown>;

/** A Lua script as a function; ioredis sends its hash and falls back to the text. */
export function defineScript(redis: Redis, name: string, lua: string, numberOfKeys: number): Script {
  redis.defineCommand(name, { lua, numberOfKeys });
  const commands = redis as unknown as Record<string, (...args: (string | number)[]) => Promise<unknown>>;
  return (keys, values) => {
    const run = commands[name];
    if (run === undefined) throw new Error(`script ${name} is not defined`);
    return run.call(redis, ...keys, ...values);
  };
}
