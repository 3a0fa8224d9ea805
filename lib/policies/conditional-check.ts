import { didYouMean } from '../base/did-you-mean.js';
import { isForbiddenKey } from '../base/json.js';
import { schemaCheck } from '../base/settings.js';
import {
  conditionalLimits,
  valueTypes,
  type ConditionalAction,
  type ConditionalDocument,
  type ConditionNode,
  type VariableRef,
} from './conditional-document.js';
import { conditionalOperators, operandMistake, operandTypeMistake } from './conditional-operators.js';
import { conditionalVariables } from './conditional-variables.js';

const compareIssues = schemaCheck((joi) =>
  joi.object({
    type: joi.any(),
    variable: joi.string().required(),
    key: joi.string(),
    cast: joi.valid(...valueTypes),
    operator: joi.string().required(),
    value: joi.any(),
    options: joi.object({ case_sensitive: joi.boolean(), negate: joi.boolean() }),
  }),
);

/** The rules of each kind of node, without the nodes within it. */
const conditionIssues = new Map([
  ['compare', compareIssues],
  [
    'group',
    schemaCheck((joi) =>
      joi.object({
        type: joi.any(),
        mode: joi.valid('all', 'any', 'none').required(),
        conditions: joi.array().min(1).required(),
      }),
    ),
  ],
  [
    'policy',
    schemaCheck((joi) => joi.object({ type: joi.any(), policy: joi.string().required(), negate: joi.boolean() })),
  ],
]);

const actionIssues = new Map([
  [
    'condition',
    schemaCheck((joi) =>
      joi.object({ type: joi.any(), enabled: joi.boolean(), condition: joi.any().required(), message: joi.string() }),
    ),
  ],
  [
    'if',
    schemaCheck((joi) =>
      joi.object({
        type: joi.any(),
        enabled: joi.boolean(),
        condition: joi.any().required(),
        then_actions: joi.array(),
        else_actions: joi.array(),
      }),
    ),
  ],
  [
    'set',
    schemaCheck((joi) =>
      joi
        .object({
          type: joi.any(),
          enabled: joi.boolean(),
          target: joi.valid('prompt_data', 'redirect').required(),
          key: joi.string(),
          value: joi.any(),
          from: joi.object({ variable: joi.string().required(), key: joi.string() }),
        })
        .xor('value', 'from'),
    ),
  ],
  [
    'stop',
    schemaCheck((joi) =>
      joi.object({
        type: joi.any(),
        enabled: joi.boolean(),
        result: joi.valid('pass', 'fail').required(),
        message: joi.string(),
      }),
    ),
  ],
]);

const documentIssues = schemaCheck((joi) =>
  joi.object({
    version: joi.valid(2).required(),
    actions: joi.array().min(1).required(),
    missing_behavior: joi.valid('fail', 'false'),
    failure_message: joi.string(),
  }),
);

