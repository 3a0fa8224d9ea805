import type Joi from 'joi';
import { messageRule } from '../base/setting-rules.js';
import type { SettingRules } from '../base/settings.js';
import type { MessageLike } from './prompt.js';

// A type and not an interface: declarations of apps that infer it then spell it out and need no public name.
/** The wording of a page; what is left out is the kit's. A message of `defineMessages` can be translated. */
export type PageWording = {
  readonly title?: MessageLike;
  /** One sentence below the title. */
  readonly intro?: MessageLike;
  /** The button's label. */
  readonly submit?: MessageLike;
};

/** Rules for a page's wording. */
export function wordingRules(joi: Joi.Root): SettingRules<PageWording> {
  return { title: messageRule(joi), intro: messageRule(joi), submit: messageRule(joi) };
}

/** Rules for the wording of a flow's pages, by the names of its stages. */
export function stageWordingsRule(joi: Joi.Root, ...stages: readonly string[]): Joi.Schema {
  const page = joi.object({ ...wordingRules(joi) });
  return joi.object(Object.fromEntries(stages.map((stage) => [stage, page])));
}
