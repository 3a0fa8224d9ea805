import type { EnrollmentClock } from '../../base/clock.js';
import { parseJson, textOf, type JsonObject } from '../../base/json.js';
import type { Issuer } from '../issuer.js';
import { shown, SourceProblem } from '../problem.js';
import { isSafe, type ProviderHttp } from '../provider-http.js';

/** A provider's metadata (OpenID Connect Discovery 1.0). */
export interface ProviderMetadata {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly keysUrl: string;
  /** Null for a provider without one. */
  readonly userInfoEndpoint: string | null;
  /** True if it accepts the client's secret by HTTP Basic, which is the default if the metadata does not say. */
  readonly takesBasic: boolean;
  /** True if every answer contains its issuer (RFC 9207). */
  readonly namesIssuer: boolean;
  /** False if the metadata lists the values of `prompt` without `select_account`. */
  readonly choosesAccount: boolean;
}

const freshMs = 3_600_000;
const pauseMs = 60_000;

/**
 * Fetches the metadata at the first use, and again after an hour; concurrent callers share the request. A failure is
 * not cached: the next visitor triggers a new request, and if older metadata exists, it stays in use.
 */
export function createDiscovery({
  issuer,
  http,
  clock,
}: {
  readonly issuer: Issuer;
  readonly http: ProviderHttp;
  readonly clock: EnrollmentClock;
}): () => Promise<ProviderMetadata> {
  let known: { readonly metadata: ProviderMetadata; readonly until: number } | null = null;
  let asking: Promise<ProviderMetadata> | null = null;

  async function ask(): Promise<ProviderMetadata> {
    const { status, text } = await http({
      what: 'discovery',
      url: issuer.discoveryUrl,
      headers: { accept: 'application/json' },
    });
    if (status !== 200)
      throw new SourceProblem(status >= 500 ? 'provider.away' : 'discovery.malformed', `discovery: ${status}`);
    const metadata = metadataOf(parseJson(text), issuer);
    known = { metadata, until: clock.now() + freshMs };
    return metadata;
  }

  return async () => {
    if (known !== null && known.until > clock.now()) return known.metadata;
    asking ??= ask().finally(() => {
      asking = null;
    });
    try {
      return await asking;
    } catch (error) {
      if (known === null) throw error;
      // Not every visitor should wait for a provider that does not answer.
      known = { ...known, until: clock.now() + pauseMs };
      return known.metadata;
    }
  };
}

function metadataOf(description: JsonObject | null, issuer: Issuer): ProviderMetadata {
  if (description === null) throw new SourceProblem('discovery.malformed', 'not JSON');
  if (description['issuer'] !== issuer.configured)
    throw new SourceProblem('discovery.issuer', shown(description['issuer']));
  const optional = (name: string): string | null => {
    const url = textOf(description, name, 2048);
    if (url !== null && !isSafe(url)) throw new SourceProblem('provider.insecure', name);
    return url;
  };
  const required = (name: string): string => {
    const url = optional(name);
    if (url === null) throw new SourceProblem('discovery.malformed', name);
    return url;
  };
  const prompts = description['prompt_values_supported'];
  const methods = description['token_endpoint_auth_methods_supported'];
  return {
    authorizationEndpoint: required('authorization_endpoint'),
    tokenEndpoint: required('token_endpoint'),
    keysUrl: required('jwks_uri'),
    userInfoEndpoint: optional('userinfo_endpoint'),
    takesBasic: !Array.isArray(methods) || methods.includes('client_secret_basic'),
    namesIssuer: description['authorization_response_iss_parameter_supported'] === true,
    choosesAccount: !Array.isArray(prompts) || prompts.includes('select_account'),
  };
}
