import type { JsonObject } from '../../base/json.js';
import { isSettings, nameIssues, type SettingNames } from '../../base/setting-names.js';
import { refuseSettings } from '../../base/settings.js';
import type { PassportIdentity, ProviderDefinition } from '../../ports/source.js';
import { isClientSecret, type ClientSecret } from '../client-secret.js';
import { createSource } from '../create-source.js';
import { defineSource } from '../define-source.js';
import { baseUrlIssues, nameSource } from '../providers/naming.js';
import { isFunction, issue, isText, isTextList, optional } from '../setting-checks.js';
import { commonIssues, commonNames, type CommonSettings } from '../source-settings.js';
import { createOAuth2Protocol, type OAuth2Provider } from './protocol.js';

/** The settings of ready-made sources for providers without OpenID Connect. */
export interface OAuth2ProviderSettings extends Omit<CommonSettings, 'slug'> {
  /** Default the provider's name in lower case. It is stored with every identity. */
  readonly slug?: string | undefined;
  readonly clientId: string;
  readonly clientSecret: ClientSecret;
  /** Default: the profile and the email address. */
  readonly scope?: readonly string[] | undefined;
  /** The provider's own installation; https, or http on this machine. */
  readonly baseUrl?: string | undefined;
  /** Returns what to keep of the provider's profile, at most 4 kB; default its names and picture. */
  readonly claims?: ((profile: JsonObject) => JsonObject) | undefined;
}

const names: SettingNames<OAuth2ProviderSettings> = {
  ...commonNames,
  clientId: true,
  clientSecret: true,
  scope: true,
  baseUrl: true,
  claims: true,
};

interface ReadyMade {
  readonly factory: string;
  readonly slug: string;
  readonly name: string;
  readonly scope: readonly string[];
  /** Called with valid settings. */
  provider(settings: OAuth2ProviderSettings): OAuth2Provider;
}

/** @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues` */
export function createOAuth2Source(
  settings: OAuth2ProviderSettings,
  { factory, slug, name, scope, provider }: ReadyMade,
): ProviderDefinition {
  refuseSettings(factory, settings, [...nameIssues(settings, names), ...valueIssues(settings, slug)]);
  const named = { ...settings, ...nameSource(settings, slug, name) };
  const described = provider(settings);
  return defineSource(named, { kind: 'oauth2', posts: false }, (facts, parts) => {
    const { clientId, clientSecret, timeoutMs } = settings;
    const client = { slug: named.slug, clientId, clientSecret, scope: settings.scope ?? scope, timeoutMs };
    const protocol = createOAuth2Protocol(described, { ...client, redirectUri: facts.callbackUrl }, parts);
    return createSource(facts, parts, settings.enabled, protocol);
  });
}

function valueIssues(settings: OAuth2ProviderSettings, slug: string): readonly string[] {
  if (!isSettings(settings)) return [];
  const { clientId, clientSecret, scope, baseUrl, claims } = settings;
  return [
    ...commonIssues({ ...settings, slug: settings.slug ?? slug }),
    ...issue(isText(clientId), '"clientId" must be a text'),
    ...issue(isClientSecret(clientSecret), '"clientSecret" must be a text, or a function'),
    ...issue(
      optional(scope, (value) => isTextList(value) && value.every((one) => /^\S+$/.test(one))),
      '"scope" must be a list of names',
    ),
    ...baseUrlIssues(baseUrl),
    ...issue(optional(claims, isFunction), '"claims" must be a function'),
  ];
}

/** The claims that the app chose, or those with these names. */
export function chosenClaims(
  profile: JsonObject,
  { claims }: OAuth2ProviderSettings,
  usual: readonly string[],
): NonNullable<PassportIdentity['claims']> {
  return claims?.(profile) ?? Object.fromEntries(usual.map((name) => [name, profile[name]]));
}
