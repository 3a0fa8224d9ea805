import { pythonPolicy } from '../../expressions/python-policy.js';
import { policyEnvironment } from '../../expressions/environment.js';
import { promptExpression } from '../../expressions/prompt-expression.js';
import type { PythonLookups } from '../../expressions/lookups.js';
import { compilePython } from '../../python/compile.js';
import { kitMade } from '../../flow/made-by.js';
import { checked, isPolicy } from '../models/factories.js';
import type { Expressions, ExpressionText } from './building.js';

const make = checked(pythonPolicy, isPolicy);

/** The expressions of files in Python, by the kit's own evaluator. */
export function pythonExpressions(lookups: PythonLookups): Expressions {
  return {
    policy({ name, text, ...place }, policies, settings) {
      const { file, firstLine } = linesOf(place);
      const environment = policyEnvironment(lookups, Object.keys(policies));
      const { problems: mistakes, notices } = compilePython(text, { file, firstLine, environment });
      const part = mistakes.length > 0 ? null : make([text, { ...settings, name, file, firstLine, lookups, policies }]);
      return { part, mistakes, notices };
    },
    value({ name, text, ...place }, as) {
      const { file, firstLine } = linesOf(place);
      const { problems: mistakes, notices, value } = promptExpression(text, { name, file, firstLine, lookups, as });
      // An export writes the text of the expression.
      const part =
        mistakes.length > 0 ? null : kitMade('pythonValue', (..._: readonly unknown[]) => value)(text, { name, as });
      return { part, mistakes, notices };
    },
  };
}

/** What the log says of a run: `a.yaml, line 12`, or `a.yaml:4:19, line 3` of a text that has no lines in the file. */
function linesOf({ file, at, firstLine }: Omit<ExpressionText, 'name' | 'text'>) {
  if (firstLine !== null) return { file, firstLine };
  return { file: `${file}:${String(at.line)}:${String(at.column)}`, firstLine: 1 };
}
