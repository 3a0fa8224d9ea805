/**
 * How every CSV of the kit is written, as options of csv-stringify: what strangers typed becomes neither a formula nor a
 * row of its own, whichever program opens the file (OWASP, CSV Injection).
 */
export function csvRules(): CsvRules {
  // Made anew each time: csv-stringify writes its own defaults into `cast`.
  return { escape_formulas: true, quoted_match: /[\r\n;]/, cast: { string: withoutFormulas } };
}

interface CsvRules {
  /** Puts an apostrophe in front of texts that begin with a formula's sign, a tab or a carriage return. */
  readonly escape_formulas: true;
  /** Quoted beside what holds a comma, a quote or the file's own line end. */
  readonly quoted_match: RegExp;
  readonly cast: { readonly string: (text: string) => string };
}

/**
 * A spreadsheet that takes `;` for the separator, as many do where `,` is the decimal sign, does not see our quotes:
 * for it a cell begins after each `;` and a row after each line end within them.
 */
const formulaSign = /(?<=(?:^|[;\t\r\n])(?:(?![\r\n])[\s\p{Cc}\p{Cf}])*)[=+\-@\uff1d\uff0b\uff0d\uff20]/gu;

// Spreadsheets drop what they cannot show, and read the rest as if the cell began there. csv-stringify knows tab and CR.
const unseenStart = /^(?=(?![\t\r])[\p{Cc}\p{Cf}])/u;

function withoutFormulas(text: string): string {
  return text.replace(formulaSign, "'$&").replace(unseenStart, "'");
}
