import type { Flow } from './flow.js';
import { originOf, type FilePlace } from './flow-origin.js';

/** The part of a flow that a mistake is about. */
export interface FlowPart {
  /** As in the code: `flows.join.account.policies`. */
  readonly path: string;
  /** The slugs of the flows that it is about; the first one that came from a file has its place. */
  readonly flows: readonly string[];
  /** The key of a stage binding; `null`: the flow itself. */
  readonly key: string | null;
  /** Which of both has the mistake where there is a key. */
  readonly of: 'binding' | 'stage';
}

/** A mistake of a flow as a whole: each of its parts may be right. */
export interface FlowIssue extends FlowPart {
  /** In the words of the code. */
  readonly sentence: string;
  /** In the words of flow files; left out: `sentence` has no others. */
  readonly inFiles?: string;
  /** What of the app may make it right; left out: nothing. */
  readonly settledBy?: 'registration' | 'other flows';
}

export function flowPart({ slug }: Pick<Flow, 'slug'>): FlowPart {
  return { path: `flows.${slug}`, flows: [slug], key: null, of: 'stage' };
}

export function bindingPart(flow: Pick<Flow, 'slug'>, key: string, of: FlowPart['of'] = 'stage'): FlowPart {
  return { ...flowPart(flow), path: `flows.${flow.slug}.${key}`, key, of };
}

/** What is about several flows. */
export function allFlows(slugs: readonly string[]): FlowPart {
  return { path: 'flows', flows: slugs, key: null, of: 'stage' };
}

export function below(part: FlowPart, name: string, of: FlowPart['of'] = part.of): FlowPart {
  return { ...part, path: `${part.path}.${name}`, of };
}

export function issueAt(
  part: FlowPart,
  sentence: string,
  more: Pick<FlowIssue, 'inFiles' | 'settledBy'> = {},
): FlowIssue {
  return { ...part, sentence, ...more };
}

/** As a sentence with its path, in the words of the code; a sentence as it is. */
export function issueSentence(issue: string | FlowIssue): string {
  return typeof issue === 'string' ? issue : `${issue.path}: ${issue.sentence}`;
}

/** As a sentence with its place in the file, where a flow that it is about came from one. */
export function placedSentence(issue: FlowIssue, flows: readonly Flow[]): string {
  const place = placeOfIssue(issue, flows);
  if (place === null) return issueSentence(issue);
  return `${place.file}:${String(place.line)}:${String(place.column)}: ${fileSentence(issue)}`;
}

/** In the words of flow files. */
export function fileSentence({ flows: [slug = ''], path, key, sentence, inFiles }: FlowIssue): string {
  const text = inFiles ?? sentence;
  if (path === 'flows') return text;
  return key === null ? `flow "${slug}": ${text}` : `flow "${slug}", stage "${key}": ${text}`;
}

/** `null`: it is about flows of code. */
export function placeOfIssue({ flows: slugs, key, of }: FlowIssue, flows: readonly Flow[]): FilePlace | null {
  for (const slug of slugs) {
    const flow = flows.find((one) => one.slug === slug);
    const origin = flow === undefined ? null : originOf(flow);
    if (origin === null) continue;
    return (key === null ? undefined : origin.bindings.get(key)?.[of]) ?? origin.flow;
  }
  return null;
}
