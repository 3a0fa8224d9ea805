/**
 * The options of csv-stringify for every CSV of the kit. Text from strangers becomes neither a formula nor a row of its
 * own, whichever program opens the file (OWASP, CSV Injection).
 */
export function csvRules(): CsvRules {
  // A new object per call: csv-stringify writes its own defaults into `cast`.
  return { escape_formulas: true, quoted_match: /[\r\n;]/, cast: { string: withoutFormulas } };
}

interface CsvRules {
  /** Puts an apostrophe before texts that begin with the sign of a formula, a tab or a carriage return. */
  readonly escape_formulas: true;
  /** Fields that are quoted in addition to those with a comma, a quote or the file's own line end. */
  readonly quoted_match: RegExp;
  readonly cast: { readonly string: (text: string) => string };
}

/**
 * A spreadsheet that uses `;` as the separator (common where `,` is the decimal sign) ignores our quotes: for it, a
 * cell begins after each `;`, and a row after each line end within a quoted field.
 */
const formulaSign = /(?<=(?:^|[;\t\r\n])(?:(?![\r\n])[\s\p{Cc}\p{Cf}])*)[=+\-@\uff1d\uff0b\uff0d\uff20]/gu;

// Spreadsheets drop characters that they cannot show, and parse the rest as if the cell began there. csv-stringify
// covers tab and CR.
const unseenStart = /^(?=(?![\t\r])[\p{Cc}\p{Cf}])/u;

function withoutFormulas(text: string): string {
  return text.replace(formulaSign, "'$&").replace(unseenStart, "'");
}
