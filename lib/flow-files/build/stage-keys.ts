import type { FlowRecord } from '../records/record.js';
import type { FlowOf } from './building.js';

const longest = 50;
const digits = 8;

/** True for a stage's name that is the key of its step as it is. */
export function isStageKey(name: string): boolean {
  return /^[\w-]{1,50}$/.test(name);
}

/** The key of a step, where the stage's name is none: a name of authentik may be any text, and any length. */
export function keyOfStage({ key, fields }: FlowRecord, { stages }: FlowOf): { readonly key?: string } {
  const name = typeof fields['name'] === 'string' ? fields['name'] : '';
  const isTwice = stages.filter((stage) => stage.key === key).length > 1;
  if (isStageKey(name) && !isTwice) return {};
  const plain = name.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '');
  return { key: plain !== '' && plain.length <= longest && !isTwice ? plain : shortened(plain, key) };
}

function shortened(plain: string, key: string): string {
  return `${plain.slice(0, longest - digits - 1)}-${key.replaceAll('-', '').slice(0, digits)}`.replace(/^-/, '');
}
