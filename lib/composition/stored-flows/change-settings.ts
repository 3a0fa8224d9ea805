import { settingsCheck, type RulesOf } from '../../base/settings.js';
import type { FlowFile } from '../../flow-files/public.js';
import { storedLimits } from '../../flow-files/limits.js';
import type { FlowImportSettings, FlowRollBackSettings } from '../flows.js';

const controlCharacters = /\p{C}/u;

const changeRules: RulesOf<FlowRollBackSettings> = (joi) => {
  const text = (most: number) =>
    joi
      .string()
      .max(most)
      .pattern(controlCharacters, { invert: true })
      .messages({ 'string.pattern.invert.base': '{{#label}} must have no control characters' });
  return {
    by: text(storedLimits.by).when('dryRun', { is: true, then: joi.optional(), otherwise: joi.required() }),
    note: text(storedLimits.note),
    dryRun: joi.boolean().strict(),
    expect: joi.number().strict().integer().min(0),
    runningPlans: joi.valid('keep', 'restart'),
  };
};

export const checkRollBack = settingsCheck('flows.rollBack', changeRules);

export const checkImport = settingsCheck<FlowImportSettings>('flows.import', (joi) => ({
  ...changeRules(joi),
  replaceAll: joi.boolean().strict(),
}));

export const checkFiles = settingsCheck<{ readonly files: readonly FlowFile[] }>('flows.import', (joi) => ({
  files: joi
    .array()
    .items(joi.object({ file: joi.string().required().allow(''), text: joi.string().required().allow('') }))
    .required(),
}));

export const checkNumber = settingsCheck<{ readonly version: number }>('flows', (joi) => ({
  version: joi.number().strict().integer().min(0).required(),
}));
