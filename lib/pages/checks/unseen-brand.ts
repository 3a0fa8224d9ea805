import type { Flow } from '../../flow/flow.js';
import type { ViewSet } from '../views/view-files.js';
import { viewPath } from '../views/view-names.js';

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
 * Settings of the brand that none of the kit's layouts shows. A view of the app that names the setting, or includes the
 * element with it, may show it; layouts of the app are drawn to find out.
 */
export function unseenBrand(brand: ShownBrand, flows: readonly Flow[], set: ViewSet): readonly string[] {
  const used = [brand.layout ?? 'stacked', ...flows.flatMap(({ layout }) => layout ?? [])];
  const own = set.files.filter(({ isKits }) => !isKits);
  const isOwn = (layout: string): boolean => own.some(({ name }) => viewPath(name)?.view === `layouts/${layout}`);
  if (used.some(isOwn)) return [];
  return shownBy.flatMap(({ name, layouts, sign }) => {
    const given = name === 'links' ? linksElsewhere(brand) : brand[name];
    const isEmpty = given === undefined || (typeof given === 'object' && Object.keys(given).length === 0);
    const isShown =
      used.some((layout) => layouts.some((one) => one === layout)) || own.some(({ text }) => sign.test(text));
    if (isEmpty || isShown) return [];
    return [
      `"brand.${name}" is shown by the ${layouts.length > 1 ? 'layouts' : 'layout'} ${layouts.join(' and ')} only, and pages have ${[...new Set(used)].join(', ')}: set brand.layout, or the layout of a flow`,
    ];
  });
}

/** Those that the sentence above the button which creates an account does not name. */
function linksElsewhere({ links = {}, consent }: ShownBrand): Pick<NonNullable<ShownBrand['links']>, 'help'> {
  if (consent === false || (links.terms === undefined && links.privacy === undefined)) return links;
  return links.help === undefined ? {} : { help: links.help };
}
