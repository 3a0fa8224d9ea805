import { SourceProblem } from './problem.js';
import { issue } from './setting-checks.js';

/** Whose tokens are taken: one issuer, or those of named tenants where the provider's issuer has a place for them. */
export interface Issuer {
  /** As configured, and as the provider's own description must say. */
  readonly configured: string;
  /** Where the description lies. */
  readonly discoveryUrl: string;
  /** True for an issuer that a token or an answer may name; with tenants only where `tenant` is one of them and its own. */
  accepts(issuer: unknown, tenant?: unknown): boolean;
  /** True for a tenant that is on the list; always, where there are none. */
  acceptsTenant(tenant: unknown): boolean;
}

/** As Microsoft Entra ID writes it in its description. */
export const tenantPlace = '{tenantid}';
/** Personal accounts of Microsoft: all of them share this tenant. */
const personalTenant = '9188040d-6c67-4c5b-b112-36a304b66dad';

export function createIssuer(configured: string, tenants: readonly string[] = []): Issuer {
  const allowed = new Map(tenants.map((tenant) => [configured.replace(tenantPlace, tenant), tenant]));
  const templated = configured.includes(tenantPlace);
  // "organizations" offers work accounts only, so that visitors cannot choose an account that is refused afterwards.
  const everybody = tenants.includes(personalTenant) ? 'common' : 'organizations';
  const base = configured.replace(tenantPlace, everybody).replace(/\/$/, '');
  return Object.freeze<Issuer>({
    configured,
    discoveryUrl: `${base}/.well-known/openid-configuration`,
    accepts(issuer, tenant) {
      if (typeof issuer !== 'string') return false;
      if (!templated) return issuer === configured;
      return allowed.has(issuer) && (tenant === undefined || allowed.get(issuer) === tenant);
    },
    acceptsTenant: (tenant) => !templated || (typeof tenant === 'string' && tenants.includes(tenant)),
  });
}

/**
 * An answer that names another issuer (RFC 9207). Where a provider begins to name itself, or to do so otherwise, the
 * configuration and the stored connections have to follow; the problem says so, and names both.
 */
export function otherIssuer(said: string, configured: string): SourceProblem {
  return new SourceProblem(
    'callback.issuer',
    `the answer is from ${said.slice(0, 100)}, "issuer" is ${configured.slice(0, 100)}; where the first is the provider's ` +
      'own name, set "issuer" to it and correct the column issuer of enrollment_connections',
    400,
  );
}

/** Addresses that look like an issuer and that no token names: found at the start, not by the first visitor. */
export function issuerMistakes(issuer: string): readonly string[] {
  return [
    ...issue(
      !/^https:\/\/login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn)\/(?:common|organizations|consumers)(?:\/|$)/i.test(
        issuer,
      ),
      '"issuer" must be of one tenant (https://login.microsoftonline.com/<tenant id>/v2.0), or with {tenantid} and "tenants": ' +
        'no token of Microsoft names common, organizations or consumers',
    ),
    ...issue(
      !/\/\.well-known\//.test(issuer),
      '"issuer" must be without /.well-known/openid-configuration, which is added to it',
    ),
    ...issue(
      issuer !== 'https://accounts.google.com/',
      '"issuer" of Google must be https://accounts.google.com, without a slash',
    ),
  ];
}
