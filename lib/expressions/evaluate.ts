import type { Json, JsonObject } from '../base/json.js';
import { planLimits } from '../flow/plan.js';
import type { CompiledPython } from '../python/compile.js';
import { LimitExceeded } from '../python/limits.js';
import type { Machine } from '../python/run/machine.js';
import { truthOf } from '../python/truth-of.js';
import { isObject } from '../python/values/type-of.js';
import type { PyDict, Value } from '../python/values/value.js';
import { concealed, type Asked } from './asked.js';
import { contextDict, promptData, requestUser } from './context-values.js';
import { policyGlobals } from './globals.js';
import { dictFrom } from './json-values.js';
import { modelModules } from './models.js';
import { httpRequestRecord, requestRecord } from './request-records.js';
import { RefusedCopy, refuseCopies } from './secret-copies.js';

interface Evaluated {
  readonly result: Value;
  /** What was made of the result; `null`: nothing is. */
  readonly json: Json;
  /** The answers that the expression changed, where it passes and they are kept. */
  readonly changed: JsonObject;
  /** The dotted keys of the answers that it took away, likewise. */
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
        const json = read(m, value);
        if (!asked.isKept || !truthOf(value)) left = { ...left, json };
        else {
          const changes = data.changes(m, promptDataIn(context));
          refuseCopies(asked, m, changes);
          refuseMuch(m, changes.changed);
          left = { json, ...changes };
        }
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
  if (!(error instanceof Error) || error instanceof RefusedCopy || asked.revealed.passes === 0) return error;
  const shown = concealed(asked, error.message);
  if (shown === error.message) return error;
  return Object.assign(new Error(shown), { name: error.name });
}
