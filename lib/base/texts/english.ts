import { accessTexts } from './access.js';
import { flowTexts } from './flows.js';
import { pageTexts } from './pages.js';
import { sourceTexts } from './sources.js';
import { stageTexts } from './stages.js';

/** Every message of the kit, by id, in English. Another language is an object with the same keys. */
export const english = Object.freeze({ ...pageTexts, ...flowTexts, ...stageTexts, ...sourceTexts, ...accessTexts });

/** The id of a message of the kit. */
export type MessageId = keyof typeof english;

/** The values of a message's placeholders: `{minutes}` in "Try again in {minutes} min." */
export type ValuesIn<Text> = {
  readonly [Name in NamesIn<Text>]: string | number;
};

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
