import { idOf, type Tag } from './html-tags.js';

/** Why a control has no name that screen readers say. */
export type Nameless = 'no label' | 'no text' | 'hidden' | 'leads nowhere' | 'placeholder';

/**
 * Looks for the names of a page's controls, in the order of the HTML Accessibility API Mappings: `aria-labelledby`,
 * `aria-label`, its label or its content, `title`. A name that only screen readers know counts; a hidden label does
 * not, because people who see the page miss it. `null`: a control has a name.
 */
export function accessibleNames(tags: readonly Tag[]): (control: Tag) => Nameless | null {
  const placeOfId = new Map<string, number>();
  const places = new Map<Tag, number>();
  for (const [index, tag] of tags.entries()) {
    places.set(tag, index);
    const id = tag.isEnd ? undefined : idOf(tag);
    if (id !== undefined && !placeOfId.has(id)) placeOfId.set(id, index);
  }
  const labels = labelsIn(tags);
  const textOf = (index: number): string => contentOf(tags, index);

  return (control) => {
    const { name, attributes } = control;
    const type = attributes.get('type')?.toLowerCase();
    if (type === 'hidden') return null;
    const named = (attributes.get('aria-labelledby') ?? '').split(/\s+/).flatMap((id) => placeOfId.get(id) ?? []);
    if (named.some((index) => textOf(index) !== '')) return null;
    if (['aria-label', 'title'].some((one) => has(attributes, one))) return null;
    if (type === 'image' && has(attributes, 'alt')) return null;
    // Browsers name these two by themselves.
    if (name === 'input' && (type === 'submit' || type === 'reset') && !isEmpty(attributes, 'value')) return null;
    if (name === 'input' && type === 'button' && has(attributes, 'value')) return null;
    const index = places.get(control);
    if (index !== undefined && (name === 'button' || name === 'a') && textOf(index) !== '') return null;
    const own = labels.filter((label) => label.names === control || isFor(label.start, control, placeOfId, index));
    if (own.some(({ start, at }) => !isHidden(start) && textOf(at) !== '')) return null;
    return reasonOf(control, own);
  };
}

function reasonOf({ attributes }: Tag, labels: readonly Label[]): Nameless {
  if (labels.length > 0) return labels.every(({ start }) => isHidden(start)) ? 'hidden' : 'no text';
  if (attributes.has('aria-labelledby')) return 'leads nowhere';
  return has(attributes, 'placeholder') ? 'placeholder' : 'no label';
}

interface Label {
  readonly start: Tag;
  readonly at: number;
  /** The first control within it, if it has no attribute `for`. */
  readonly names: Tag | null;
}

const labelable = new Set(['button', 'input', 'meter', 'output', 'progress', 'select', 'textarea']);

function labelsIn(tags: readonly Tag[]): readonly Label[] {
  return tags.flatMap((start, at) => {
    if (start.name !== 'label' || start.isEnd) return [];
    const isOwn = ({ name, isEnd, attributes }: Tag): boolean =>
      !isEnd && labelable.has(name) && attributes.get('type')?.toLowerCase() !== 'hidden';
    const names = start.attributes.has('for') ? null : (tags.slice(at, endOf(tags, at)).find(isOwn) ?? null);
    return [{ start, at, names }];
  });
}

function isFor(
  { attributes }: Tag,
  control: Tag,
  placeOfId: ReadonlyMap<string, number>,
  index: number | undefined,
): boolean {
  const id = idOf(control);
  return id !== undefined && attributes.get('for') === id && placeOfId.get(id) === index;
}

const voidElements = new Set(['area', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr']);
const neverRead = new Set(['script', 'style', 'template', 'textarea', 'select']);

/** What is read of an element: its text, and the texts that stand for images within it. */
export function contentOf(tags: readonly Tag[], start: number): string {
  const end = endOf(tags, start);
  if (end === start) return ownText(tags[start]);
  const parts: string[] = [];
  for (let index = start; index < end; index += 1) {
    const tag = tags[index];
    if (tag === undefined) break;
    if (index > start && !tag.isEnd && (isHidden(tag) || neverRead.has(tag.name))) {
      index = Math.max(index, endOf(tags, index));
      parts.push(tags[index]?.text ?? '');
      continue;
    }
    if (!tag.isEnd)
      parts.push(tag.attributes.get('aria-label') ?? '', tag.name === 'img' ? (tag.attributes.get('alt') ?? '') : '');
    parts.push(tag.text);
  }
  return parts.join('').trim();
}

/** What an element without content says. */
function ownText(tag: Tag | undefined): string {
  const texts = ['aria-label', 'alt', 'value', 'title'].map((name) => tag?.attributes.get(name) ?? '');
  return texts.join('').trim();
}

/** The place of the end tag; of an element that has none, its own. */
export function endOf(tags: readonly Tag[], start: number): number {
  const name = tags[start]?.name ?? '';
  if (voidElements.has(name)) return start;
  let open = 0;
  for (let index = start; index < tags.length; index += 1) {
    const tag = tags[index];
    if (tag?.name !== name) continue;
    open += tag.isEnd ? -1 : 1;
    if (open === 0) return index;
  }
  return tags.length;
}

export function isHidden({ attributes }: Tag): boolean {
  return attributes.has('hidden') || attributes.get('aria-hidden')?.toLowerCase() === 'true';
}

function has(attributes: Tag['attributes'], name: string): boolean {
  return (attributes.get(name) ?? '').trim() !== '';
}

function isEmpty(attributes: Tag['attributes'], name: string): boolean {
  return attributes.has(name) && !has(attributes, name);
}
