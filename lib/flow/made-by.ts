/** How the kit made a part of a flow, for exports: the factory's name, and what it was given. */
export interface MadeBy {
  readonly factory: string;
  readonly given: readonly unknown[];
}

// Not a member of the part: a copy with other members is not what the factory made.
const makers = new WeakMap<object, MadeBy>();

/**
 * Notes of what the factory makes how it was made, so that an export can write it: of prompts, and of functions among
 * the settings of stages and prompts.
 */
export function kitMade<Given extends readonly unknown[], Part extends object>(
  factory: string,
  make: (...given: Given) => Part,
): (...given: Given) => Part {
  return (...given) => {
    const part = make(...given);
    makers.set(part, Object.freeze({ factory, given: Object.freeze([...given]) }));
    return part;
  };
}

/** Notes how a part was made that says so itself, as policies do: a copy of it says so too. */
export function noteMaker<Part extends object>(part: Part, madeBy: MadeBy): Part {
  makers.set(part, madeBy);
  return part;
}

const specs = new WeakMap<object, object>();

/** Notes the definition of a stage: an app's stage may have the name of one of the kit's. */
export function withSpec<Part extends object>(part: Part, spec: object): Part {
  specs.set(part, spec);
  return part;
}

/** True where both were made by the same definition. */
export function hasSameSpec(one: object, other: object): boolean {
  const spec = specs.get(one);
  return spec !== undefined && spec === specs.get(other);
}

/** `undefined`: it is the app's own code. */
export function makerOf(part: object): MadeBy | undefined {
  return makers.get(part);
}
