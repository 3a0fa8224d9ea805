import { didYouMean } from '../../base/did-you-mean.js';
import type { Building } from '../build/building.js';
import { standIn, type FieldReader } from '../build/field-reader.js';
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
