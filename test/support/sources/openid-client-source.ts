import { allowInsecureRequests, discovery, fetchUserInfo, type Configuration } from 'openid-client';
import { Strategy as OpenIdClientStrategy } from 'openid-client/passport';
import { passportSource } from '../../../lib/index.js';
import type { SourceDefinition } from '../../../lib/ports/source.js';
import type { OpenIdProvider } from '../openid-provider.js';

interface Tokens {
  readonly access_token: string;
  claims(): { readonly sub: string; readonly iss: string } | undefined;
}

/** `provider` as a source by the Passport strategy of openid-client. */
export function openIdClientSource(
  { issuer, clientId, clientSecret }: Pick<OpenIdProvider, 'issuer' | 'clientId' | 'clientSecret'>,
  { slug, name }: { readonly slug: string; readonly name: string },
): SourceDefinition {
  let config: Promise<Configuration> | undefined;
  const configuration = (): Promise<Configuration> => {
    // oxlint-disable-next-line typescript/no-deprecated -- it is marked so to stand out; this provider is on loopback
    const insecure = { execute: [allowInsecureRequests] };
    return (config ??= discovery(new URL(issuer), clientId, clientSecret, undefined, insecure));
  };
  return passportSource({
    slug,
    name,
    issuer,
    async strategy(verify, callbackURL) {
      const settings = { config: await configuration(), callbackURL, scope: 'openid profile email' };
      return new OpenIdClientStrategy(settings, verify);
    },
    async identity(tokens: Tokens) {
      const { sub = '', iss } = tokens.claims() ?? {};
      const said = await fetchUserInfo(await configuration(), tokens.access_token, sub);
      const { email, email_verified: emailVerified, preferred_username: username, name: fullName } = said;
      return { subject: sub, issuer: iss, email, emailVerified: emailVerified === true, username, name: fullName };
    },
  });
}
