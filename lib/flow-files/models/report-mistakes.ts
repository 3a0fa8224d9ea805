import type { Building, ExpressionMistake, ExpressionText } from '../build/building.js';
import type { FieldReader } from '../build/field-reader.js';

/** @returns null, for what could not be made */
export function reportMistakes(
  { record }: FieldReader,
  building: Building,
  mistakes: readonly ExpressionMistake[],
  { file }: Pick<ExpressionText, 'file'>,
): null {
  for (const { line, column, message } of mistakes)
    building.reportAt(record, 'refused', { file, line, column }, `in the expression: ${message}`);
  building.taint(record);
  return null;
}
