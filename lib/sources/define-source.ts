import type { SourceFacts } from './create-source.js';
import type { NamedSource, RoundTripDefinition } from '../ports/source-definition.js';
import type { Source, SourceParts } from '../ports/source.js';
import { callbackPathOf, type CommonSettings, type NamedSettings } from './source-settings.js';
import { termsOf } from './terms-settings.js';

/** A definition, of settings that are right. */
export function defineSource(
  settings: CommonSettings,
  traits: Pick<SourceFacts, 'kind' | 'posts'>,
  open: (facts: SourceFacts, parts: SourceParts) => Source,
): RoundTripDefinition {
  const named = namedOf(settings);
  const callbackPath = callbackPathOf(settings);
  return Object.freeze<RoundTripDefinition>({
    ...named,
    kind: traits.kind,
    callbackPath,
    open(parts: SourceParts) {
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
