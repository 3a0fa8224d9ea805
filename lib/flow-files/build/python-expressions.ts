import { pythonPolicy } from '../../expressions/python-policy.js';
import { policyEnvironment } from '../../expressions/environment.js';
import { promptExpression } from '../../expressions/prompt-expression.js';
import type { PythonLookups } from '../../expressions/lookups.js';
import { compilePython } from '../../python/compile.js';
import { kitMade } from '../../flow/made-by.js';
import { checked, isPolicy } from '../models/factories.js';
import type { Expressions } from './building.js';

const make = checked(pythonPolicy, isPolicy);

/** The expressions of files in Python, by the kit's own evaluator. */
export function pythonExpressions(lookups: PythonLookups): Expressions {
  return {
    policy({ name, text, file, firstLine }, policies, settings) {
      const environment = policyEnvironment(lookups, Object.keys(policies));
      const { problems } = compilePython(text, { file, firstLine, environment });
      return problems.length > 0 ? problems : make([text, { ...settings, name, file, firstLine, lookups, policies }]);
    },
    value({ name, text, file, firstLine }) {
      const { problems, value } = promptExpression(text, { name, file, firstLine, lookups });
      // An export writes the text of the expression.
      return problems.length > 0
        ? problems
        : kitMade('pythonValue', (..._: readonly unknown[]) => value)(text, { name });
    },
  };
}
