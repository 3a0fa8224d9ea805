import { EnrollmentError } from '../base/error.js';
import type { Source, SourceDefinition, SourceParts } from './source.js';

/** The sources of one app. */
export interface Sources {
  /** In the order of the configuration. */
  readonly all: readonly Source[];
  get(slug: string): Source | null;
  /** The source whose provider answers at this path below the mount. */
  atCallback(path: string): Source | null;
}

/** Every mistake in the settings of all sources, each with its path. */
export function sourceIssues(definitions: readonly SourceDefinition[]): readonly string[] {
  const repeated = (what: 'slug' | 'callbackPath'): readonly string[] =>
    definitions.flatMap((definition, at) =>
      definitions.findIndex((other) => other[what] === definition[what]) === at
        ? []
        : [`sources[${at}]: "${what}" is another one's, too: ${definition[what]}`],
    );
  return [
    ...definitions.flatMap(({ issues }, at) => issues.map((text) => `sources[${at}]: ${text}`)),
    ...repeated('slug'),
    ...repeated('callbackPath'),
  ];
}

/** @throws ERR_ENROLLMENT_CONFIG with all mistakes of all sources */
export function createSources(definitions: readonly SourceDefinition[], parts: SourceParts): Sources {
  const issues = sourceIssues(definitions);
  if (issues.length > 0)
    throw new EnrollmentError('ERR_ENROLLMENT_CONFIG', `the sources are not right: ${issues.join('; ')}`, { issues });
  const all = Object.freeze(definitions.map((definition) => definition.open(parts)));
  const bySlug = new Map(all.map((source) => [source.slug, source]));
  const byPath = new Map(all.map((source) => [source.callbackPath, source]));
  return Object.freeze<Sources>({
    all,
    get: (slug) => bySlug.get(slug) ?? null,
    atCallback: (path) => byPath.get(path) ?? null,
  });
}
