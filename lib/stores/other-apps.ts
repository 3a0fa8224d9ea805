import type { AppRegistry, RegisteredApp } from '../ports/app-registry.js';

/** Apps with the same Redis and prefix that must not share it with this app. */
export interface OtherApps {
  /** Base URLs of other apps: they would read each other's invitations and sessions. */
  readonly elsewhere: readonly string[];
  /** True when processes at this base URL sign with a secret that this one does not have. */
  readonly otherSecret: boolean;
}

export async function findOtherApps(
  apps: Pick<AppRegistry, 'recent'>,
  self: Pick<RegisteredApp, 'baseUrl'>,
  keyIds: readonly string[],
): Promise<OtherApps> {
  const recent = await apps.recent();
  return {
    elsewhere: [...new Set(recent.map(({ baseUrl }) => baseUrl))].filter((baseUrl) => baseUrl !== self.baseUrl),
    otherSecret: recent.some(({ baseUrl, keyId }) => baseUrl === self.baseUrl && !keyIds.includes(keyId)),
  };
}
