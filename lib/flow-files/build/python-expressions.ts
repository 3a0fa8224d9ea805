import { pythonPolicy } from '../../expressions/python-policy.js';
import { policyEnvironment } from '../../expressions/environment.js';
import { promptExpression } from '../../expressions/prompt-expression.js';
import type { PythonLookups } from '../../expressions/lookups.js';
import { compilePython } from '../../python/compile.js';
import type { Expressions } from './building.js';

/** The expressions of files in Python, by the kit's own evaluator. */
export function pythonExpressions(lookups: PythonLookups): Expressions {
  return {
    policy({ name, text, file, firstLine }, policies) {
      const environment = policyEnvironment(lookups, Object.keys(policies));
      const { problems } = compilePython(text, { file, firstLine, environment });
      return problems.length > 0 ? problems : pythonPolicy(text, { name, file, firstLine, lookups, policies });
    },
    value({ name, text, file, firstLine }) {
      const { problems, value } = promptExpression(text, { name, file, firstLine, lookups });
      return problems.length > 0 ? problems : value;
    },
  };
}
