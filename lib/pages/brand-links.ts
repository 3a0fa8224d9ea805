import { message } from '../base/message.js';
import type { PageLink } from './page-model.js';

/** The addresses below every page. */
interface BrandLinks {
  readonly terms?: string | undefined;
  readonly privacy?: string | undefined;
  readonly help?: string | undefined;
}

/** The links of the option `brand`, in the order in which pages show them, with their labels and names. */
export function brandLinks(links: BrandLinks | undefined): readonly (PageLink & { readonly name: keyof BrandLinks })[] {
  return (['terms', 'privacy', 'help'] as const).flatMap((name) => {
    const href = links?.[name];
    return href === undefined ? [] : [{ name, href, label: message(`link.${name}`) }];
  });
}
