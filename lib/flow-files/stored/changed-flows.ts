import { isEnrollmentError } from '../../base/error.js';
import type { Flow } from '../../flow/flow.js';
import { originOf, withOrigin } from '../../flow/flow-origin.js';
import { exportFlows, type FlowFileSettings } from '../public.js';
import type { StoredEntry } from './version-entry.js';

/** The parts of an entry that say which flows changed when. */
type FlowHistory = Pick<StoredEntry, 'since' | 'gone'>;

/** Longer than a plan lives: its flow is remembered for as long. */
const rememberedMs = 25 * 60 * 60 * 1000;

interface FlowSets {
  /** The flows without any version. */
  readonly base: readonly Flow[];
  /** Those of the version before; `null`: it cannot be used, so every flow counts as changed. */
  readonly before: readonly Flow[] | null;
  readonly after: readonly Flow[];
  readonly history: FlowHistory;
  /** The number of the new version, and when it is made. */
  readonly version: number;
  readonly now: number;
  readonly contents: FlowContents;
}

/** A flow as text; `null`: it has a part that no file can hold. */
type FlowContents = (flow: Flow) => string | null;

/** What a new version changes, and since when each of its flows is as it is. */
export function changedFlows(sets: FlowSets): FlowHistory & { readonly changed: readonly string[] } {
  const { version, now, history, contents } = sets;
  const of = (flows: readonly Flow[]) => new Map(flows.map((flow) => [flow.slug, contents(flow)]));
  const [base, after] = [of(sets.base), of(sets.after)];
  const before = sets.before === null ? null : of(sets.before);
  const slugs = new Set([...after.keys(), ...(before ?? base).keys(), ...history.since.keys()]);
  const changed = [...slugs].filter((slug) => before === null || !isSame(before.get(slug), after.get(slug)));
  const since = new Map(
    [...after].flatMap(([slug, content]): readonly (readonly [string, number])[] => {
      if (isSame(content, base.get(slug))) return [];
      return [[slug, changed.includes(slug) ? version : (history.since.get(slug) ?? version)]];
    }),
  );
  const gone = new Map(
    [
      ...[...history.gone].filter(([, at]) => at > now - rememberedMs),
      ...changed.filter((slug) => !after.has(slug)).map((slug) => [slug, now] as const),
    ].filter(([slug]) => !after.has(slug)),
  );
  return { since, gone, changed };
}

/**
 * The flows of a version, whose builds say which version changed them last: a stored plan names the version that it began
 * with.
 */
export function markFlows(flows: readonly Flow[], since: FlowHistory['since']): readonly Flow[] {
  return flows.map((flow) => {
    const version = since.get(flow.slug);
    if (version === undefined) return flow;
    return withOrigin(Object.freeze({ ...flow, build: `${flow.build}@${String(version)}` }), originOf(flow));
  });
}

/** The version that a build names; 0: none. */
export function versionOfBuild(build: string): number {
  const version = Number(build.split('@')[1] ?? 0);
  return Number.isSafeInteger(version) ? version : 0;
}

/** Writes each flow once. */
export function flowContents(settings: FlowFileSettings): FlowContents {
  const known = new WeakMap<Flow, string | null>();
  return (flow) => {
    const written = known.get(flow);
    if (written !== undefined) return written;
    const content = contentOf(flow, settings);
    known.set(flow, content);
    return content;
  };
}

function contentOf(flow: Flow, settings: FlowFileSettings): string | null {
  try {
    return exportFlows([flow], settings);
  } catch (error) {
    if (isEnrollmentError(error)) return null;
    throw error;
  }
}

function isSame(one: string | null | undefined, other: string | null | undefined): boolean {
  return one === other && one !== null;
}
