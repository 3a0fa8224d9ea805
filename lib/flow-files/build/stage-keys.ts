import type { FlowRecord } from '../records/record.js';

const longest = 50;
const digits = 8;

/** True for a stage's name that is the key of its step as it is. */
export function isStageKey(name: string): boolean {
  return /^[\w-]{1,50}$/.test(name);
}

/**
 * The keys of a flow's steps: the names of their stages, where they are keys. A name of authentik may be any text of any
 * length, and a stage may be bound several times: its second step has `-2` at its end.
 */
export function keysOfStages(stages: readonly FlowRecord[]): readonly string[] {
  const natural = stages.map(keyOfStage);
  const used = new Set<string>();
  return natural.map((key) => {
    let found = key;
    for (let count = 2; used.has(found) || (found !== key && natural.includes(found)); count += 1)
      found = numberedKey(key, count);
    used.add(found);
    return found;
  });
}

function numberedKey(key: string, count: number): string {
  const end = `-${String(count)}`;
  return `${key.slice(0, longest - end.length)}${end}`;
}

function keyOfStage({ key, fields }: FlowRecord): string {
  const name = typeof fields['name'] === 'string' ? fields['name'] : '';
  if (isStageKey(name)) return name;
  const plain = name.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '');
  return plain !== '' && plain.length <= longest ? plain : shortened(plain, key);
}

function shortened(plain: string, key: string): string {
  return `${plain.slice(0, longest - digits - 1)}-${key.replaceAll('-', '').slice(0, digits)}`.replace(/^-/, '');
}
