/** The names of one function of an expression, and those of the functions around it. */
export interface Scope {
  readonly locals: ReadonlySet<string>;
  readonly outer: Scope | null;
}

export function isLocal(scope: Scope, name: string): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.outer) if (at.locals.has(name)) return true;
  return false;
}

export function namesOf(scope: Scope): readonly string[] {
  return [...scope.locals, ...(scope.outer === null ? [] : namesOf(scope.outer))];
}
