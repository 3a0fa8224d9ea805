import { textOf, type JsonObject } from '../../base/json.js';
import type { ProviderDefinition } from '../../ports/source.js';
import { personalTenant, tenantPlace } from '../issuer.js';
import type { IdToken } from '../openid-connect/id-token.js';
import { SourceProblem } from '../problem.js';
import { isText, isTextList, issue, optional } from '../setting-checks.js';
import { baseUrlIssues, baseUrlOf } from './naming.js';
import { createOpenIdProvider, type OpenIdProviderSettings } from './openid-provider.js';

interface MicrosoftSettings extends OpenIdProviderSettings {
  /** The id of the one tenant whose accounts are accepted. Set this or `tenants`. */
  readonly tenant?: string | undefined;
  /** The ids of several tenants; that of personal accounts is `9188040d-6c67-4c5b-b112-36a304b66dad`. */
  readonly tenants?: readonly string[] | undefined;
  /** A national cloud, such as `https://login.microsoftonline.us`; default `https://login.microsoftonline.com`. */
  readonly baseUrl?: string | undefined;
}

const id = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Sign-in with Microsoft Entra ID. The subject is `<oid>.<tid>`, the same in all apps. An address counts as verified only
 * if `xms_edov`, an optional claim of the app registration, says so: administrators of any tenant can set any address.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function microsoftSource(settings: MicrosoftSettings): ProviderDefinition {
  return createOpenIdProvider(settings, {
    factory: 'microsoftSource',
    slug: 'microsoft',
    name: 'Microsoft',
    names: { tenant: true, tenants: true, baseUrl: true },
    issues: ({ tenant, tenants, scope, baseUrl }) => [
      ...issue((tenant === undefined) !== (tenants === undefined), 'needs either "tenant" or "tenants"'),
      ...issue(optional(tenant, isTenant), '"tenant" must be the id of a tenant, a UUID'),
      ...issue(
        optional(tenants, (value) => isTextList(value) && value.every(isTenant)),
        '"tenants" must list ids of tenants, UUIDs',
      ),
      ...issue(
        optional(scope, (value) => isTextList(value) && value.includes('profile')),
        '"scope" must have profile, without which there is no oid',
      ),
      ...baseUrlIssues(baseUrl),
    ],
    complete({ tenant, tenants, baseUrl, ...others }) {
      const base = baseUrlOf(baseUrl, 'https://login.microsoftonline.com');
      const ids = [tenants ?? tenant].flat().filter(isTenant);
      const [first, ...further] = ids.length === 0 ? [personalTenant] : ids.map((one) => one.toLowerCase());
      return {
        ...others,
        emailVerified: others.emailVerified ?? isDomainVerified,
        // Everything is in the ID token.
        userInfo: others.userInfo ?? false,
        ...(tenants === undefined
          ? { issuer: `${base}/${String(first)}/v2.0` }
          : { issuer: `${base}/${tenantPlace}/v2.0`, tenants: [String(first), ...further] }),
      };
    },
    traits: ({ tenant }) => ({ subject: (token) => subjectOf(token, tenant?.toLowerCase()) }),
  });
}

function isTenant(value: unknown): value is string {
  return isText(value) && id.test(value);
}

/** Microsoft sends it as a boolean, as a number and as a text. */
function isDomainVerified({ xms_edov: verified }: JsonObject): boolean {
  return verified === true || verified === 1 || verified === '1' || verified === 'true';
}

function subjectOf({ claims }: IdToken, tenant: string | undefined): string {
  const [oid, tid] = [textOf(claims, 'oid', 36), textOf(claims, 'tid', 36)];
  if (oid === null || tid === null || !id.test(oid) || !id.test(tid))
    throw new SourceProblem('identity.malformed', 'oid or tid is missing');
  if (tenant !== undefined && tid.toLowerCase() !== tenant) throw new SourceProblem('identity.tenant', tid);
  return `${oid}.${tid}`.toLowerCase();
}
