import { settingsCheck } from '../../base/settings.js';
import type { SeededInvitation } from './seed.js';

interface DictionarySettings {
  /** The IANA zone that the dates are meant in. */
  readonly zone: string;
  /** How many accounts each code is good for. */
  readonly uses: number;
}

const check = settingsCheck<DictionarySettings>('codeDictionary', (joi) => ({
  zone: joi.string().required(),
  uses: joi.number().required(),
}));

/**
 * A dictionary of codes and local expiry times as seeds: `codeDictionary({ SPRING: '2026-12-31 23:59:59' }, { zone: 'Asia/Jakarta', uses: 100 })`.
 * A code is valid strictly before its time.
 */
export function codeDictionary(
  codes: Readonly<Record<string, string>>,
  settings: DictionarySettings,
): readonly SeededInvitation[] {
  check(settings);
  return Object.entries(codes).map(([customCode, local]) => ({
    customCode,
    uses: settings.uses,
    expires: { local, zone: settings.zone },
  }));
}
