import { EnrollmentError } from '../base/error.js';
import type { SourceFacts } from './create-source.js';
import type { NamedSource, RoundTripDefinition } from './definition.js';
import type { Source, SourceParts } from './source.js';
import { callbackPathOf, type CommonSettings, type NamedSettings } from './source-settings.js';
import { termsOf } from './terms-settings.js';

/** A definition that can be checked together with all others before any of them is opened. */
export function defineSource(
  settings: CommonSettings,
  traits: Pick<SourceFacts, 'kind' | 'posts'>,
  issues: readonly string[],
  open: (facts: SourceFacts, parts: SourceParts) => Source,
): RoundTripDefinition {
  const named = namedOf(settings);
  const callbackPath = callbackPathOf(settings);
  return Object.freeze<RoundTripDefinition>({
    ...named,
    kind: traits.kind,
    callbackPath,
    issues: Object.freeze([...issues]),
    open(parts: SourceParts) {
      refuseMistakes(named.slug, issues);
      const callbackUrl = parts.baseUrl.replace(/\/$/, '') + callbackPath;
      return open({ ...named, callbackPath, callbackUrl, ...traits }, parts);
    },
  });
}

/** What the app calls the source, with all defaults. */
export function namedOf(settings: NamedSettings): NamedSource {
  const { slug, name = slug, icon = null } = settings;
  return { slug, name, icon, terms: termsOf(settings) };
}

/** @throws ERR_ENROLLMENT_CONFIG where there are any */
export function refuseMistakes(slug: string, issues: readonly string[]): void {
  if (issues.length === 0) return;
  const text = `the source ${slug} is not right: ${issues.join('; ')}`;
  throw new EnrollmentError('ERR_ENROLLMENT_CONFIG', text, { issues });
}
