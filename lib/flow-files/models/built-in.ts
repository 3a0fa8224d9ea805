import { didYouMean } from '../../base/did-you-mean.js';
import { isJsonList, type Json, type JsonObject } from '../../base/json.js';
import type { Policy } from '../../flow/policy.js';
import type { Prompt } from '../../flow/prompt.js';
import type { Stage } from '../../flow/stage.js';
import type { FieldReader } from '../build/field-reader.js';
import { builtInPolicies, builtInPrompts, builtInStages, type Factory } from './factories.js';

/** `express_enrollment.builtinstage`: a stage of the kit with settings that authentik does not have. */
export function builtInStage(reader: FieldReader): Stage | null {
  const settings = reader.mapping('settings');
  return madeBy(reader, builtInStages, [{ ...settings, name: reader.text('name') }]);
}

/** `express_enrollment.builtinprompt` */
export function builtInPrompt(reader: FieldReader): Prompt | null {
  return madeBy(reader, builtInPrompts, [reader.mapping('settings')]);
}

/** `express_enrollment.builtinpolicy`: what its factory is given, in order. */
export function builtInPolicy(reader: FieldReader): Policy | null {
  const given = reader.json('given') ?? [];
  if (isJsonList(given)) return madeBy(reader, builtInPolicies, given);
  reader.tell('refused', 'given', '"given" must be a list');
  return null;
}

function madeBy<Part>(
  reader: FieldReader,
  factories: ReadonlyMap<string, Factory<Part>>,
  given: readonly Json[],
): Part | null {
  const kind = reader.text('kind');
  const make = factories.get(kind);
  if (make !== undefined) return make(given);
  reader.tell(
    'refused',
    'kind',
    `there is no "${kind.slice(0, 60)}" in the kit${didYouMean(kind, [...factories.keys()])}`,
  );
  return null;
}

/** The value as JSON; `undefined`: it has functions, secrets or other things in it that no file can hold. */
export function asJson(value: unknown, depth = 0): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'object' || depth > 20) return undefined;
  if (Array.isArray(value)) return listAsJson(value, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null ? recordAsJson(value, depth) : undefined;
}

function listAsJson(list: readonly unknown[], depth: number): Json | undefined {
  const made = list.map((item) => asJson(item, depth + 1));
  return made.includes(undefined) ? undefined : made.flatMap((item) => (item === undefined ? [] : [item]));
}

function recordAsJson(record: object, depth: number): JsonObject | undefined {
  const made: Record<string, Json> = {};
  for (const [key, value] of Object.entries(record)) {
    if (value === undefined) continue;
    const json = asJson(value, depth + 1);
    if (json === undefined) return undefined;
    made[key] = json;
  }
  return made;
}
