import { isJsonList } from '../../base/json.js';
import { builtInPolicyModel, expressionPolicyModel, promptModel } from '../models/model-names.js';
import type { FlowRecord, Records } from '../records/record.js';

/** The models with expressions, which may call a policy by its name. */
const callingModels: ReadonlySet<string> = new Set([expressionPolicyModel, builtInPolicyModel, promptModel]);

interface Uses {
  readonly keys: ReadonlySet<unknown>;
  readonly expressions: string;
}

/**
 * Says of a record whether another one refers to it, or an expression may call it. What the records use is collected
 * once, and only where it is asked for: a search in all of them for each would take their number squared.
 */
export function usedParts(records: Records): (record: FlowRecord) => boolean {
  let collected: Uses | null = null;
  return ({ key, fields: { name } }) => {
    collected ??= usesOf(records);
    return collected.keys.has(key) || (typeof name === 'string' && collected.expressions.includes(name));
  };
}

function usesOf(records: Records): Uses {
  const all = [...records.values()];
  const values = all.flatMap(({ fields }) => Object.values(fields));
  const callers = all.filter(({ model }) => callingModels.has(model));
  return {
    keys: new Set(values.flatMap((value = null) => (isJsonList(value) ? value : [value]))),
    expressions: callers.map(({ fields }) => JSON.stringify(fields)).join('\n'),
  };
}
