import type { PyClass } from '../../values/class.js';
import type { PyModule } from '../../values/value.js';
import { dateClass } from './date.js';
import { datetimeClass } from './datetime.js';
import { timeClass } from './time.js';
import { timedeltaClass } from './timedelta.js';
import { timezoneClass, tzinfoClass, utc, zoneInfoClass } from './timezone.js';

export const datetimeClasses: ReadonlyMap<string, PyClass> = new Map([
  ['date', dateClass],
  ['datetime', datetimeClass],
  ['time', timeClass],
  ['timedelta', timedeltaClass],
  ['timezone', timezoneClass],
  ['zoneinfo', zoneInfoClass],
]);

export const datetimeModule: PyModule = {
  type: 'module',
  name: 'datetime',
  members: new Map<string, PyClass | typeof utc | bigint>([
    ['date', dateClass],
    ['datetime', datetimeClass],
    ['time', timeClass],
    ['timedelta', timedeltaClass],
    ['timezone', timezoneClass],
    ['tzinfo', tzinfoClass],
    ['UTC', utc],
    ['MINYEAR', 1n],
    ['MAXYEAR', 9999n],
  ]),
};
