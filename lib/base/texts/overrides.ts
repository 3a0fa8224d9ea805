import type { Texts } from '../message.js';
import type { MessageId } from './english.js';

/**
 * The app's texts by message id: ids of the kit, with editor completion, and ids of the app's own prompts, stages,
 * policies and flows. `createEnrollment` refuses ids that do not exist.
 */
export type MessageOverrides = Readonly<Partial<Record<MessageId, string>>> & Texts;
