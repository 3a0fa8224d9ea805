import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Problem } from '../../../lib/flow-files/problems.js';
import { applyFlowFiles } from '../../../lib/flow-files/public.js';

/** Of authentik's own client: which fields each model has, and of which kind they are. */
const models = join(dirname(createRequire(import.meta.url).resolve('@goauthentik/api')), 'models');
const declared = readdirSync(models).filter((file) => /^[A-Z]\w*Request\.d\.ts$/.test(file));

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly isDuration: boolean;
  readonly mayBeNull: boolean;
}

export function fieldsOf(model: string): readonly Field[] {
  const [, kind = ''] = model.split('.');
  const file = declared.find((one) => one.toLowerCase() === `${kind}request.d.ts`);
  assert.ok(file !== undefined, model);
  const text = readFileSync(join(models, file), 'utf8');
  return [...text.matchAll(/\/\*\*([^/]*?)\*\/\s+(\w+)\??: ([^;]+);/g)].map(([, about = '', name = '', type = '']) => ({
    name: name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    type: type.replace(' | null', ''),
    mayBeNull: type.endsWith(' | null'),
    isDuration: type === 'string' && (/Format: hours/.test(about) || name === 'lastAuthThreshold'),
  }));
}

/** What the models need beside the field that is wrong. */
const needed: Readonly<Record<string, readonly string[]>> = {
  'authentik_flows.flow': ['slug: x', 'title: X', 'designation: authorization'],
  'authentik_flows.flowstagebinding': ['target: !KeyOf flow', 'stage: !KeyOf stage', 'order: 1'],
  'authentik_policies.policybinding': ['target: !KeyOf flow', 'policy: !KeyOf policy', 'order: 1'],
  'authentik_stages_prompt.prompt': ['field_key: x', 'label: X', 'type: text'],
  'authentik_stages_redirect.redirectstage': ['mode: static', 'target_static: /x'],
  'authentik_stages_source.sourcestage': ['source: acme'],
  'authentik_policies_expiry.passwordexpirypolicy': ['days: 30'],
  'authentik_policies_expression.expressionpolicy': ['expression: return True'],
  'authentik_brands.brand': ['domain: x.example'],
};

/** Their names find them, and authentik's are not those of fields. */
const identifiers: Readonly<Record<string, string>> = {
  'authentik_flows.flow': '{pk: 7c1c7b9e-0000-4000-8000-000000000001}',
  'authentik_flows.flowstagebinding': '{pk: 7c1c7b9e-0000-4000-8000-000000000001}',
  'authentik_policies.policybinding': '{pk: 7c1c7b9e-0000-4000-8000-000000000001}',
  'authentik_brands.brand': '{pk: 7c1c7b9e-0000-4000-8000-000000000001}',
};

const before = `version: 1
entries:
  - {model: authentik_flows.flow, id: flow, identifiers: {slug: any}, attrs: {title: X, designation: authorization}}
  - {model: authentik_stages_dummy.dummystage, id: stage, identifiers: {name: any}}
  - {model: authentik_policies_dummy.dummypolicy, id: policy, identifiers: {name: any}}
`;
export const line = before.split('\n').length + 3;

export function problemsWith(model: string, name: string, value: string): readonly Problem[] {
  const others = (needed[model] ?? []).filter((one) => !one.startsWith(`${name}:`));
  const text = `${before}  - model: ${model}
    identifiers: ${identifiers[model] ?? '{name: thing}'}
    attrs:
      ${[`${name}: ${value}`, ...others].join('\n      ')}
`;
  return applyFlowFiles([{ file: 'a.yaml', text }], {}).problems;
}

/** Parts of the app. */
const appPolicies = ['.conditionalpolicy', '.geoippolicy', '.eventmatcherpolicy'];

/** Found by other fields than authentik's, an object of its own, or a part of the app. */
export const isOther = (model: string): boolean =>
  model.startsWith('express_enrollment.') ||
  ['.authenticatewebauthnstage', '.captchastage', ...appPolicies].some((name) => model.endsWith(name));
