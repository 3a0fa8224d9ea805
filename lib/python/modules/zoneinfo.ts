import { exceptionClasses } from '../types/exceptions.js';
import type { PyModule, Value } from '../values/value.js';
import { zoneInfoClass } from './datetime/timezone.js';

export const zoneinfoModule: PyModule = {
  type: 'module',
  name: 'zoneinfo',
  members: new Map<string, Value>([
    ['ZoneInfo', zoneInfoClass],
    ['ZoneInfoNotFoundError', exceptionClasses.get('ZoneInfoNotFoundError') ?? null],
  ]),
};
