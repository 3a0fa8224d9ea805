/**
 * An element. Attributes that are `null` or `false` are left out, `true` is an empty one; children that are `null` too.
 * Texts become text nodes, never HTML.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Readonly<Record<string, string | number | boolean | null | undefined>>} attributes
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== null && value !== undefined && value !== false)
      made.setAttribute(key, value === true ? '' : String(value));
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * @param {string} text
 * @returns {HTMLElement}
 */
export function paragraph(text) {
  return element('p', { class: 'enrollment-message' }, text);
}

/**
 * A list of links or buttons; `null` where there are none.
 *
 * @param {readonly Node[]} items
 * @returns {HTMLElement | null}
 */
export function list(items) {
  if (items.length === 0) return null;
  return element('ul', { class: 'enrollment-links' }, ...items.map((item) => element('li', {}, item)));
}

/**
 * @param {string} href
 * @param {string} label
 * @returns {HTMLAnchorElement}
 */
export function link(href, label) {
  return element('a', { class: 'enrollment-link', href }, label);
}
