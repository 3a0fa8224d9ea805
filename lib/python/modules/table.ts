import type { PyClass } from '../values/class.js';
import type { PyModule } from '../values/value.js';
import { datetimeClasses, datetimeModule } from './datetime/module.js';
import { gettextModules } from './gettext.js';
import { ipaddressClasses, ipaddressModule } from './ipaddress.js';
import { jsonModule } from './json.js';
import { reClasses, reModule } from './re.js';
import { textwrapModule } from './textwrap.js';
import { urlAttributes, urllibModules } from './urllib.js';
import { zoneinfoModule } from './zoneinfo.js';

const modules: readonly PyModule[] = [
  datetimeModule,
  zoneinfoModule,
  reModule,
  jsonModule,
  textwrapModule,
  ...urllibModules,
  ipaddressModule,
  ...gettextModules,
];

/** The modules that expressions may import. */
export const moduleTable: ReadonlyMap<string, PyModule> = new Map(modules.map((module) => [module.name, module]));

/** The types that only modules have, by the key of their values. */
export const moduleClasses: ReadonlyMap<string, PyClass> = new Map([
  ...datetimeClasses,
  ...ipaddressClasses,
  ...reClasses,
]);

/** The attributes of objects that the modules' functions return and that have no type of their own. */
export const recordAttributes: readonly string[] = [...urlAttributes, 'year', 'week', 'weekday'];

/** Modules that are known and not available, each with the reason. */
export const refusedModules: ReadonlyMap<string, string> = new Map([
  ...[
    'os',
    'sys',
    'subprocess',
    'socket',
    'pathlib',
    'shutil',
    'importlib',
    'builtins',
    'ctypes',
    'inspect',
    'pickle',
    'threading',
    'asyncio',
  ].map((name) => [name, 'it would reach outside the expression'] as const),
  ['requests', 'expressions do not use the network; give a function by the settings'],
  ['authentik', "only what the app's own accounts have stands in its place"],
  ['django', 'only django.utils.translation, django.utils.html and django.core.exceptions stand in its place'],
]);
