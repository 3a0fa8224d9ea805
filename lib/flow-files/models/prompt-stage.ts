import { passwordRulesOf } from '../build/password-rules.js';
import { repeatedPasswords } from '../build/repeated-passwords.js';
import { promptStage as makePromptStage } from '../../stages/prompt.js';
import { settingsOf } from './built-in.js';
import { nameOfStage, type StageModel } from './stage-model.js';

/** `authentik_stages_prompt.promptstage` */
export const promptStage: StageModel = {
  make(reader, building, flow) {
    const fields = building.referencedAll(reader, 'fields', 'prompt');
    const repeated = repeatedPasswords(fields, flow);
    const prompts = fields.map((record) => building.prompt(record, repeated.has(record)));
    const validating = building
      .referencedAll(reader, 'validation_policies', 'policy')
      .map((record) => building.policy(record));
    const asked = prompts.flatMap((prompt) => prompt ?? []);
    const own = validating.flatMap((policy) => policy ?? []);
    const rules = passwordRulesOf(asked, flow, building).filter((rule) => !own.includes(rule));
    if (rules.length > 0)
      reader.report('noticed', null, 'password policies of later stages are checked on this page, which asks for it');
    const validation = [...own, ...rules];
    return makePromptStage({
      ...settingsOf(reader, building),
      name: nameOfStage(reader),
      prompts: asked,
      ...(validation.length > 0 || reader.has('validation_policies') ? { validation } : {}),
    });
  },
};
