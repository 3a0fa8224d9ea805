import type { Flow } from '../../flow/flow.js';
import type { ViewSet } from '../views/view-files.js';

/** What only some layouts show. */
interface ShownBrand {
  readonly layout?: string | undefined;
  readonly picture?: string | undefined;
  readonly logo?: string | undefined;
  readonly links?: { readonly terms?: string; readonly privacy?: string; readonly help?: string } | undefined;
  readonly consent?: boolean | undefined;
}

const shownBy = [
  { name: 'picture', layouts: ['split'], sign: /picture|elements\/panel/ },
  { name: 'logo', layouts: ['split', 'stacked'], sign: /logo|elements\/brand/ },
  { name: 'links', layouts: ['split', 'stacked'], sign: /brand\.links|elements\/legal/ },
] as const;

/**
 * Settings of the brand that none of the layouts shows. A view of the app that names the setting, or includes the
 * element with it, may show it.
 */
export function unseenBrand(brand: ShownBrand, flows: readonly Flow[], set: ViewSet): readonly string[] {
  const used = [brand.layout ?? 'stacked', ...flows.flatMap(({ layout }) => layout ?? [])];
  const own = set.files.filter(({ isKits }) => !isKits);
  return shownBy.flatMap(({ name, layouts, sign }) => {
    const given = brand[name];
    const isEmpty = given === undefined || (typeof given === 'object' && Object.keys(given).length === 0);
    const isShown =
      used.some((layout) => layouts.some((one) => one === layout)) || own.some(({ text }) => sign.test(text));
    if (isEmpty || isShown || (name === 'links' && isInConsent(brand))) return [];
    return [
      `"brand.${name}" is shown by the ${layouts.length > 1 ? 'layouts' : 'layout'} ${layouts.join(' and ')} only, and pages have ${[...new Set(used)].join(', ')}: set brand.layout, or the layout of a flow`,
    ];
  });
}

/** The sentence above the button that creates an account names them. */
function isInConsent({ links, consent }: ShownBrand): boolean {
  return consent !== false && (links?.terms !== undefined || links?.privacy !== undefined);
}
