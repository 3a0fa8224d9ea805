/** The entries of a list that Redis answered; none for any other answer. */
export function entriesOf(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}
