import type { Request, Response } from 'express';
import { systemClock } from '../../../lib/base/clock.js';
import { memoryConnections, signInFlow, signOutFlow, type Connections, type Flow } from '../../../lib/index.js';
import { openTestApp, signup, type TestApp } from '../http/test-app.js';
import { openObserver } from './observer.js';
import type { StartedWay } from './sso-way.js';

/** A request that the app received. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly cookie: string | undefined;
  readonly site: string | undefined;
}

/** A test app at `localhost`, whose provider is at `127.0.0.1`: to browsers these are two sites. */
export interface LocalApp {
  readonly origin: string;
  readonly testApp: TestApp;
  readonly connections: Connections;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

const usualFlows = [
  signInFlow({ slug: 'sign-in', target: '/inside' }),
  signOutFlow({ slug: 'sign-out', target: '/outside' }),
  signup,
];

export async function openLocalApp(way: StartedWay, flows: readonly Flow[] = usualFlows): Promise<LocalApp> {
  const observer = await openObserver();
  const origin = observer.url;
  const connections = memoryConnections();
  const asked: Asked[] = [];
  const testApp = await openTestApp({
    origin,
    clock: systemClock,
    sources: way.sources,
    connections,
    flows,
    before: (app) =>
      void app.use((req, _res, next) => {
        const { cookie, 'sec-fetch-site': site } = req.headers;
        asked.push({ method: req.method, path: req.path, cookie, site: site?.toString() });
        next();
      }),
    after(app, enrollment) {
      way.routes?.(app, enrollment);
      app.get(['/books', '/outside'], async (req: Request, res: Response) => {
        const user = await enrollment.currentUser(req);
        res.send(
          `<!doctype html><title>Kopi Club</title><main><strong id="who">${user?.username ?? ''}</strong></main>`,
        );
      });
    },
  });
  observer.lookAt(Number(new URL(testApp.url).port));
  way.allow?.(origin);
  return {
    origin,
    testApp,
    connections,
    asked,
    async close() {
      observer.close();
      await testApp.close();
    },
  };
}
