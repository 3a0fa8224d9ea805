import type { Building, ExpressionMistake } from '../build/building.js';
import type { FieldReader } from '../build/field-reader.js';

/** @returns null, for what could not be made */
export function tellMistakes(
  { record }: FieldReader,
  building: Building,
  mistakes: readonly ExpressionMistake[],
): null {
  for (const { line, column, message } of mistakes)
    building.tellAt(record, 'refused', { line, column }, `in the expression: ${message}`);
  return null;
}
