import { SourceProblem } from './problem.js';
import { issue } from './setting-checks.js';

/** The accepted issuers: one, or those of named tenants if the provider's issuer has a tenant placeholder. */
export interface Issuer {
  /** As configured, and as the provider's metadata must state. */
  readonly configured: string;
  /** The URL of the metadata. */
  readonly discoveryUrl: string;
  /**
   * True for an issuer that a token or an answer may contain; with tenants only if `tenant` is on the list and matches
   * the issuer.
   */
  accepts(issuer: unknown, tenant?: unknown): boolean;
  /** True for a tenant on the list; always true if there is no list. */
  acceptsTenant(tenant: unknown): boolean;
}

/** As Microsoft Entra ID writes it in its metadata. */
export const tenantPlace = '{tenantid}';
/** Personal accounts of Microsoft: all of them share this tenant. */
export const personalTenant = '9188040d-6c67-4c5b-b112-36a304b66dad';

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
 * An answer that names another issuer (RFC 9207). If a provider starts to send its issuer, or changes it, the
 * configuration and the stored connections must follow; the problem says so, and names both.
 */
export function otherIssuer(said: string, configured: string): SourceProblem {
  return new SourceProblem(
    'callback.issuer',
    `the answer is from ${said.slice(0, 100)}, "issuer" is ${configured.slice(0, 100)}; where the first is the provider's ` +
      'own name, set "issuer" to it and correct the column issuer of enrollment_connections',
    400,
  );
}

/** Addresses that look like an issuer but that no token contains: detected at the start, not by the first visitor. */
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
