import type { EnrollmentClock } from '../base/clock.js';
import { type JsonObject, parseJson, textOf } from '../base/json.js';
import type { Issuer } from './issuer.js';
import { shown, SourceProblem } from './problem.js';
import { isSafe, type ProviderHttp } from './provider-http.js';

/** What a provider says about itself (OpenID Connect Discovery 1.0). */
export interface ProviderMetadata {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly keysUrl: string;
  /** Null for a provider without one. */
  readonly userInfoEndpoint: string | null;
  /** True when it takes the client's secret by HTTP Basic, which it does where it says nothing. */
  readonly takesBasic: boolean;
  /** True when every answer names its issuer (RFC 9207). */
  readonly namesIssuer: boolean;
  /** False when it says what `prompt` may be, and a choice of accounts is not among that. */
  readonly choosesAccount: boolean;
}

const freshMs = 3_600_000;
const pauseMs = 60_000;

/**
 * Asks for the description when it is first needed, and again after an hour; who comes meanwhile shares the question.
 * A failure is not kept: the next visitor asks again, and one who has an older description goes on with that.
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
      // Not every visitor has to wait for a provider that does not answer.
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
