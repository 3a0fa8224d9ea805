import { issue } from './setting-checks.js';

/** Addresses that look like an issuer and that no token names: found at the start, not by the first visitor. */
export function neverIssuers(issuer: string): readonly string[] {
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