/** The mistakes in the shape of one node. */
function shapeOf(kinds: typeof actionIssues, node: unknown, path: string): readonly string[] {
  const type: unknown = typeof node === 'object' && node !== null ? Reflect.get(node, 'type') : undefined;
  const issuesOf = typeof type === 'string' ? kinds.get(type) : undefined;
  if (issuesOf === undefined) return [`"${path}.type" must be one of ${[...kinds.keys()].join(', ')}`];
  return issuesOf(node).map((issue) => issue.replace(/^"settings"/, `"${path}"`).replace(/^"(?!actions)/, `"${path}.`));
}

/** What a document may refer to. */
interface Known {
  /** Names of other policies. */
  readonly policies: readonly string[];
  readonly hasLookUp: boolean;
}

/** Every mistake in a document, with its path. */
export function conditionalMistakes(document: unknown, known: Known): readonly string[] {
  const size = sizeIssues(document);
  if (size.length > 0) return size;
  const shape = documentIssues(document);
  // The rest reads what the shape promises.
  return shape.length > 0 ? shape : meaning(document as ConditionalDocument, known);
}

/** Checked first, so that a document of any depth can be walked through. */
function sizeIssues(document: unknown): readonly string[] {
  let nodes = 0;
  let deepest = 0;
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || nodes > conditionalLimits.nodes) return;
    const isNode = 'type' in value;
    if (isNode) nodes += 1;
    const here = isNode ? depth + 1 : depth;
    deepest = Math.max(deepest, here);
    if (here <= conditionalLimits.depth) for (const inner of Object.values(value)) walk(inner, here);
  };
  walk(document, 0);
  return [
    ...(nodes > conditionalLimits.nodes ? [`the document has more than ${String(conditionalLimits.nodes)} nodes`] : []),
    ...(deepest > conditionalLimits.depth
      ? [`the document is deeper than ${String(conditionalLimits.depth)} nodes`]
      : []),
  ];
}

function meaning({ actions }: ConditionalDocument, { policies, hasLookUp }: Known): readonly string[] {
  const inActions = (list: readonly ConditionalAction[], path: string): readonly string[] =>
    list.flatMap((action, index) => inAction(action, `${path}[${String(index)}]`));
  const inAction = (action: ConditionalAction, path: string): readonly string[] => {
    const shape = shapeOf(actionIssues, action, path);
    if (shape.length > 0) return shape;
    if (action.type === 'condition') return inCondition(action.condition, `${path}.condition`);
    if (action.type === 'if')
      return [
        ...inCondition(action.condition, `${path}.condition`),
        ...inActions(action.then_actions ?? [], `${path}.then_actions`),
        ...inActions(action.else_actions ?? [], `${path}.else_actions`),
      ];
    if (action.type === 'stop') return [];
    const from = action.from === undefined ? [] : inReference(action.from, `${path}.from`, hasLookUp);
    if (action.target === 'prompt_data') return [...from, ...keyIssues(action.key, `${path}.key`)];
    const isPath = action.from !== undefined || (typeof action.value === 'string' && action.value.startsWith('/'));
    return [...from, ...(isPath ? [] : [`"${path}.value" must be a path of the app`])];
  };
  const inCondition = (node: ConditionNode, path: string): readonly string[] => {
    const shape = shapeOf(conditionIssues, node, path);
    if (shape.length > 0) return shape;
    if (node.type === 'group')
      return node.conditions.flatMap((one, index) => inCondition(one, `${path}.conditions[${String(index)}]`));
    if (node.type === 'policy')
      return policies.includes(node.policy)
        ? []
        : [`"${path}.policy": there is no policy '${node.policy}' in "policies"${didYouMean(node.policy, policies)}`];
    return [...inReference(node, path, hasLookUp), ...inComparison(node, path)];
  };
  return inActions(actions, 'actions');
}

function inReference({ variable, key }: VariableRef, path: string, hasLookUp: boolean): readonly string[] {
  const known = conditionalVariables.get(variable);
  if (known === undefined)
    return [
      `"${path}.variable": there is no variable '${variable}'${didYouMean(variable, [...conditionalVariables.keys()])}`,
    ];
  if (known.isPlace && !hasLookUp) return [`"${path}.variable": '${variable}' needs the setting lookUp`];
  if (known.key === 'none') return key === undefined ? [] : [`"${path}.key": '${variable}' takes no key`];
  return key === undefined && known.key === 'optional' ? [] : keyIssues(key, `${path}.key`);
}

function keyIssues(key: string | undefined, path: string): readonly string[] {
  const isKey =
    key !== undefined && /^[a-zA-Z][\w-]*(\.[a-zA-Z][\w-]*)*$/.test(key) && !key.split('.').some(isForbiddenKey);
  return isKey ? [] : [`"${path}" must be the key of a value, such as attributes.team`];
}

function inComparison(node: Extract<ConditionNode, { readonly type: 'compare' }>, path: string): readonly string[] {
  const { operator, value, cast } = node;
  if (operator === 'is_set' || operator === 'not_set')
    return value === undefined ? [] : [`"${path}.value": ${operator} takes no value`];
  const known = conditionalOperators.get(operator);
  if (known === undefined)
    return [
      `"${path}.operator": there is no operator '${operator}'${didYouMean(operator, [...conditionalOperators.keys()])}`,
    ];
  const declared = conditionalVariables.get(node.variable)?.type;
  const type = cast ?? declared;
  const isTyped = type !== undefined && type !== 'any' && known.types.includes(type);
  const mistake =
    operandMistake(known.operand, value) ?? (isTyped ? operandTypeMistake(known.operand, type, value) : null);
  return [
    ...(type === 'any' ? [`"${path}.cast" is required: '${node.variable}' may have any type`] : []),
    ...(type === undefined || type === 'any' || known.types.includes(type)
      ? []
      : [`"${path}.operator": ${operator} compares ${known.types.join(', ')}, not ${type}`]),
    ...(mistake === null ? [] : [`"${path}.value": ${mistake}`]),
  ];
}
