import type { FieldReader } from './field-reader.js';

const layouts = {
  stacked: 'stacked',
  content_left: 'split',
  content_right: 'split',
  sidebar_left: 'split',
  sidebar_right: 'split',
} as const;

/** Of authentik, and of the kit. */
const otherLayouts: ReadonlySet<string> = new Set([
  ...['sidebar_left_frame_background', 'sidebar_right_frame_background'],
  ...['split', 'plain'],
]);

/** This kit writes names of its own layouts, and of the app's, which may be those of authentik. */
export function layoutOf(reader: FieldReader, isOwn: boolean): { readonly layout?: string } {
  if (!reader.has('layout')) return {};
  const given = reader.text('layout', '');
  if (given.trim() === '' && !reader.isBroken('layout'))
    reader.report('refused', 'layout', '"layout" must not be empty');
  if (given.trim() === '') return {};
  if (isOwn) return { layout: given };
  const known = Object.entries(layouts).find(([name]) => name === given);
  if (known === undefined && !otherLayouts.has(given))
    reader.report(
      'noticed',
      'layout',
      `"layout": "${given.slice(0, 60)}" is no layout of authentik: the app needs one`,
    );
  return known === undefined
    ? { layout: Object.hasOwn(layouts, given.replace(/_frame_background$/, '')) ? 'split' : given }
    : { layout: known[1] };
}
