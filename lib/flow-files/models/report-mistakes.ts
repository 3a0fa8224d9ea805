import type { Building, ExpressionMistake, ExpressionText, MadeExpression } from '../build/building.js';
import type { FieldReader } from '../build/field-reader.js';
import type { Severity } from '../problems.js';

/** What the expression became. Its mistakes, and what is worth a look, are reported where they stand. */
export function partOf<Part>(
  { part, mistakes, notices }: MadeExpression<Part>,
  { record }: FieldReader,
  building: Building,
  text: ExpressionText,
): Part | null {
  for (const one of mistakes) report('refused', one);
  for (const one of notices) report('noticed', one);
  if (part === null) building.taint(record);
  return part;

  function report(severity: Severity, { line, column, message }: ExpressionMistake): void {
    const { file, at, firstLine } = text;
    const hasLines = text.text.trimEnd().includes('\n');
    const where = hasLines ? `line ${String(line)} of the expression` : 'the expression';
    if (firstLine === null) building.reportAt(record, severity, { file, ...at }, `in ${where}: ${message}`);
    else building.reportAt(record, severity, { file, line, column }, `in the expression: ${message}`);
  }
}
