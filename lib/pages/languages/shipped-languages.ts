import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import type { Texts } from '../../base/message.js';
import { english } from '../../base/texts/english.js';

const folder = join(packageRoot, 'languages');

/** The tags of the languages that ship with the kit: `en`, and one file for each other language. */
export function shippedTags(): readonly string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return ['en', ...files.map((name) => name.slice(0, -'.json'.length)).sort()];
}

/** The kit's texts in one of these languages, by their tag in lower case; `null` where it does not ship. */
export function shippedTexts(lowerTag: string): Texts | null {
  const tag = shippedTags().find((one) => one.toLowerCase() === lowerTag);
  if (tag === undefined) return null;
  if (tag === 'en') return english;
  const file = join(folder, `${tag}.json`);
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (isTexts(read)) return read;
  throw new TypeError(`${file} must be one object of texts`);
}

function isTexts(value: unknown): value is Texts {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text: unknown) => typeof text === 'string')
  );
}
