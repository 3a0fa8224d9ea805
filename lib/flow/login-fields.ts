import type { Flow } from './flow.js';
import type { LoginField } from '../ports/user-store.js';

/** The login fields that the flows' pages ask for. */
export function loginFieldsOf(flows: readonly Flow[]): readonly LoginField[] {
  const asked = new Set(
    flows.flatMap(({ bindings }) => bindings.flatMap(({ stage }) => (stage.asking ? stage.fields : []))),
  );
  return (['username', 'email'] as const).filter((field) => asked.has(field));
}
