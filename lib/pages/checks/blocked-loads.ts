import { mayLoad, type AllowedSources, type Directive } from './allowed-sources.js';
import type { Tag } from './html-tags.js';

/** Something that a page has and the browser does not load, or run. */
interface Blocked {
  readonly what: string;
  readonly advice: string;
  /** What a template that has it contains. */
  readonly sign: string | RegExp;
}

const toFile = `move the code to a file, and allow it with csp: { scriptSrc: ["'self'"] }`;
const toStylesheet = 'move it to a stylesheet of your own origin';

/**
 * What the pages' Content-Security-Policy blocks, each once: the browser tells only its console. `null`: it is not known
 * what the policy allows, so only what it never allows is found.
 */
export function blockedLoads(tags: readonly Tag[], sources: AllowedSources | null): readonly Blocked[] {
  const blocked = new Map<string, Omit<Blocked, 'what'>>();
  const add = (what: string, advice: string, sign: string | RegExp): void => void blocked.set(what, { advice, sign });
  for (const tag of tags) {
    if (tag.isEnd) continue;
    const { name, attributes } = tag;
    if (isCode(tag) && !attributes.has('src') && !attributes.has('nonce'))
      add('a script within the page', toFile, /<script\b(?![^>]*\ssrc=)/i);
    if (name === 'base') add('an element base', 'write whole addresses or paths', /<base\b/i);
    if (name === 'style') add('a stylesheet within the page', toStylesheet, /<style\b/i);
    for (const one of attributes.keys()) {
      if (/^on[a-z]+$/.test(one)) add(`the attribute ${one}`, toFile, new RegExp(`\\s${one}\\s*=`, 'i'));
      if (isCodeAddress(tag, one)) add(`the address "javascript:…" in ${one}`, toFile, /javascript:/i);
      if (one === 'style') add('the attribute style', toStylesheet, /\sstyle\s*=/i);
    }
    if (sources === null) continue;
    for (const { kind, directive, address } of loadsOf(tag)) {
      if (directive === null) add(`the ${kind} "${address}"`, 'no setting of csp allows it', address);
      else if (!mayLoad(address, directive, sources))
        add(`the ${kind} "${address}"`, adviceFor(address, directive), address);
    }
  }
  return [...blocked].map(([what, more]) => ({ what, ...more }));
}

function adviceFor(address: string, directive: Directive): string {
  const [origin] = /^https?:\/\/[^/]+/i.exec(address.startsWith('//') ? `https:${address}` : address) ?? [];
  if (origin === undefined && /^\w+:/.test(address)) return 'serve it as a file of your own origin';
  return `allow it with csp: { ${directive}: [${origin === undefined ? `"'self'"` : `'${origin}'`}] }`;
}

/** Code in place of an address; browsers skip line breaks and tabs within its scheme (URL Standard, 4.4). */
function isCodeAddress({ attributes }: Tag, attribute: string): boolean {
  const isAddress = ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(attribute);
  return isAddress && /^[\0-\x20]*javascript:/i.test((attributes.get(attribute) ?? '').replace(/[\t\n\r]/g, ''));
}

function isCode({ name, attributes }: Tag): boolean {
  const type = attributes.get('type');
  return (
    name === 'script' &&
    (type === undefined || type === '' || type === 'module' || type === 'importmap' || /javascript/.test(type))
  );
}

interface Load {
  readonly kind: string;
  /** `null`: none of the option `csp` is about it. */
  readonly directive: Directive | null;
  readonly address: string;
}

const byName: ReadonlyMap<string, { readonly kind: string; readonly directive: Directive | null }> = new Map([
  ['img', { kind: 'image', directive: 'imgSrc' }],
  ['image', { kind: 'image', directive: 'imgSrc' }],
  ['input', { kind: 'image', directive: 'imgSrc' }],
  ['iframe', { kind: 'frame', directive: 'frameSrc' }],
  ['video', { kind: 'video', directive: null }],
  ['audio', { kind: 'audio', directive: null }],
  ['embed', { kind: 'object', directive: null }],
  ['object', { kind: 'object', directive: null }],
]);

const preloads: ReadonlyMap<string, { readonly kind: string; readonly directive: Directive }> = new Map([
  ['script', { kind: 'script', directive: 'scriptSrc' }],
  ['style', { kind: 'stylesheet', directive: 'styleSrc' }],
  ['image', { kind: 'image', directive: 'imgSrc' }],
  ['font', { kind: 'font', directive: 'fontSrc' }],
]);

/** What an element loads. */
function loadsOf(tag: Tag): readonly Load[] {
  const { name, attributes } = tag;
  const all = (names: readonly string[], load: Omit<Load, 'address'>): readonly Load[] =>
    names.flatMap((one) => {
      const address = attributes.get(one);
      return address === undefined || address === '' ? [] : [{ ...load, address }];
    });
  if (isCode(tag)) return attributes.has('nonce') ? [] : all(['src'], { kind: 'script', directive: 'scriptSrc' });
  if (name === 'link') return all(['href'], linked(attributes) ?? { kind: '', directive: null }).filter(isKnown);
  const own = byName.get(name);
  return [
    ...(own === undefined ? [] : all(['src', 'data', ...(name === 'image' ? ['href', 'xlink:href'] : [])], own)),
    ...all(['poster'], { kind: 'image', directive: 'imgSrc' }),
    ...candidates(attributes.get('srcset')).map((address) => ({
      kind: 'image',
      directive: 'imgSrc' as const,
      address,
    })),
  ];
}

function linked(attributes: Tag['attributes']): Omit<Load, 'address'> | undefined {
  const rel = new Set((attributes.get('rel') ?? '').toLowerCase().split(/\s+/));
  if (rel.has('stylesheet')) return preloads.get('style');
  if (rel.has('icon') || rel.has('apple-touch-icon')) return preloads.get('image');
  if (rel.has('manifest')) return { kind: 'manifest', directive: null };
  if (rel.has('modulepreload')) return preloads.get('script');
  return rel.has('preload') ? preloads.get(attributes.get('as')?.toLowerCase() ?? '') : undefined;
}

function isKnown({ kind }: Load): boolean {
  return kind !== '';
}

/** The addresses of an attribute `srcset`: they are separated by a comma and a blank. */
function candidates(srcset = ''): readonly string[] {
  return srcset.split(/,\s+/).flatMap((one) => one.trim().split(/\s+/)[0] || []);
}
