import type { BrowserContextOptions } from 'playwright-core';
import { message } from '../../../lib/base/message.js';
import type { Brand } from '../../../lib/pages/page-model.js';
import type { GalleryVariant } from './gallery-app.js';

/** One way in which visitors meet the pages: their browser, their language, and the app's layout and brand. */
export interface LookVariant extends Pick<GalleryVariant, 'layout' | 'locale' | 'text' | 'error'> {
  readonly name: string;
  readonly options: BrowserContextOptions;
  readonly brand?: Partial<Brand>;
  /** With a switch of every language that ships. */
  readonly languages?: boolean;
}

const desktop = { width: 1280, height: 900 };
const phone = { width: 320, height: 640 };
const links: Brand['links'] = [
  { href: '/terms', label: message('link.terms') },
  { href: '/privacy', label: message('link.privacy') },
  { href: '/help', label: message('link.help') },
];
const pictures = { logo: '/logo.svg', logoDark: '/logo-dark.svg', picture: '/picture.svg', links };
const green = { ...pictures, color: '#0b6e4f', background: '#12343b', radius: '1.5rem' };

/** Each of the looks alone. `npm test` shows every state in one of them, campaigns in all of them. */
export const lookVariants: readonly LookVariant[] = [
  { name: 'light', options: { colorScheme: 'light', viewport: desktop } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: desktop } },
  { name: 'more contrast', options: { contrast: 'more', viewport: desktop } },
  { name: 'forced colors', options: { forcedColors: 'active', viewport: desktop } },
  { name: 'split', layout: 'split', brand: pictures, options: { viewport: desktop } },
  { name: 'plain', layout: 'plain', options: { viewport: desktop } },
  { name: 'brand', brand: green, options: { viewport: desktop } },
  { name: 'right to left', locale: 'ar', languages: true, options: { viewport: desktop } },
  // A zoom of 200 % or 400 % in a window of 1280 × 1024 leaves this many CSS pixels.
  { name: '200 percent', options: { viewport: { width: 640, height: 512 }, deviceScaleFactor: 2 } },
  { name: '400 percent', options: { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 } },
  { name: 'phone', options: { viewport: phone, deviceScaleFactor: 2 } },
  { name: 'phone with keyboard', options: { viewport: { width: 375, height: 330 }, deviceScaleFactor: 2 } },
];

/** With a word in every place that is wider than the page. */
export const longWordVariants: readonly LookVariant[] = [
  { name: '320 px', text: 'long', languages: true, options: { viewport: phone } },
  { name: '390 px', text: 'long', options: { viewport: { width: 390, height: 844 } } },
  { name: '1280 px', text: 'long', brand: { links }, options: { viewport: desktop } },
  { name: '1280 px, split', text: 'long', layout: 'split', brand: { links }, options: { viewport: desktop } },
];

/** Looks that come together. */
export const combinedVariants: readonly LookVariant[] = [
  { name: 'dark, more contrast', options: { colorScheme: 'dark', contrast: 'more', viewport: desktop } },
  { name: 'dark, forced colors', options: { colorScheme: 'dark', forcedColors: 'active', viewport: desktop } },
  { name: 'dark, brand', brand: green, options: { colorScheme: 'dark', viewport: desktop } },
  { name: 'light brand', brand: { ...pictures, color: '#ffd400' }, options: { viewport: desktop } },
  {
    name: 'dark, split without picture',
    layout: 'split',
    brand: { color: '#0b6e4f', links },
    options: { colorScheme: 'dark', viewport: desktop },
  },
  { name: 'split, forced colors', layout: 'split', options: { forcedColors: 'active', viewport: desktop } },
  {
    name: 'split, right to left',
    layout: 'split',
    locale: 'ar',
    languages: true,
    brand: pictures,
    options: { viewport: desktop },
  },
  { name: 'split, 200 percent', layout: 'split', brand: pictures, options: { viewport: { width: 640, height: 512 } } },
  {
    name: 'split at its narrowest',
    layout: 'split',
    brand: { links },
    options: { viewport: { width: 896, height: 600 } },
  },
  { name: 'split, phone with keyboard', layout: 'split', options: { viewport: { width: 375, height: 330 } } },
  { name: 'plain, dark phone', layout: 'plain', options: { colorScheme: 'dark', viewport: phone } },
  { name: 'plain, phone with keyboard', layout: 'plain', options: { viewport: { width: 375, height: 330 } } },
  { name: 'brand, phone', brand: green, languages: true, options: { viewport: phone } },
  { name: 'right to left, phone', locale: 'ar', languages: true, brand: { links }, options: { viewport: phone } },
  { name: 'right to left, phone with keyboard', locale: 'ar', options: { viewport: { width: 375, height: 330 } } },
  { name: 'right to left, 400 percent', locale: 'ar', options: { viewport: { width: 320, height: 256 } } },
  { name: 'German, 400 percent', locale: 'de', options: { viewport: { width: 320, height: 256 } } },
  { name: 'German phone', locale: 'de', options: { viewport: phone } },
  { name: 'Japanese phone', locale: 'ja', options: { viewport: phone } },
];
