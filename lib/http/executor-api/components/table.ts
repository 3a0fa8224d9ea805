import { oncePer } from '../../../base/once-per.js';
import type { Flow } from '../../../flow/flow.js';
import { consent, dummy, email, prompt, userLogin } from './asking.js';
import { recoveryCodes, totp, validate, webauthn } from './authenticators.js';
import type { Component } from './component.js';
import { kitOnlyComponents, ownComponent } from './kit-only.js';
import { captcha, identification, password } from './sign-in.js';

const kit: readonly Component[] = [
  prompt,
  identification,
  password,
  email,
  consent,
  captcha,
  totp,
  recoveryCodes,
  webauthn,
  validate,
  userLogin,
  dummy,
  ...kitOnlyComponents,
];

/** The components of an app's flows, by name: those of the kit, and those of stages that the app defined. */
export const componentsOf = oncePer((flows: ReadonlyMap<string, Flow>): ReadonlyMap<string, Component> => {
  const known = new Map(kit.map((one) => [one.component, one]));
  const fields = new Map<string, Set<string>>();
  for (const { bindings, insertable } of flows.values())
    for (const { stage } of [...bindings, ...insertable.values()]) {
      if (!stage.asking || known.has(stage.component)) continue;
      const present = fields.get(stage.component) ?? new Set<string>();
      for (const key of stage.fields) present.add(key);
      fields.set(stage.component, present);
    }
  for (const [component, keys] of fields)
    known.set(component, ownComponent(component, schemaName(component), [...keys]));
  return known;
});

/** `my-stage_age` is `MyStageAge`. */
function schemaName(component: string): string {
  const words = component.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return `Own${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`;
}
