import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { own, stopChild } from './child.js';
import { onCore, type Cores } from './cores.js';
import { freePort } from './free-port.js';
import type { Usage, UsageQuestion } from './serve.js';
import { toEnvironment, type Setting } from './setting.js';
import { scripts, type Side } from './side.js';

export interface ServerProcess {
  readonly port: number;
  usage(collect?: boolean): Promise<Usage>;
  stop(): Promise<void>;
}

const startSeconds = 30;

/** One of the servers as a separate process, pinned to the servers' core. */
export async function startServer(
  side: Side,
  setting: Omit<Setting, 'port'>,
  cores: Cores | null,
): Promise<ServerProcess> {
  const port = await freePort();
  const file = fileURLToPath(new URL(`./${scripts[side]}`, import.meta.url));
  const [program, args] = onCore(cores?.servers, process.execPath, ['--expose-gc', file]);
  const child = own(
    spawn(program, args, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...toEnvironment({ ...setting, port }) },
    }),
  );
  const tooSlow = setTimeout(() => child.kill('SIGKILL'), startSeconds * 1000);
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the server '${side}' ended by itself (see its message above)`);
  });
  ended.catch(() => undefined);
  const message = (): Promise<unknown[]> => Promise.race([once(child, 'message'), ended]);
  await message();
  clearTimeout(tooSlow);
  return {
    port,
    async usage(collect = false) {
      const question: UsageQuestion = { ask: 'usage', collect };
      const answered = message();
      child.send(question);
      const [answer] = (await answered) as [Usage];
      return answer;
    },
    stop: () => stopChild(child),
  };
}
