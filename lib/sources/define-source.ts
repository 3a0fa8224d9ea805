import type { SourceFacts } from './create-source.js';
import type { ProviderDefinition, ProviderSource, SourceDescription, SourceParts } from '../ports/source.js';
import { callbackPathOf, type CommonSettings, type NamedSettings } from './source-settings.js';
import { rulesOf } from './source-rules.js';

/** A definition from valid settings. */
export function defineSource(
  settings: CommonSettings,
  traits: Pick<SourceFacts, 'kind' | 'posts'>,
  open: (facts: SourceFacts, parts: SourceParts) => ProviderSource,
): ProviderDefinition {
  const described = describeSource(settings);
  const callbackPath = callbackPathOf(settings);
  return Object.freeze<ProviderDefinition>({
    ...described,
    kind: traits.kind,
    callbackPath,
    open(parts: SourceParts) {
      const callbackUrl = parts.baseUrl.replace(/\/$/, '') + callbackPath;
      return open({ ...described, callbackPath, callbackUrl, ...traits }, parts);
    },
  });
}

/** The source's description with all defaults. */
export function describeSource(settings: NamedSettings): SourceDescription {
  const { slug, name = slug, icon = null } = settings;
  return { slug, name, icon, ...rulesOf(settings) };
}
