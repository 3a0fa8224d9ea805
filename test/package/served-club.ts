import { startServer } from '../services/child-server.js';
import { freePort } from '../services/free-port.js';
import type { Consumer } from './consumer.js';

export interface ClubSettings {
  /** As the world sees it; default: where the club listens, with the mount's path. */
  readonly baseUrl?: string;
  /** The prefixes of nested routers, the outermost first; default: none. */
  readonly mount?: readonly string[];
  /** Express's setting; default off. */
  readonly trustProxy?: number;
  readonly attempts?: { readonly perClient: { readonly points: number; readonly windowSeconds: number } };
}

export interface ServedClub {
  /** Where it listens. */
  readonly url: string;
  /** The address of the flow's page, as the kit tells it. */
  readonly page: string;
  /** An invitation for nine. */
  readonly invitation: { readonly code: string; readonly url: string };
  /** Codes of the warnings until now. */
  warnings(): readonly string[];
  stop(): Promise<void>;
}

/** The consumer's club in a process of its own. */
export async function serveClub(consumer: Consumer, settings: ClubSettings = {}): Promise<ServedClub> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}${(settings.mount ?? []).join('')}`;
  const server = await startServer('serve.mjs', {
    cwd: consumer.folder,
    args: [JSON.stringify({ port, baseUrl, ...settings })],
    env: { NODE_V8_COVERAGE: undefined, NODE_OPTIONS: undefined, NODE_PATH: undefined },
    ready: /^(http:\S+)$/,
  });
  const lines = (customCode: string): readonly string[] =>
    [...server.stdout().matchAll(new RegExp(`^${customCode} (.+)$`, 'gm'))].map(([, rest = '']) => rest);
  const [told = ''] = lines('invitation');
  const { page, ...invitation } = JSON.parse(told) as { page: string; code: string; url: string };
  return { url: server.url, page, invitation, warnings: () => lines('warning'), stop: server.stop };
}
