/** Text of a view by name, or `null` where there is none. */
type TextOf = (name: string) => string | null;

// `<%- include('/elements/head') -%>`. Whatever is written in another way, or passes locals of its own, is looked up
// when the page is drawn.
const fixed = /<%[-_]\s*include\(\s*(['"])\/([-\w]+(?:\/[-\w]+)+)\1\s*\)\s*([-_]?%>)/g;

// These words would reach out of the block that an included text is put into.
const reachesOut = /\b(return|var)\b/;

/**
 * The text of a view with the texts of included views in the place of their includes, so that drawing it is one
 * function call. Each stands in a block of its own, which keeps its names to itself.
 */
export function inlined(name: string, textOf: TextOf, path: readonly string[] = []): string | null {
  const text = textOf(name);
  if (text === null) return null;
  const names = [...path, name];
  return text.replace(fixed, (include: string, _quote: string, inner: string, end: string) => {
    // A view that includes itself cannot be unrolled.
    const body = names.includes(inner) ? null : inlined(inner, textOf, names);
    return body === null || reachesOut.test(body) ? include : `<% { %>${body}<% } ${end}`;
  });
}
