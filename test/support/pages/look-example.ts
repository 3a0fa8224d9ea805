import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { type Express } from 'express';
import { packageRoot } from '#package-root';
import { parseJson } from '../../../lib/base/json.js';
import { galleryApp, galleryPages } from './gallery-app.js';

/** The folders of the looks in other frameworks, with the file of each one's stylesheet. */
export const lookExamples: Readonly<Record<string, string>> = {
  'look-bootstrap': createRequire(import.meta.url).resolve('bootstrap/dist/css/bootstrap.min.css'),
  'look-tailwind': join(packageRoot, 'examples/look-tailwind/public/enrollment.css'),
};

/** The class names of a look, by those of the kit. */
export function classesOfLook(name: string): Readonly<Record<string, string>> {
  const classes = parseJson(readFileSync(join(packageRoot, 'examples', name, 'classes.json'), 'utf8')) ?? {};
  return Object.fromEntries(Object.entries(classes).map(([kits, own]) => [kits, String(own)]));
}

/** The gallery in the look of an example. */
export function galleryOfLook(name: string): Express {
  const pages = galleryPages({ classes: classesOfLook(name), views: join(packageRoot, 'examples', name, 'views') });
  return express()
    .use('/public', express.static(join(packageRoot, 'examples', name, 'public')))
    .use('/public', express.static(dirname(lookExamples[name] ?? '')))
    .use(galleryApp(pages));
}
