import { EnrollmentError } from '../base/error.js';
import type { ProviderSource, Source, SourceDefinition, SourceParts } from '../ports/source.js';

/** The sources of one app. */
export interface SourceRegistry {
  /** In the order of the configuration. */
  readonly all: readonly Source[];
  get(slug: string): Source | null;
  /** The source whose callback is at this path below the mount. */
  atCallback(path: string): ProviderSource | null;
}

/** Reports slugs and callback paths that two sources share, each with its path in the options. */
export function sourceIssues(definitions: readonly SourceDefinition[]): readonly string[] {
  const paths = definitions.map((definition) => (definition.kind === 'admitted' ? null : definition.callbackPath));
  return [
    ...repeated(
      'slug',
      definitions.map(({ slug }) => slug),
    ),
    ...repeated('callbackPath', paths),
  ];
}

function repeated(what: string, values: readonly (string | null)[]): readonly string[] {
  return values.flatMap((value, at) =>
    value === null || values.indexOf(value) === at ? [] : [`sources[${at}]: "${what}" is another one's, too: ${value}`],
  );
}

/** @throws ERR_ENROLLMENT_CONFIG with all mistakes of all sources */
export function createSourceRegistry(definitions: readonly SourceDefinition[], parts: SourceParts): SourceRegistry {
  const issues = sourceIssues(definitions);
  if (issues.length > 0)
    throw new EnrollmentError('ERR_ENROLLMENT_CONFIG', `the sources are not right: ${issues.join('; ')}`, { issues });
  const all = definitions.map((definition): Source =>
    definition.kind === 'admitted' ? definition.open(parts) : definition.open(parts),
  );
  const bySlug = new Map(all.map((source) => [source.slug, source]));
  const byPath = new Map(
    all.flatMap((source) => (source.kind === 'admitted' ? [] : [[source.callbackPath, source] as const])),
  );
  return Object.freeze<SourceRegistry>({
    all: Object.freeze(all),
    get: (slug) => bySlug.get(slug) ?? null,
    atCallback: (path) => byPath.get(path) ?? null,
  });
}
