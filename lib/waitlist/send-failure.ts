import { textOf } from './report.js';

/** Sending took too long; whether the message was sent is unknown. */
export class SendTimeout extends Error {
  override readonly name = 'SendTimeout';

  constructor(seconds: number) {
    super(`not sent within ${seconds} s`);
  }
}

const plainWord = /^[\w.-]{1,60}$/;

/**
 * A sender's error, for the list, for events and their receivers: the error's name and, if it has one, its `code`, e.g.
 * `Error EENVELOPE`. Never the message, because mail servers repeat addresses and contents in theirs.
 */
export function failureName(error: unknown, invitationCode: string): string {
  if (!(error instanceof Error)) return 'Error';
  const { name } = error;
  const code = 'code' in error && ['string', 'number'].includes(typeof error.code) ? String(error.code) : '';
  const words = [name, code].filter((word) => plainWord.test(word) && !everyForm(invitationCode).test(word));
  return words.join(' ') || 'Error';
}

/** A sender's error, for the approver, who sees the address anyway: one short line without the invitation's code. */
export function sentenceOf(error: unknown, invitationCode: string): string {
  const said = error instanceof Error ? error.message : String(error);
  return textOf(said.replace(everyForm(invitationCode), '…'));
}

/**
 * All spellings of the code: any case, with or without its dashes, with blanks or the dashes of a URL or a typesetter.
 */
function everyForm(code: string): RegExp {
  const letters = code.match(/[a-z0-9]/gi) ?? [];
  return new RegExp(letters.length === 0 ? '(?!)' : letters.join('(?:%[0-9a-f]{2}|[^a-z0-9]){0,3}'), 'gi');
}
