import type { JsonObject } from '../../base/json.js';
import type { SourceIdentity } from '../../ports/source.js';
import { joinClaims, keptClaims, profileOf, usualClaims, otherEmailsOf } from '../claims.js';
import { shown, SourceProblem } from '../problem.js';
import type { IdToken } from './id-token.js';
import type { OpenIdConnectSettings } from './settings.js';

/** The identity that verified claims describe. @throws SourceProblem */
export function openIdConnectIdentity(
  settings: Pick<OpenIdConnectSettings, 'slug' | 'hostedDomains' | 'emailVerified' | 'otherEmails' | 'claims'>,
  verified: IdToken,
  userInfo: JsonObject,
  subjectOf: (token: IdToken) => string = (token) => token.subject,
): SourceIdentity {
  const { slug, hostedDomains, emailVerified = isVerified, otherEmails, claims: choose = usualClaims } = settings;
  const { issuer, claims: token } = verified;
  if (hostedDomains !== undefined && !hostedDomains.some((domain) => domain === token['hd']))
    throw new SourceProblem('identity.hosted_domain', shown(token['hd']));
  const claims = joinClaims(token, userInfo);
  const profile = profileOf(claims, emailVerified(claims));
  return {
    source: slug,
    issuer,
    subject: subjectOf(verified),
    ...profile,
    ...otherEmailsOf(otherEmails?.(claims), profile.email),
    claims: keptClaims(choose(claims)),
  };
}

/** Only the boolean `true`: providers also send the text "true" or 1 for addresses that they did not verify. */
function isVerified(claims: JsonObject): boolean {
  return claims['email_verified'] === true;
}
