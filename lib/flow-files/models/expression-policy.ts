import { dummyPolicy } from '../../policies/dummy.js';
import { ifSso } from '../../policies/if-sso.js';
import { ifUsernameMissing } from '../../policies/if-username-missing.js';
import type { Policy } from '../../flow/policy.js';
import type { Building, ExpressionText } from '../build/building.js';
import { standIn, type FieldReader } from '../build/field-reader.js';
import type { FlowRecord } from '../records/record.js';
import { expressionPolicyModel } from './model-names.js';
import { settingsOf } from './built-in.js';
import { parentsIn } from './group-parents.js';
import { policiesIn } from './kit-values.js';
import { partOf } from './report-mistakes.js';

/** `authentik_policies_expression.expressionpolicy`: Python, checked before the import changes anything. */
export function expressionPolicy(reader: FieldReader, building: Building): Policy | null {
  const text = expressionIn(reader, building, 'expression');
  if (reader.isBroken('expression') || text.text === standIn) return null;
  // The kit must know which flows are reached from sources only, and an expression does not say.
  if (!reader.flag('as_written', false)) {
    if (asksForSource(text.text)) return ifSso();
    if (asksForUsername.test(codeOf(text.text))) return ifUsernameMissing();
  }
  const settings = { ...groupsOf(text.text, building), ...settingsOf(reader, building) };
  const named = policiesIn(settings);
  const called = calledPolicies(text.text, named, reader, building);
  const made = building.expressions.policy(text, { ...called, ...named }, settings);
  return partOf(made, reader, building, text);
}

/** Where it asks for members of groups: those of a group of the files are members of its parents, as in authentik. */
function groupsOf(expression: string, { records }: Building): Readonly<Record<string, unknown>> {
  const parents = expression.includes('ak_is_group_member') ? parentsIn(records) : null;
  return parents === null ? {} : { parents };
}

/** The text of a field, with its first line in the file. */
export function expressionIn(reader: FieldReader, building: Building, field: string): ExpressionText {
  const place = building.place(reader.record);
  const at = place?.fields.get(field);
  const file = at?.file ?? place?.file ?? 'stored flows';
  const stands = at ?? place?.at ?? { line: 1, column: 1 };
  return { name: reader.text('name'), text: reader.text(field), file, at: stands, firstLine: at?.firstLine ?? null };
}

/** The policies of the files that `ak_call_policy` names. */
function calledPolicies(
  source: string,
  known: Readonly<Record<string, Policy>>,
  reader: FieldReader,
  building: Building,
): Readonly<Record<string, Policy>> {
  const names = [...source.matchAll(/\bak_call_policy\(\s*["']([^"']+)["']/g)].flatMap(([, name]) => name ?? []);
  const called: Record<string, Policy> = {};
  for (const name of new Set(names)) {
    if (Object.hasOwn(known, name)) continue;
    const record = [...building.records.values()].find(
      ({ model, fields }) => building.isPolicy(model) && fields['name'] === name,
    );
    // A name that is nowhere is a mistake of the expression, with its line.
    if (record === undefined) continue;
    const policy = building.policy(record);
    if (policy === null) {
      if (building.isPending(record))
        reader.report('refused', 'expression', `the policy "${name}", which the expression calls, cannot be made`);
      building.taint(reader.record);
    }
    // The rest of the expression is checked as if it could be.
    called[name] = policy ?? dummyPolicy({ result: false });
  }
  return called;
}

function asksForSource(expression: string): boolean {
  return codeOf(expression) === 'return ak_is_sso_flow';
}

/** True for an expression that an import takes for something else, unless the file says that it is as written. */
export function isTakenForOther(expression: string): boolean {
  const code = codeOf(expression);
  return asksForSource(expression) || asksForUsername.test(code) || onlyRestored.test(code);
}

/** Of the sources' enrollment. A provider's name that another account has is asked for as well: the write refuses it. */
const asksForUsername = /^return ["']username["'] not in (?:request\.)?context\.get\(["']prompt_data["'], ?\{\}\)$/;

const onlyRestored =
  /^return (?:bool\()?(?:not )?(?:request\.)?context\.get\(["']is_restored["'](?:, ?(?:True|False))?\)\)?$/;

/**
 * True for an expression that asks only whether the plan was restored by a mail's link. authentik's recovery has it at the
 * identification and the mail: here a link goes on with the plan where it was, so there is nothing to skip.
 */
export function asksOnlyRestored({ model, fields }: FlowRecord): boolean {
  const { expression } = fields;
  if (model !== expressionPolicyModel || typeof expression !== 'string') return false;
  if (fields['as_written'] === true) return false;
  return onlyRestored.test(codeOf(expression));
}

/** Without blank lines and lines of comment. */
function codeOf(expression: string): string {
  const lines = expression.split('\n').map((line) => line.trimEnd());
  return lines.filter((line) => line !== '' && !line.trimStart().startsWith('#')).join('\n');
}
