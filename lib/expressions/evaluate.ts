import { nestedRecord, withoutDottedKeys } from '../base/dotted-keys.js';
import { getPath, isJsonObject, isSameJson, mergeDeep, type Json, type JsonObject } from '../base/json.js';
import { planLimits } from '../flow/plan.js';
import type { CompiledPython } from '../python/compile.js';
import { LimitExceeded } from '../python/limits.js';
import type { Machine } from '../python/run/machine.js';
import { isObject } from '../python/values/type-of.js';
import type { PyDict, Value } from '../python/values/value.js';
import { concealed, withoutCopies, type Asked } from './asked.js';
import { contextDict, promptData, requestUser } from './context-values.js';
import { policyGlobals } from './globals.js';
import { dictFrom } from './json-values.js';
import { modelModules } from './models.js';
import { httpRequestRecord, requestRecord } from './request-records.js';

interface Evaluated {
  readonly result: Value;
  /** What was made of the result; `null`: nothing is. */
  readonly json: Json;
  /** The answers that the expression changed. */
  readonly changed: JsonObject;
  /** The dotted keys of the answers that it took away. */
  readonly removed: readonly string[];
}

/** What is made of the result, within the limits of the run. */
type ReadResult = (m: Machine, value: Value) => Json;

/** Runs an expression with what authentik gives it. @throws what the run throws, without secrets */
export async function evaluate(
  compiled: CompiledPython,
  asked: Asked,
  read: ReadResult = () => null,
): Promise<Evaluated> {
  const { question, lookups } = asked;
  const data = promptData(asked);
  const needsPlace = lookups.locate !== undefined && compiled.mentions(/geoip|asn/);
  const location = needsPlace ? ((await lookups.locate?.(question.facts.address)) ?? null) : null;
  const user = requestUser(asked);
  const context = contextDict(asked, { data, user, location });
  const http = httpRequestRecord(asked, user);
  const request = requestRecord(asked, { user, http, context });
  const globals = new Map(policyGlobals(asked, { request, context, http, user }));
  // What expressions of prompts have for it.
  globals.set('prompt_context', data.dict);
  let left: Omit<Evaluated, 'result'> = { json: null, changed: {}, removed: [] };
  try {
    const result: Value = await compiled.run({
      globals,
      modules: modelModules(asked),
      now: () => question.facts.now,
      isAborted: () => question.signal.aborted,
      finished: (m, value) => {
        const { changed, removed } = data.changes(m, promptDataIn(context));
        const kept = withoutSecretCopies(asked, m, changed);
        refuseMuch(m, kept);
        left = { json: read(m, value), changed: kept, removed };
      },
      print: (text) => question.services.log.info({ policy: asked.policy }, concealed(asked, text, 1000)),
    });
    return { result, ...left };
  } catch (error) {
    throw withoutSecrets(asked, error);
  }
}

/** An expression may also put another record in its place. */
function promptDataIn(context: PyDict): PyDict {
  const value = context.entries.get('sprompt_data')?.value ?? null;
  return isObject(value) && value.type === 'dict' ? value : dictFrom([]);
}

/** A password or code that the expression copied under another name does not get into the plan. */
function withoutSecretCopies(asked: Asked, m: Machine, changed: JsonObject): JsonObject {
  if (asked.revealed.passes === 0) return changed;
  // The next policy of the form sees a code as this one has changed it; the plan does not.
  const codes = (asked.question.consumed ?? []).filter((key) => getPath(changed, key) !== undefined);
  const others = withoutCopies(asked, m, withoutDottedKeys(changed, codes));
  const kept = mergeDeep(
    isJsonObject(others) ? others : {},
    nestedRecord(codes.map((key) => [key, getPath(changed, key) ?? null])),
  );
  if (isSameJson(kept, changed)) return changed;
  asked.question.services.log.warn(
    { policy: asked.policy },
    'an expression copied a password or a code into prompt_data: the copy is left out',
  );
  return kept;
}

/** More than a plan takes would end in an error for the visitor. @throws LimitExceeded */
function refuseMuch(m: Machine, changed: JsonObject): void {
  const text = JSON.stringify(changed);
  m.visit(text.length);
  const bytes = Buffer.byteLength(text);
  if (bytes <= planLimits.bytes) return;
  const size = `${String(bytes)} bytes; ${String(planLimits.bytes)} are allowed`;
  throw new LimitExceeded(`what the expression changed in prompt_data has ${size}`);
}

/** An exception of an expression may quote what was typed. */
function withoutSecrets(asked: Asked, error: unknown): unknown {
  if (!(error instanceof Error) || asked.revealed.passes === 0) return error;
  const shown = concealed(asked, error.message);
  if (shown === error.message) return error;
  return Object.assign(new Error(shown), { name: error.name });
}
