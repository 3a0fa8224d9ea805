import type { Texts } from '../message.js';
import type { MessageId } from './english.js';

/**
 * The texts of one language by message id: ids of the kit, with editor completion, and ids of the app's own prompts,
 * stages, policies, flows and templates. A sentence that is left out has its default text; with `Required<Messages>`
 * the compiler names those that are left out. `createEnrollment` refuses ids and values that do not exist.
 */
export type Messages = Readonly<Partial<Record<MessageId, string>>> & Texts;

/** The option `messages`: texts that replace the defaults, and whole languages by their tags. */
export type MessagesOption = Readonly<Partial<Record<MessageId, string>>> & Readonly<Record<string, string | Messages>>;
