import { EnrollmentError } from '../base/error.js';
import type { SourceLook } from './create-source.js';
import type { Source, SourceDefinition, SourceParts } from './source.js';
import { callbackPathOf, type CommonSettings } from './source-settings.js';

/** A definition that can be checked together with all others before any of them is opened. */
export function defineSource(
  settings: CommonSettings,
  traits: Pick<SourceLook, 'kind' | 'posts'>,
  issues: readonly string[],
  open: (look: SourceLook, parts: SourceParts) => Source,
): SourceDefinition {
  const { slug, name = slug, icon = null } = settings;
  const callbackPath = callbackPathOf(settings);
  return Object.freeze<SourceDefinition>({
    slug,
    name,
    callbackPath,
    issues: Object.freeze([...issues]),
    open(parts: SourceParts) {
      if (issues.length > 0)
        throw new EnrollmentError('ERR_ENROLLMENT_CONFIG', `the source ${slug} is not right: ${issues.join('; ')}`, {
          issues,
        });
      const callbackUrl = parts.baseUrl.replace(/\/$/, '') + callbackPath;
      return open({ slug, name, icon, callbackPath, callbackUrl, ...traits }, parts);
    },
  });
}
