import type { JsonObject } from '../../base/json.js';
import type { Stage } from '../../flow/stage.js';
import type { Component } from './components/component.js';
import { readerOfJson, type JsonKind } from './json-fields.js';

/** What each field of a stage takes in JSON: those of prompts by their kind, others by the schema of the answer. */
export function jsonKinds(stage: Stage | undefined, { answer }: Component): (name: string) => JsonKind {
  const prompts = promptKinds(stage);
  return (name) => prompts.get(name) ?? kindOfSchema(answer?.properties[name]);
}

function promptKinds(stage: Stage | undefined): ReadonlyMap<string, JsonKind> {
  const settings: Readonly<Record<string, unknown>> = { ...stage?.settings };
  const prompts: readonly unknown[] = Array.isArray(settings['prompts']) ? settings['prompts'] : [];
  return new Map(prompts.flatMap((prompt) => (isKeyed(prompt) ? [[prompt.key, kindOf(prompt.kind.type)]] : [])));
}

function isKeyed(prompt: unknown): prompt is { readonly key: string; readonly kind: { readonly type: string } } {
  return typeof prompt === 'object' && prompt !== null && 'key' in prompt && 'kind' in prompt;
}

function kindOf(type: string): JsonKind {
  return type === 'checkbox' ? 'flag' : type === 'number' ? 'number' : 'text';
}

function kindOfSchema(schema: JsonObject | undefined): JsonKind {
  const types = [schema?.['type']].flat();
  if (types.includes('boolean')) return 'flag';
  if (types.includes('integer')) return 'number';
  return types.includes('string') ? 'text' : 'any';
}

/** Checks what is posted by the schema of the answer: the stage may know it by other names. @throws ERR_ENROLLMENT_BODY (400) */
export function checkAnswer({ answer }: Component, posted: JsonObject): void {
  const read = readerOfJson(posted, (name) => kindOfSchema(answer?.properties[name]));
  for (const [name, schema] of Object.entries(answer?.properties ?? {})) if (kindOfSchema(schema) !== 'any') read(name);
}
