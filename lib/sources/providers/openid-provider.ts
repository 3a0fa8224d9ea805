import { isSettings, nameIssues, type SettingNames } from '../../base/setting-names.js';
import { refuseSettings } from '../../base/settings.js';
import type { ProviderDefinition } from '../../ports/source.js';
import { openIdConnectValueIssues, type OpenIdConnectSettings } from '../openid-connect/settings.js';
import { createOpenIdConnectSource, type ProviderTraits } from '../openid-connect/source.js';
import { commonNames } from '../source-settings.js';
import { nameSource } from './naming.js';

type FixedByProvider = 'slug' | 'issuer' | 'tenants' | 'hostedDomains' | 'responseMode' | 'clientAuthentication';

/** The settings of ready-made sources for providers with OpenID Connect. */
export interface OpenIdProviderSettings extends Omit<OpenIdConnectSettings, FixedByProvider> {
  /** Default the provider's name in lower case. It is stored with every identity. */
  readonly slug?: string | undefined;
}

const commonOpenIdNames: SettingNames<OpenIdProviderSettings> = {
  ...commonNames,
  clientId: true,
  clientSecret: true,
  scope: true,
  idTokenAlgorithms: true,
  userInfo: true,
  emailVerified: true,
  otherEmails: true,
  claims: true,
  authorizationParameters: true,
  accountChoice: true,
};

interface ReadyMade<S> {
  readonly factory: string;
  readonly slug: string;
  readonly name: string;
  /** The settings that only this provider has. */
  readonly names: SettingNames<Omit<S, keyof OpenIdProviderSettings>>;
  /** Common settings that it does not have. */
  readonly without?: readonly (keyof OpenIdProviderSettings)[];
  /** Mistakes in its own settings. */
  issues(settings: S): readonly string[];
  /** Everything else that the source needs. Called with wrong settings as well, to report all mistakes at once. */
  complete(settings: S): Omit<OpenIdConnectSettings, 'slug' | 'name'>;
  traits?(settings: S): ProviderTraits;
}

/** @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues` */
export function createOpenIdProvider<S extends Omit<OpenIdProviderSettings, 'clientSecret'>>(
  settings: S,
  { factory, slug, name, names, without = [], issues, complete, traits }: ReadyMade<S>,
): ProviderDefinition {
  const excluded: readonly string[] = without;
  const common = Object.entries(commonOpenIdNames).filter(([setting]) => !excluded.includes(setting));
  const misnamed = nameIssues(settings, { ...Object.fromEntries(common), ...names });
  if (!isSettings(settings)) refuseSettings(factory, settings, misnamed);
  const completed = { ...complete(settings), ...nameSource(settings, slug, name) };
  refuseSettings(factory, settings, [...misnamed, ...issues(settings), ...openIdConnectValueIssues(completed)]);
  return createOpenIdConnectSource(completed, traits?.(settings));
}
