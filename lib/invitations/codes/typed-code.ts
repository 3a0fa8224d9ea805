import { canonicalCustomCode, foldTyped, type CanonicalCode } from './canonical-code.js';
import { codeInText, hasCodeWithTypo } from './code-in-text.js';
import { readGenerated } from './generated-code.js';

type TypedCode =
  | {
      readonly type: 'code';
      readonly code: CanonicalCode;
      /**
       * Other readings of the same text, for example a custom code with the punctuation that follows it in a sentence.
       */
      readonly others: readonly CanonicalCode[];
      /** The part of the text that is the code, unchanged. */
      readonly text: string;
    }
  | { readonly type: 'typo' }
  | { readonly type: 'unreadable' };

/** Longer texts are not read. A link with a code fits. */
const longestTyped = 2000;

/**
 * Reads what was typed or pasted: a code to look up, a typing error, or nothing that can be a code. The code may be
 * surrounded by text that was copied with it: a link, `Code:`, quotes, brackets, the end of a sentence. At most one
 * generated code and one custom code are read from a text, so that one attempt is one guess.
 */
export function readTyped(typed: string): TypedCode {
  if (typed.length > longestTyped) return { type: 'unreadable' };
  const generated = readGenerated(foldTyped(typed) ?? '');
  if (generated === 'typo') return { type: 'typo' };
  if (generated !== null) return found(typed.trim(), [{ kind: 'generated', text: generated.code }]);
  const brought = codeOfLink(typed);
  if (brought !== null) {
    const read = readTyped(brought);
    if (read.type !== 'unreadable') return read;
  }
  const unquoted = without(quotes, typed);
  const bare = without(marks, unquoted);
  const part = codeInText(typed) ?? codeInText(withoutEscapedSign(bare));
  if (part === null && hasCodeWithTypo(typed)) return { type: 'typo' };
  const customCode = canonicalCustomCode(typed);
  const words = [...new Set([customCode, canonicalCustomCode(unquoted), canonicalCustomCode(bare)])].filter(
    (one) => one !== null,
  );
  const codes = [
    ...(part === null ? [] : [{ kind: 'generated' as const, text: part.code }]),
    ...words.map((text) => ({ kind: 'custom' as const, text })),
  ];
  return found(part?.text ?? (customCode === null ? bare : typed.trim()), codes);
}

function found(text: string, [code, ...others]: readonly CanonicalCode[]): TypedCode {
  return code === undefined ? { type: 'unreadable' } : { type: 'code', code, others, text };
}

/** The value of `?invite=` in a pasted link; `null` when the text is no link with that parameter. */
function codeOfLink(typed: string): string | null {
  const [, value] = /[?&]invite=+([^&#\s]*)/i.exec(typed) ?? [];
  if (value === undefined || value === '') return null;
  const decoded = new URLSearchParams(`code=${value.replaceAll('=', '%3D')}`).get('code');
  return decoded === typed ? null : decoded;
}

// `=3D` is the quoted-printable form of the equals sign in a link; a browser keeps the digits.
function withoutEscapedSign(text: string): string {
  return text.replace(/^3D/i, '');
}

interface Wrapping {
  readonly opening: RegExp;
  readonly closing: RegExp;
}

const label = /^[^:/?=]{1,40}:\s*(?=[^:/]+$)/u;
/** Characters that no custom code has. */
const quotes: Wrapping = {
  opening: /^[\s\p{Ps}\p{Pi}\p{Pf}"`´<_~,;:]+/u,
  closing: /[\s\p{Pe}\p{Pi}\p{Pf}"`´>_~,;:\u2026\u3002\u3001]+$/u,
};
/** Characters that a custom code may have. */
const marks: Wrapping = {
  opening: /^[\s\p{Ps}\p{Pi}\p{Pf}"'`´<*_~.,;:!?]+/u,
  closing: /[\s\p{Pe}\p{Pi}\p{Pf}"'`´>*_~.,;:!?\u2026\u3002\u3001]+$/u,
};

/** Removes a label in front, and surrounding marks. */
function without({ opening, closing }: Wrapping, typed: string): string {
  const bare = (text: string): string => text.replace(opening, '').replace(closing, '');
  return bare(bare(typed).replace(label, ''));
}
