export interface FormField {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

export interface HtmlForm {
  /** The form's target; empty means the page's own address. */
  readonly action: string;
  readonly fields: readonly FormField[];
}

const typed = new Set(['text', 'email', 'password', 'search', 'tel', 'url', 'number']);
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return entities[name ?? ''] ?? whole;
  });
}

function attributes(tag: string): Map<string, string> {
  const found = tag.matchAll(/\s([a-z][\w-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi);
  return new Map(
    Array.from(found, ([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      decoded(double ?? single ?? bare ?? ''),
    ]),
  );
}

function readField(tag: string): FormField | null {
  const of = attributes(tag);
  const name = of.get('name');
  const type = of.get('type')?.toLowerCase() ?? (tag.startsWith('<button') ? 'submit' : 'text');
  const leftOut = (type === 'checkbox' || type === 'radio') && !of.has('checked');
  if (name === undefined || name === '' || leftOut || of.has('disabled')) return null;
  return { name, type, value: of.get('value') ?? '' };
}

function readForm([, openTag = '', content = '']: RegExpMatchArray): HtmlForm {
  const fields = Array.from(content.matchAll(/<(?:input|button)\b[^>]*>/gi), ([tag]) => readField(tag));
  return { action: attributes(openTag).get('action') ?? '', fields: fields.filter((field) => field !== null) };
}

/** The form that a visitor fills in: the first one that has a field to type into. */
export function formToFill(html: string): HtmlForm | null {
  const forms = Array.from(html.matchAll(/(<form\b[^>]*>)([\s\S]*?)<\/form>/gi), readForm);
  return forms.find(({ fields }) => fields.some(({ type }) => typed.has(type))) ?? null;
}

/** What a browser sends: hidden fields unchanged, typed ones as `answer` returns them, the first button with a name. */
export function filledIn(form: HtmlForm, answer: (field: FormField) => string): string {
  const sent = new URLSearchParams();
  let pressed = false;
  for (const field of form.fields) {
    if (field.type === 'submit' && pressed) continue;
    pressed ||= field.type === 'submit';
    sent.append(field.name, typed.has(field.type) ? answer(field) : field.value);
  }
  return sent.toString();
}
