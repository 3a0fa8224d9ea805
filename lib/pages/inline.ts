/** Returns the text of a view by name, or `null` if it does not exist. */
type TextOf = (name: string) => string | null;

// `<%- include('/elements/head') -%>`. Includes that are written differently, or that pass locals of their own, are
// resolved when the page is rendered.
const fixed = /<%[-_]\s*include\(\s*(['"])\/([-\w]+(?:\/[-\w]+)+)\1\s*\)\s*([-_]?%>)/g;

// These keywords would have an effect outside the block that contains an included text.
const reachesOut = /\b(return|var)\b/;

/**
 * The text of a view with the included views' texts inlined, so that rendering is one function call. Each is in a block
 * of its own, which scopes its names.
 */
export function inlined(name: string, textOf: TextOf, path: readonly string[] = []): string | null {
  const text = textOf(name);
  if (text === null) return null;
  const names = [...path, name];
  return text.replace(fixed, (include: string, _quote: string, inner: string, end: string) => {
    // A view that includes itself cannot be inlined.
    const body = names.includes(inner) ? null : inlined(inner, textOf, names);
    return body === null || reachesOut.test(body) ? include : `<% { %>${body}<% } ${end}`;
  });
}
