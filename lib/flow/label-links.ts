import { configError } from '../base/config-error.js';
import { linkIssues } from '../base/linked-text.js';
import type { Message } from '../base/message.js';
import { literal } from './policy.js';

/** A label with links. */
export interface LinkedLabel {
  readonly message: Message;
  /** The addresses by the links' names. */
  readonly links: Readonly<Record<string, string>>;
}

/** A path of the app, an https address or `mailto:`. */
export const linkAddress = /^(?:\/(?![/\\])[^\s\\]*|https:\/\/[^\s\\]+|mailto:[^\s\\]+)$/i;

/**
 * A label with named links: `withLinks('I accept the <terms>terms of use</terms>', { terms: '/terms' })`. An address is a
 * path of the app, an https address or `mailto:`. The text may also be a message, whose text has these links in every
 * language. Links open in a new tab, so that the form keeps what was typed.
 * @throws ERR_ENROLLMENT_CONFIG for an address that is none, for links that the text does not have, and for others
 */
export function withLinks(text: string | Message, links: Readonly<Record<string, string>>): LinkedLabel {
  const names = Object.keys(links);
  const issues = [
    ...names.flatMap((name) => [
      ...(/^\w+$/.test(name) ? [] : [`withLinks: '${name}' is not a name of letters, digits and '_'`]),
      ...(linkAddress.test(String(links[name]))
        ? []
        : [`withLinks: "${name}" must be a path of the app, an https address or mailto:`]),
    ]),
    ...(typeof text === 'string' ? linkIssues(text, names).map((issue) => `withLinks: ${issue}: '${text}'`) : []),
  ];
  if (issues.length > 0) throw configError(issues);
  return Object.freeze({
    message: typeof text === 'string' ? literal(text) : text,
    links: Object.freeze({ ...links }),
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
