import express, { type Express, type Request } from 'express';
import type { Setting } from './setting.js';

/** A server process's answer when the driver asks for its usage. */
export interface Usage {
  readonly cpuMicros: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
}

export interface UsageQuestion {
  readonly ask: 'usage';
  /** Collect garbage first, so that memory figures compare. */
  readonly collect: boolean;
}

/** The host app, the same for both sides. */
export function hostApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  return app;
}

/** The driver simulates many clients from one address: this header tells them apart, so that no rate limit applies. */
export function benchClient(req: Request): string {
  return req.get('x-bench-client') ?? req.ip ?? 'unknown';
}

function usage(collect: boolean): Usage {
  if (collect) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpuMicros: user + system, residentBytes: rss, heapBytes: heapUsed };
}

/** Listens on loopback, notifies the driver when ready, answers its requests, and exits when the driver exits. */
export function serve(app: Express, setting: Setting): void {
  app.listen(setting.port, '127.0.0.1', (error?: Error) => {
    if (error) throw error;
    process.send?.({ ready: true });
  });
  process.on('message', (question: UsageQuestion) => process.send?.(usage(question.collect)));
  process.on('disconnect', () => process.exit(0));
}
