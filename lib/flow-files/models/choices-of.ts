import { chain, type Awaitable } from '../../base/awaitable.js';
import { isJsonList, type Json } from '../../base/json.js';
import type { StageContext } from '../../flow/facts.js';
import { kitMade } from '../../flow/made-by.js';

/** The choices that an expression gives: its list, or its one value. */
export const choicesOf = kitMade(
  'choicesOf',
  (given: (at: StageContext) => Awaitable<Json | undefined>) => (at: StageContext) =>
    chain(given(at), (value): Json => {
      if (value === undefined || value === null) return [];
      return isJsonList(value) ? value : [value];
    }),
);

/** A prompt without a placeholder has no choices. */
export const noChoices = kitMade('noChoices', () => () => []);
