/** True for the name of a field whose value must not be shown, stored or logged. */
export function isSecretName(name: string): boolean {
  return /pass(word|phrase)|secret|token|(^|[_.-])(code|pin)$/i.test(name);
}
