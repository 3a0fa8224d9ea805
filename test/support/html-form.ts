export interface HtmlForm {
  /** As written; empty when the form posts to its own page. */
  readonly action: string;
  readonly method: 'get' | 'post';
  /** Names and values of the hidden inputs: post `{ ...form.hidden, ...fields }`. */
  readonly hidden: Readonly<Record<string, string>>;
  /** Every named control, in document order. */
  readonly controls: readonly { readonly name: string; readonly type: string; readonly value: string }[];
}

type Attributes = Readonly<Record<string, string>>;

/** The forms of a page, parsed tolerantly: any quoting, any order of attributes. */
export function forms(html: string): HtmlForm[] {
  const text = html.replace(/<!--[\s\S]*?-->/g, '');
  return [...text.matchAll(/<form\b((?:"[^"]*"|'[^']*'|[^>"'])*)>([\s\S]*?)<\/form\s*>/gi)].map(
    ([, head = '', body = '']) => {
      const { action = '', method = 'get' } = attributes(head);
      const controls = controlsOf(body);
      const hidden = controls.filter(({ type }) => type === 'hidden').map(({ name, value }) => [name, value] as const);
      return {
        action,
        method: method.toLowerCase() === 'post' ? 'post' : 'get',
        hidden: Object.fromEntries(hidden),
        controls,
      };
    },
  );
}

/** The only form of a page, or the one that has a control called `withControl`. */
export function form(html: string, withControl?: string): HtmlForm {
  const all = forms(html);
  const found = all.filter(
    ({ controls }) => withControl === undefined || controls.some(({ name }) => name === withControl),
  );
  if (found.length !== 1) throw new Error(`the page has ${found.length} such forms of ${all.length}:\n${html}`);
  return found[0]!;
}

function controlsOf(body: string): HtmlForm['controls'] {
  return [...body.matchAll(/<(input|select|textarea|button)\b((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi)].flatMap(
    ([, tag = '', head = '']) => {
      const { name, value = '', type = tag.toLowerCase() === 'input' ? 'text' : tag.toLowerCase() } = attributes(head);
      return name === undefined ? [] : [{ name, type: type.toLowerCase(), value }];
    },
  );
}

function attributes(head: string): Attributes {
  const found = head.matchAll(/([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g);
  return Object.fromEntries(
    [...found].map(([, name = '', a, b, c]) => [name.toLowerCase(), decode(a ?? b ?? c ?? '')]),
  );
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function decode(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return entities[(name ?? '').toLowerCase()] ?? whole;
    },
  );
}
