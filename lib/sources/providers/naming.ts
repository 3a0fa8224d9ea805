import { isSafe } from '../provider-http.js';
import { issue, isText, optional } from '../setting-checks.js';

/** The slug and the name of a ready-made source, as far as the app sets none. */
export function nameSource(
  settings: { readonly slug?: string | undefined; readonly name?: string | undefined },
  slug: string,
  name: string,
): { readonly slug: string; readonly name: string } {
  return { slug: settings.slug ?? slug, name: settings.name ?? name };
}

export function baseUrlIssues(baseUrl: unknown): readonly string[] {
  return issue(
    optional(baseUrl, isBaseUrl),
    '"baseUrl" must be an https URL without query, or an http URL of this machine',
  );
}

/** For a provider whose address differs from app to app. */
export function requiredBaseUrlIssues(baseUrl: unknown): readonly string[] {
  return baseUrl === undefined ? ['"baseUrl" is required'] : baseUrlIssues(baseUrl);
}

/** The address without a slash at its end; `usual` where the setting is missing or has been reported. */
export function baseUrlOf(baseUrl: unknown, usual = 'https://provider.invalid'): string {
  return isBaseUrl(baseUrl) ? baseUrl.replace(/\/+$/, '') : usual;
}

function isBaseUrl(value: unknown): value is string {
  return isText(value) && isSafe(value) && !value.includes('?');
}
