import { contrastOf, mix, readable } from './contrast.js';

/** A color for light and for dark pages. */
interface ColorPair {
  readonly light?: string | undefined;
  readonly dark?: string | undefined;
}

export interface BrandLook {
  /** Of buttons; links and the outline of the focus are derived from it. */
  readonly color?: string | ColorPair | undefined;
  /** Behind the card. */
  readonly background?: string | ColorPair | undefined;
  /** Of controls, as a CSS length; the card's is larger. */
  readonly radius?: string | undefined;
}

// Colors of assets/enrollment.css.
const schemes = {
  light: { accent: '#4a46d4', card: '#ffffff', ground: '#f6f6f8', ink: '#17181c', towards: '#000000' },
  dark: { accent: '#615df0', card: '#16171b', ground: '#0c0d10', ink: '#f2f3f5', towards: '#ffffff' },
} as const;
type Scheme = keyof typeof schemes;

const least = 4.5;

/** The compacted theme with the values that follow from the brand in place of its own: nothing is stated twice. */
export function withBrand(styles: string, look: BrandLook): string {
  const [light, dark] = [propertiesOf(look, 'light'), propertiesOf(look, 'dark')];
  const { radius } = look;
  const shape =
    radius === undefined ? [] : [['radius', radius] as const, ['radius-card', `calc(${radius}*1.75)`] as const];
  const plain = [...shape, ...light].reduce(
    (text, [name, value]) => text.replace(declaration(name), `$1${value}`),
    styles,
  );
  return [...light].reduce((text, [name, value]) => {
    const both = `light-dark(${value},${dark.get(name) ?? value})`;
    const given = declaration(name, 'light-dark');
    return given.test(text)
      ? text.replace(given, `$1${both}`)
      : text.replace(schemesStart, `$&--enrollment-${name}:${both};`);
  }, plain);
}

const schemesStart = '@supports (color:light-dark(red,red)){:root{';

/** The first one whose value begins so. */
function declaration(name: string, begin = ''): RegExp {
  return new RegExp(`(--enrollment-${name}:)${begin}[^;}]+`);
}

/** Colors by the name of their property; the same names in both schemes. */
function propertiesOf(look: BrandLook, scheme: Scheme): ReadonlyMap<string, string> {
  const { ink, ground: usual, accent: standard } = schemes[scheme];
  const color = look.color === undefined ? null : (colorOf(look.color, scheme) ?? standard);
  const ground = backgroundOf(look.background, scheme) ?? usual;
  const accent: readonly (readonly [string, string])[] =
    color === null
      ? []
      : [...buttonColors(color), ['link', linkColor(color, scheme)], ['notice-ground', noticeGround(color, scheme)]];
  const behind: readonly (readonly [string, string])[] =
    look.background === undefined
      ? []
      : [
          ['ground', ground],
          ['on-ground', readableOn(ground, ink) ?? '#000000'],
        ];
  return new Map([...accent, ...behind]);
}

/** White text wherever it can be read, as people expect it on a button. */
function buttonColors(color: string): readonly (readonly [string, string])[] {
  const text = contrastOf(color, '#ffffff') >= least ? '#ffffff' : '#000000';
  const hover = mix(color, text === '#ffffff' ? '#000000' : '#ffffff', 0.15);
  return [
    ['accent', color],
    ['accent-strong', hover],
    ['on-accent', text],
  ];
}

/** A breath of the color. */
function noticeGround(color: string, scheme: Scheme): string {
  return mix(schemes[scheme].card, color, 0.08);
}

/** The nearest shade that can be read on the card and in a notice. */
function linkColor(color: string, scheme: Scheme): string {
  const { card, towards } = schemes[scheme];
  return readable(color, [card, noticeGround(color, scheme)], towards, least);
}

/** One of black and white always has a contrast of 4.5 : 1. */
function readableOn(ground: string, ink: string): string | undefined {
  return [ink, '#ffffff', '#17181c', '#000000'].find((text) => contrastOf(text, ground) >= least);
}

/** One color serves light and dark pages. */
function colorOf(given: BrandLook['color'], scheme: Scheme): string | null {
  return (
    (typeof given === 'string' ? given : (given?.[scheme] ?? (scheme === 'dark' ? given?.light : undefined))) ?? null
  );
}

/** One color is for light pages: dark ones keep their own. */
function backgroundOf(given: BrandLook['background'], scheme: Scheme): string | null {
  return (typeof given === 'string' ? (scheme === 'light' ? given : undefined) : given?.[scheme]) ?? null;
}

/** Colors that do not stand out: buttons whose edge is hard to see, and what links have instead. */
export function brandWarnings({ color }: BrandLook): readonly string[] {
  return (['light', 'dark'] as const).flatMap((scheme) => {
    const given = colorOf(color, scheme);
    const { card } = schemes[scheme];
    if (given === null || contrastOf(given, card) >= 3) return [];
    const link = linkColor(given, scheme);
    const contrast = contrastOf(given, card).toFixed(1);
    return [
      `brand.color ${given} has a contrast of ${contrast} : 1 on ${scheme} pages, below 3 : 1: buttons are hard to tell from the page, and links are ${link}; set brand.color.${scheme}`,
    ];
  });
}
