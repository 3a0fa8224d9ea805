import type { Flow, StageBinding } from './flow.js';
import { bindingPart, issueAt, type FlowIssue } from './flow-issue.js';
import type { Policy } from './policy.js';
import type { LoginField } from '../ports/user-store.js';
import type { Texts } from '../base/message.js';
import { english } from '../base/texts/english.js';
import type { Requisite } from './stage.js';

/** The login fields that the flows' pages ask for. */
export function loginFieldsOf(flows: readonly Flow[]): readonly LoginField[] {
  const asked = new Set(
    flows.flatMap(({ bindings }) => bindings.flatMap(({ stage }) => (stage.asking ? stage.fields : []))),
  );
  return (['username', 'email'] as const).filter((field) => asked.has(field));
}

/** The default text of every message that a visitor can read: the kit's, those of the flows, and the app's own. */
export function textsOf(flows: readonly Flow[], ownMessages: Texts): Texts {
  return { ...ownMessages, ...english, ...textsOfFlows(flows) };
}

/** The default texts of all flows: their own, their stages', their policies'. */
export function textsOfFlows(flows: readonly Flow[]): Texts {
  const bindings = bindingsOf(flows);
  const policies = boundTo([...flows, ...bindings]);
  const definitions = [...flows, ...bindings.map((binding) => binding.stage), ...policies];
  return Object.assign({}, ...definitions.map(({ messages }) => messages)) as Texts;
}

/** Every policy of the flows: of flows, of stage bindings, and those that validate answers. */
export function policiesOf(flows: readonly Flow[]): readonly Policy[] {
  const bindings = bindingsOf(flows);
  const validating = bindings.flatMap(({ stage }) => (stage.asking ? stage.validation : []));
  return [...boundTo([...flows, ...bindings]), ...validating];
}

/** True where a passkey alone signs users in: not as their second factor, and without a page for their password behind it. */
export function signsInByPasskey(flows: readonly Flow[]): boolean {
  return flows
    .filter(({ designation }) => designation === 'authentication')
    .some(({ bindings }) => {
      const first = bindings.findIndex(({ stage }) => stage.asking && stage.secondFactor?.use === 'identifies');
      return first !== -1 && !bindings.slice(first + 1).some(asksEveryonesPassword);
    });
}

function asksEveryonesPassword({ stage, guard }: StageBinding): boolean {
  return stage.requires.includes('credentials') && guard.bindings.length === 0;
}

/** False when no flow checks passwords: guesses cannot lock an account then. */
export function asksForPasswords(flows: readonly Flow[]): boolean {
  return flows.some(({ bindings }) => bindings.some(({ stage }) => stage.requires.includes('credentials')));
}

/** The origins of other sites that stages may redirect to. */
export function originsOfRedirects(flows: readonly Flow[]): readonly string[] {
  return [...new Set(bindingsOf(flows).flatMap(({ stage }) => (stage.asking ? [] : stage.leadsToOrigins)))];
}

function bindingsOf(flows: readonly Flow[]): readonly StageBinding[] {
  return flows.flatMap((flow) => [...flow.bindings, ...flow.insertable.values()]);
}

function boundTo(guarded: readonly (Flow | StageBinding)[]): readonly Policy[] {
  return guarded.flatMap(({ guard }) => guard.bindings.map((binding) => binding.policy));
}

/** Stages that need parts that the app does not have; `absent` names what is missing, by requisite. */
export function checkRequisites(flows: readonly Flow[], absent: ReadonlyMap<Requisite, string>): readonly FlowIssue[] {
  return flows.flatMap((flow) =>
    [...flow.bindings, ...flow.insertable.values()].flatMap(({ key, stage }) =>
      stage.requires.flatMap((requisite) => {
        const missing = absent.get(requisite);
        return missing === undefined ? [] : [issueAt(bindingPart(flow, key), `${stage.kind} needs ${missing}`)];
      }),
    ),
  );
}
