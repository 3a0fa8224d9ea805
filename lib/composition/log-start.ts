import { parseUrl } from '../base/url.js';
import type { EnrollmentConfig } from '../options/options.js';
import { packageVersion } from './version.js';

/** Logs the version and the settings that decide how an enrollment behaves. It logs no secrets. */
export function logStart<User, Data>(config: EnrollmentConfig<User, Data>): void {
  const { site, production, secrets, ephemeralSecret, redis, keyPrefix: prefix, registration, flows, sources } = config;
  config.logger.info(
    {
      version: packageVersion(),
      node: process.version,
      baseUrl: site.origin + site.mount,
      production,
      secrets: ephemeralSecret ? 0 : secrets.length,
      redis: placeOf(redis),
      prefix,
      users: config.users !== null,
      redemptions: config.redemptions !== null,
      registration,
      flows: flows.map(({ slug }) => slug),
      sources: sources.length,
    },
    'express-enrollment starts',
  );
}

/** A Redis URL may contain a name and a password; only its scheme and host are logged. */
function placeOf(redis: string | object | null): string {
  if (redis === null) return 'memory';
  const url = typeof redis === 'string' ? parseUrl(redis) : null;
  if (url === null) return 'a client of the app';
  const { protocol, host } = url;
  return `${protocol}//${host}`;
}
