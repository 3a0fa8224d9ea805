import type { Policy } from '../../flow/policy.js';
import type { Building, ExpressionMistake, ExpressionText } from '../build/building.js';
import type { FieldReader } from '../build/field-reader.js';
import type { FlowRecord } from '../records/record.js';

/** `authentik_policies_expression.expressionpolicy`: Python, checked before the import changes anything. */
export function expressionPolicy(reader: FieldReader, building: Building): Policy | null {
  const text = expressionIn(reader, building, 'expression');
  const made = building.expressions.policy(text);
  return 'check' in made ? made : tellMistakes(reader, text, made);
}

/** The text of a field with its place in the file: the line of its first line. */
export function expressionIn(reader: FieldReader, building: Building, field: string): ExpressionText {
  const place = building.place(reader.record);
  const at = place?.fields.get(field) ?? place?.at ?? { line: 1, column: 1 };
  return { name: reader.text('name'), text: reader.text(field), file: place?.file ?? 'stored flows', at };
}

/** @returns null, for what could not be made */
export function tellMistakes(
  reader: FieldReader,
  { at }: ExpressionText,
  mistakes: readonly ExpressionMistake[],
): null {
  for (const { line, message } of mistakes)
    reader.tell(
      'refused',
      null,
      `line ${String(line)} of the expression (from line ${String(at.line)} on): ${message}`,
    );
  return null;
}

const onlyRestored =
  /^return (?:bool\()?(?:not )?(?:request\.)?context\.get\(["']is_restored["'](?:, ?(?:True|False))?\)\)?$/;

/**
 * True for an expression that asks only whether the plan was restored by a mail's link. Here such a link goes on with the
 * plan where it was, so there is nothing to skip.
 */
export function asksOnlyRestored({ model, fields }: FlowRecord): boolean {
  const { expression } = fields;
  if (model !== 'authentik_policies_expression.expressionpolicy' || typeof expression !== 'string') return false;
  const lines = expression.split('\n').map((line) => line.trim());
  const code = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return code.length === 1 && onlyRestored.test(code[0] ?? '');
}
