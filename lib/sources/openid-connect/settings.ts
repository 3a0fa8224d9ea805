import type { JsonObject } from '../../base/json.js';
import { isSettings, nameIssues, type SettingNames } from '../../base/setting-names.js';
import type { AccountChoice } from '../account-choice.js';
import { isClientSecret, type ClientSecret } from '../client-secret.js';
import { tenantPlace, issuerMistakes } from '../issuer.js';
import { isSafe } from '../provider-http.js';
import { isBoolean, isFunction, isText, isTextList, issue, optional } from '../setting-checks.js';
import { commonIssues, commonNames, type CommonSettings } from '../source-settings.js';
import { idTokenAlgorithms, type IdTokenAlgorithm } from './id-token.js';

/** A provider that supports OpenID Connect and publishes its metadata under `/.well-known/openid-configuration`. */
export interface OpenIdConnectSettings extends CommonSettings {
  /**
   * Exactly as the provider writes it; https, or http on this machine. For Microsoft Entra ID with several tenants:
   * `https://login.microsoftonline.com/{tenantid}/v2.0`, and `tenants`.
   */
  readonly issuer: string;
  /** The tenants whose accounts are accepted, by tenant id, if the issuer contains `{tenantid}`. */
  readonly tenants?: readonly string[] | undefined;
  readonly clientId: string;
  /** A function returns a secret that expires; it is called for every sign-in. */
  readonly clientSecret: ClientSecret;
  /** How the secret is sent; default `basic` if the provider accepts it, else `post`. */
  readonly clientAuthentication?: 'basic' | 'post' | undefined;
  /** Default `openid`, `profile`, `email`. */
  readonly scope?: readonly string[] | undefined;
  /** `form_post`: the provider posts its answer, as Apple does. Default `query`. */
  readonly responseMode?: 'query' | 'form_post' | undefined;
  /** Default: all algorithms that sign with a key pair. */
  readonly idTokenAlgorithms?: readonly IdTokenAlgorithm[] | undefined;
  /** False for a provider whose UserInfo is not usable; default: requested if the provider has it. */
  readonly userInfo?: boolean | undefined;
  /** Google's `hd`: the domains whose accounts are accepted. Read from the signed token alone. */
  readonly hostedDomains?: readonly string[] | undefined;
  /**
   * Returns true if the claims prove that the address belongs to the person; default: `email_verified` is exactly
   * `true`.
   */
  readonly emailVerified?: ((claims: JsonObject) => boolean) | undefined;
  /**
   * Further addresses of the person; return only addresses that the provider has verified. At most ten count. They do
   * not verify the main address. Default none.
   */
  readonly otherEmails?: ((claims: JsonObject) => readonly string[]) | undefined;
  /** Returns the claims to store, at most 4 kB; default the standard ones. */
  readonly claims?: ((claims: JsonObject) => JsonObject) | undefined;
  /** Further parameters of the authorization request, such as `{ prompt: 'select_account' }`. */
  readonly authorizationParameters?: Readonly<Record<string, string>> | undefined;
  /**
   * The `prompt` value for a visitor who wants another account; default `select_account`, and `login` if the provider
   * reports that it has no choice of accounts.
   */
  readonly accountChoice?: AccountChoice | undefined;
}

/** Parameters that the protocol sets and the app may not override. */
const ours: ReadonlySet<string> = new Set(
  'response_type client_id redirect_uri scope state nonce code_challenge code_challenge_method response_mode request request_uri'.split(
    ' ',
  ),
);

const names: SettingNames<OpenIdConnectSettings> = {
  ...commonNames,
  issuer: true,
  tenants: true,
  clientId: true,
  clientSecret: true,
  clientAuthentication: true,
  scope: true,
  responseMode: true,
  idTokenAlgorithms: true,
  userInfo: true,
  hostedDomains: true,
  emailVerified: true,
  otherEmails: true,
  claims: true,
  authorizationParameters: true,
  accountChoice: true,
};

/** Returns all mistakes, including unknown names. */
export function openIdConnectIssues(settings: OpenIdConnectSettings): readonly string[] {
  const misnamed = nameIssues(settings, names);
  return isSettings(settings) ? [...misnamed, ...openIdConnectValueIssues(settings)] : misnamed;
}

/** The mistakes in the values alone. */
export function openIdConnectValueIssues(settings: OpenIdConnectSettings): readonly string[] {
  const { issuer, tenants, clientId, clientSecret, clientAuthentication, scope, responseMode } = settings;
  const templated = isText(issuer) && issuer.includes(tenantPlace);
  return [
    ...commonIssues(settings),
    ...issue(
      isText(issuer) && isSafe(issuer.replace(tenantPlace, 'tenant')) && !issuer.includes('?'),
      '"issuer" must be an https URL without query, or an http URL of this machine',
    ),
    ...(typeof issuer === 'string' ? issuerMistakes(issuer) : []),
    ...issue(!templated || isTextList(tenants), '"tenants" must list tenant ids where "issuer" has a {tenantid}'),
    ...issue(templated || tenants === undefined, '"tenants" needs an "issuer" with a {tenantid}'),
    ...issue(isText(clientId), '"clientId" must be a text'),
    ...issue(isClientSecret(clientSecret), '"clientSecret" must be a text, or a function'),
    ...issue(
      optional(clientAuthentication, (value) => value === 'basic' || value === 'post'),
      '"clientAuthentication" must be basic or post',
    ),
    ...issue(
      optional(
        scope,
        (value) => isTextList(value) && value.includes('openid') && value.every((one) => /^\S+$/.test(one)),
      ),
      '"scope" must be a list of names with openid among them',
    ),
    ...issue(
      optional(responseMode, (value) => value === 'query' || value === 'form_post'),
      '"responseMode" must be query or form_post',
    ),
    ...furtherIssues(settings),
  ];
}

function furtherIssues(settings: OpenIdConnectSettings): readonly string[] {
  const {
    idTokenAlgorithms: algorithms,
    userInfo,
    hostedDomains,
    emailVerified,
    otherEmails,
    claims,
    authorizationParameters,
    accountChoice,
  } = settings;
  const known: ReadonlySet<string> = new Set(idTokenAlgorithms);
  const parameters: unknown = authorizationParameters;
  return [
    ...issue(
      optional(algorithms, (value) => isTextList(value) && value.every((one) => known.has(one))),
      `"idTokenAlgorithms" must be a list of ${idTokenAlgorithms.join(', ')}`,
    ),
    ...issue(optional(userInfo, isBoolean), '"userInfo" must be true or false'),
    ...issue(optional(hostedDomains, isTextList), '"hostedDomains" must be a list of domains'),
    ...issue(optional(emailVerified, isFunction), '"emailVerified" must be a function'),
    ...issue(optional(otherEmails, isFunction), '"otherEmails" must be a function'),
    ...issue(optional(claims, isFunction), '"claims" must be a function'),
    ...issue(
      optional(
        parameters,
        (value) =>
          typeof value === 'object' &&
          value !== null &&
          Object.entries(value).every(([name, text]) => typeof text === 'string' && !ours.has(name)),
      ),
      '"authorizationParameters" must be texts, and none of those that the protocol sets',
    ),
    ...issue(
      optional(accountChoice, (value) => value === 'select_account' || value === 'login'),
      '"accountChoice" must be select_account or login',
    ),
  ];
}
