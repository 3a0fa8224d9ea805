import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../base/json.js';
import { htmlOf, trustedHtml } from '../../base/trusted-html.js';
import { makerOf, type MadeBy } from '../../flow/made-by.js';
import type { Policy } from '../../flow/policy.js';
import type { Building, CodeParts, MadeExpression, ExpressionText } from '../build/building.js';
import type { PromptValue } from '../../expressions/prompt-expression.js';
import type { FieldReader } from '../build/field-reader.js';
import { builtInPolicies, builtInPrompts, isPolicy } from './factories.js';
import { partOf } from './report-mistakes.js';
import { kitFunctions } from './kit-functions.js';

/**
 * Settings with parts of the kit in them, as JSON: `{ kit: 'passwordsMatch', given: [] }` is what that factory makes, and
 * `{ code: 'mine', of: 'policies' }` what the app has under that name.
 */
const marks = ['kit', 'code'] as const;

const deepest = 40;

/** `report` is called with the path of each value that no file can hold: functions of the app, secrets and the like. */
export function writeSettings(value: unknown, code: CodeParts, report: (path: string) => void): Json {
  return written(value, '', 0);

  function written(one: unknown, path: string, depth: number): Json {
    if (one === null || typeof one === 'string' || typeof one === 'boolean') return one;
    if (typeof one === 'number' && Number.isFinite(one)) return one;
    if ((typeof one !== 'object' && typeof one !== 'function') || depth > deepest) return unwritten(path);
    const html = htmlOf(one);
    if (html !== null) return { kit: 'trustedHtml', given: [html] };
    const name = nameOf(one, code);
    if (name !== null) return name;
    const maker = makerOf(one);
    if (maker !== undefined && isKnown(maker)) return madeJson(maker, path, depth);
    if (Array.isArray(one)) return one.map((item: unknown, at) => written(item, join(path, String(at)), depth + 1));
    const prototype: unknown = Object.getPrototypeOf(one);
    const isPlain = prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
    if (typeof one === 'function' || !isPlain || marks.some((mark) => mark in one)) return unwritten(path);
    return Object.fromEntries(
      Object.entries(one).flatMap(([key, member]: [string, unknown]) =>
        member === undefined ? [] : [[key, written(member, join(path, key), depth + 1)]],
      ),
    );
  }

  function madeJson({ factory, given }: MadeBy, path: string, depth: number): Json {
    const items = given.map((item, at) => written(item, at === 0 ? path : join(path, String(at)), depth + 1));
    return { kit: factory, ...(items.length === 0 ? {} : { given: items }) };
  }

  function unwritten(path: string): null {
    report(path);
    return null;
  }
}

function isKnown({ factory }: MadeBy): boolean {
  return (
    builtInPrompts.has(factory) || builtInPolicies.has(factory) || kitFunctions.has(factory) || special.has(factory)
  );
}

const special: ReadonlySet<string> = new Set(['pythonPolicy', 'pythonValue']);

function nameOf(part: object, { policies, prompts }: CodeParts): JsonObject | null {
  for (const [of, parts] of [
    ['policies', policies],
    ['prompts', prompts],
  ] as const)
    for (const [code, one] of parts as ReadonlyMap<string, unknown>) if (one === part) return { code, of };
  return null;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** The settings that `writeSettings` wrote. What cannot be made is reported, and `null` stands in its place. */
export function readSettings(json: Json, reader: FieldReader, building: Building): unknown {
  if (isJsonList(json)) return json.map((one) => readSettings(one, reader, building));
  if (!isJsonObject(json)) return json;
  const { kit, code, given = [], of } = json;
  if (typeof code === 'string') return partOfApp(code, of, reader, building);
  if (typeof kit === 'string')
    return kit === 'trustedHtml' || isJsonList(given)
      ? partOfKit(
          kit,
          isJsonList(given) ? given.map((one) => readSettings(one, reader, building)) : [],
          reader,
          building,
        )
      : refused(reader, building, `"given" of "${kit.slice(0, 60)}" must be a list`);
  return Object.fromEntries(
    Object.entries(json).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, readSettings(value, reader, building)]],
    ),
  );
}

function partOfApp(name: string, of: Json | undefined, reader: FieldReader, building: Building): unknown {
  const { code } = building;
  const part = of === 'prompts' ? code.prompts.get(name) : of === 'policies' ? code.policies.get(name) : undefined;
  return (
    part ??
    refused(reader, building, `the app has no "${name.slice(0, 60)}" for flow files: ${JSON.stringify(of ?? null)}`)
  );
}

function partOfKit(kit: string, given: readonly unknown[], reader: FieldReader, building: Building): unknown {
  const [first, second] = given;
  if (kit === 'trustedHtml' && typeof first === 'string') return trustedHtml(first);
  if (kit === 'pythonPolicy' && typeof first === 'string')
    return madeOf(textOf(first), (text) => building.expressions.policy(text, policiesIn(second), recordIn(second)));
  if (kit === 'pythonValue' && typeof first === 'string')
    return madeOf(textOf(first), (text) => building.expressions.value(text, valueOf(recordIn(second)['as'])));
  const make = builtInPrompts.get(kit) ?? builtInPolicies.get(kit) ?? kitFunctions.get(kit);
  return make === undefined ? refused(reader, building, `there is no "${kit.slice(0, 60)}" in the kit`) : make(given);

  function textOf(text: string): ExpressionText {
    const place = building.place(reader.record);
    const { name } = recordIn(second);
    return {
      name: typeof name === 'string' ? name : reader.text('name'),
      text,
      file: place?.file ?? 'stored flows',
      at: place?.at ?? { line: 1, column: 1 },
      firstLine: null,
    };
  }

  function madeOf(text: ExpressionText, compile: (text: ExpressionText) => MadeExpression<unknown>): unknown {
    return partOf(compile(text), reader, building, text);
  }
}

/** As an export of the kit has written it. */
function valueOf(as: unknown): PromptValue {
  return as === 'text' || as === 'choices' ? as : 'json';
}

function recordIn(settings: unknown): Readonly<Record<string, unknown>> {
  return typeof settings === 'object' && settings !== null ? { ...settings } : {};
}

/** The policies that an expression calls, among its settings. */
export function policiesIn(settings: unknown): Readonly<Record<string, Policy>> {
  const called = Object.entries(recordIn(recordIn(settings)['policies']));
  return Object.fromEntries(called.flatMap(([name, one]) => (isPolicy(one) ? [[name, one] as const] : [])));
}

function refused(reader: FieldReader, building: Building, sentence: string): null {
  reader.report('refused', null, sentence);
  building.taint(reader.record);
  return null;
}
