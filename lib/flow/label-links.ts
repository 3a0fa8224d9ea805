import { configError } from '../base/config-error.js';
import type { Message } from '../base/message.js';
import { literal } from './policy.js';

/** A link within a label: `{terms}` in its text. */
export interface LabelLink {
  /** A path of the app, an https address or `mailto:`. */
  readonly href: string;
  /** The words of the link. */
  readonly label: string | Message;
}

/** A label with links. */
export interface LinkedLabel {
  readonly message: Message;
  readonly links: Readonly<Record<string, { readonly href: string; readonly label: Message }>>;
}

/** A path of the app, an https address or `mailto:`. */
export const linkAddress = /^(?:\/(?![/\\])[^\s\\]*|https:\/\/[^\s\\]+|mailto:[^\s\\]+)$/i;

/**
 * A label with named links: `withLinks('I accept the {terms}', { terms: { href: '/terms', label: 'terms of use' } })`.
 * The text may also be a message with these names among its placeholders. Links open in a new tab, so that the form
 * keeps what was typed.
 * @throws ERR_ENROLLMENT_CONFIG for an address that is none, and for a name that the text does not have
 */
export function withLinks(text: string | Message, links: Readonly<Record<string, LabelLink>>): LinkedLabel {
  const names = Object.keys(links);
  const issues = names.flatMap((name) => [
    ...(/^\w+$/.test(name) ? [] : [`withLinks: '${name}' is not a name of letters, digits and '_'`]),
    ...(typeof text !== 'string' || text.includes(`{${name}}`)
      ? []
      : [`withLinks: the text has no place {${name}}: '${text}'`]),
    ...(linkAddress.test(String(links[name]?.href))
      ? []
      : [`withLinks: "${name}.href" must be a path of the app, an https address or mailto:`]),
    ...(links[name]?.label === undefined || links[name].label === '' ? [`withLinks: "${name}.label" is missing`] : []),
  ]);
  if (issues.length > 0) throw configError(issues);
  const places = Object.fromEntries(names.map((name) => [name, `{${name}}`]));
  return Object.freeze({
    message: typeof text === 'string' ? literal(text) : { id: text.id, values: { ...text.values, ...places } },
    links: Object.freeze(
      Object.fromEntries(
        Object.entries(links).map(([name, { href, label }]) => [
          name,
          Object.freeze({ href, label: typeof label === 'string' ? literal(label) : label }),
        ]),
      ),
    ),
  });
}

export function isLinkedLabel(value: unknown): value is LinkedLabel {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'links') === 'object' &&
    typeof Reflect.get(value, 'message') === 'object'
  );
}
