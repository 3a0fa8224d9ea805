import type { RateLimits } from '../../../lib/ports/rate-limits.js';
import { startServer } from '../child-server.js';
import { freePort } from '../free-port.js';
import type { Consumer } from '../../package/consumer.js';

export interface ServedAppSettings {
  /** The public address; default: the listening address, with the mount's path. */
  readonly baseUrl?: string;
  /** The prefixes of nested routers, the outermost first; default: none. */
  readonly mount?: readonly string[];
  /** Express's setting; default off. */
  readonly trustProxy?: number;
  readonly rateLimits?: RateLimits;
}

export interface ServedApp {
  /** The listening address. */
  readonly url: string;
  /** The address of the flow's page, as the kit returns it. */
  readonly page: string;
  /** An invitation with nine uses. */
  readonly invitation: { readonly code: string; readonly url: string };
  /** Codes of the warnings until now. */
  warnings(): readonly string[];
  stop(): Promise<void>;
}

/** The consumer's app in its own process. */
export async function serveApp(consumer: Consumer, settings: ServedAppSettings = {}): Promise<ServedApp> {
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
  const [emitted = ''] = lines('invitation');
  const { page, ...invitation } = JSON.parse(emitted) as { page: string; code: string; url: string };
  return { url: server.url, page, invitation, warnings: () => lines('warning'), stop: server.stop };
}
