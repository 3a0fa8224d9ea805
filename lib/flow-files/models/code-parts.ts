import { didYouMean } from '../../base/did-you-mean.js';
import type { Building } from '../build/building.js';
import { anything } from '../build/field-kinds.js';
import { standIn, type FieldReader } from '../build/field-reader.js';
import type { Policy } from '../../flow/policy.js';
import type { StageModel } from './stage-model.js';

/** `express_enrollment.stage`: a stage of the app's own code, by name. */
export const codeStage: StageModel = {
  make: (reader, { code }) => named(reader, code.stages, 'stage'),
};

/** `express_enrollment.policy`: a policy of the app's own code, by name. */
export function codePolicy(reader: FieldReader, { code }: Building) {
  return named(reader, code.policies, 'policy');
}

/** `express_enrollment.prompt`: a prompt of the app's own code, by name. */
export function codePrompt(reader: FieldReader, { code }: Building) {
  return named(reader, code.prompts, 'prompt');
}

/** Has keys, which are the app's: none is read of a file, and none is written to one. */
export const captchaModel: StageModel = {
  make: (reader, building) => ofApp(reader, building, building.code.stages, 'has keys: give captchaStage({ … })'),
};

/** A policy that needs something of the app, or whose form authentik has not released. `call`: what makes it here. */
export function appPolicy(call: string) {
  return (reader: FieldReader, building: Building): Policy | null =>
    ofApp(reader, building, building.code.policies, `is not read of files: give ${call}`);
}

/** A part that the app makes, under the name that the file has for it. Without it, only what nothing uses is left out. */
function ofApp<Part>(
  reader: FieldReader,
  building: Building,
  parts: ReadonlyMap<string, Part>,
  why: string,
): Part | null {
  const name = reader.text('name');
  reader.unused(Object.fromEntries(Object.keys(reader.record.fields).map((field) => [field, anything])));
  const part = parts.get(name);
  if (part !== undefined || name === standIn) return part ?? null;
  const setting = parts === building.code.stages ? 'stages' : 'policies';
  const sentence = `the ${reader.record.model} "${name}" ${why} under this name in "${setting}"`;
  if (building.isUsed(reader.record)) reader.report('refused', null, sentence);
  else reader.report('noticed', null, `${sentence}; it is left out, and nothing uses it`);
  return null;
}

function named<Part>(reader: FieldReader, parts: ReadonlyMap<string, Part>, what: string): Part | null {
  const name = reader.text('name');
  const part = parts.get(name);
  if (part !== undefined) return part;
  if (name === standIn) return null;
  reader.report(
    'refused',
    'name',
    `the app has no ${what} "${name}" for flow files${didYouMean(name, [...parts.keys()])}`,
  );
  return null;
}
