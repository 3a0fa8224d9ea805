import { isForbiddenKey } from '../../base/json.js';
import type { FlowRecord } from '../records/record.js';

const longest = 50;
const digits = 8;

/** True for a stage's name that is the key of its step as it is. */
export function isStageKey(name: string): boolean {
  return /^[\w-]{1,50}$/.test(name);
}

/** A binding's stage, and the key that is written at the binding; `null`: none is. */
interface StageToBind {
  readonly stage: FlowRecord;
  readonly written: string | null;
}

/**
 * The keys of a flow's steps: what is written, else the names of their stages, where they are keys. A name of authentik
 * may be any text of any length, and a stage may be bound several times: its second step has `-2` at its end. A written
 * key is never given to another step.
 */
export function keysOfStages(bound: readonly StageToBind[]): readonly string[] {
  const natural = bound.map(({ stage, written }) => (written === null ? keyOfStage(stage) : null));
  const unused = new Set(natural);
  for (const { written } of bound) unused.delete(written);
  const free = freeKeys(bound.flatMap(({ written }, at) => written ?? natural[at] ?? []));
  return bound.map(({ written }, at) => {
    if (written !== null) return written;
    const key = natural[at] ?? '';
    return unused.delete(key) ? key : free(key);
  });
}

/** Gives each key once: where it is taken, the first free one of `key-2`, `key-3` and so on. */
export function freeKeys(taken: Iterable<string>): (key: string) => string {
  const used = new Set(taken);
  const counts = new Map<string, number>();
  return (key) => {
    let found = key;
    let count = counts.get(key) ?? 2;
    for (; used.has(found); count += 1) found = numberedKey(key, count);
    counts.set(key, count);
    used.add(found);
    return found;
  };
}

function numberedKey(key: string, count: number): string {
  const end = `-${String(count)}`;
  return `${key.slice(0, longest - end.length)}${end}`;
}

export function keyOfStage({ key, fields }: FlowRecord): string {
  const name = typeof fields['name'] === 'string' ? fields['name'] : '';
  if (isStageKey(name) && !isForbiddenKey(name)) return name;
  const plain = name.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '');
  return plain !== '' && plain.length <= longest && !isForbiddenKey(plain) ? plain : shortened(plain, key);
}

function shortened(plain: string, key: string): string {
  return `${plain.slice(0, longest - digits - 1)}-${key.replaceAll('-', '').slice(0, digits)}`.replace(/^-/, '');
}
