import { kitMade } from '../flow/made-by.js';
import { message } from '../base/message.js';
import { settingsCheck } from '../base/settings.js';
import { initialRule, promptOf, promptRules, type Prompt, type PromptSettings } from '../flow/prompt.js';
import { asciiDigits } from './digits.js';

interface NumberSettings extends PromptSettings<number> {
  readonly min?: number;
  readonly max?: number;
  /** The distance of allowed numbers, from `min` on or else from 0; default 1: whole numbers. `any`: no steps. */
  readonly step?: number | 'any';
}

const check = settingsCheck<NumberSettings>('number prompt', (joi) => ({
  ...promptRules(joi),
  initial: initialRule(joi, (value) => typeof value === 'number' && Number.isFinite(value), 'a number'),
  min: joi.number().unsafe(),
  max: joi
    .number()
    .unsafe()
    .when('min', { is: joi.exist(), then: joi.number().unsafe().min(joi.ref('min')) }),
  step: joi.alternatives(joi.valid('any'), joi.number().greater(0)),
}));

/** A floating-point number as HTML writes it (HTML, 2.3.4.3), with a plus sign and leading zeros allowed. */
const written = /^[-+]?(?:\d{1,100}(?:\.\d{0,100})?|\.\d{1,100})(?:e[-+]?\d{1,3})?$/i;

/**
 * A number, as a number. Digits of every script count, a comma does not: it means another thing in every country. Whole
 * numbers beyond 2^53 and numbers of more than 15 digits are refused, because they would be changed.
 */
export const number = kitMade('number', (settings: NumberSettings): Prompt => {
  check(settings);
  const { min = -Number.MAX_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER, step = 1, ...common } = settings;
  const base = settings.min ?? 0;
  return promptOf({
    type: 'number',
    asked: true,
    concealed: false,
    autocomplete: 'off',
    input: 'number',
    attributes: {
      inputmode: step === 1 && min >= 0 ? 'numeric' : 'decimal',
      step,
      ...(settings.min === undefined ? {} : { min }),
      ...(settings.max === undefined ? {} : { max }),
    },
    read(typed) {
      const value = valueOf(typed);
      if (value === null) return { error: message('prompt.number.form') };
      if (value < min) return { error: message('prompt.number.least', { least: String(min) }) };
      if (value > max) return { error: message('prompt.number.most', { most: String(max) }) };
      if (step === 'any' || isStep(value - base, step)) return { value };
      return step === 1 && Number.isInteger(base)
        ? { error: message('prompt.number.whole') }
        : { error: message('prompt.number.step', { step: String(step), example: String(exact(base + step)) }) };
    },
  })(common, settings);
});

/** Null for what is no number, and for one that a number cannot hold as it was typed. */
function valueOf(typed: string): number | null {
  // Long input is not looked at further.
  if (typed.length > 300) return null;
  const text = asciiDigits(typed.trim())
    .replace(/[\u2212\uff0d\ufe63]/, '-')
    .replace(/[\u066b\uff0e]/, '.');
  if (!written.test(text)) return null;
  const value = Number(text);
  const digits = text
    .replace(/e.*$/i, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
  const isHeld =
    Number.isInteger(value) || !Number.isFinite(value)
      ? Math.abs(value) <= Number.MAX_SAFE_INTEGER
      : digits.length <= 15;
  // A tiny number is not zero.
  if (!isHeld || (value === 0 && digits !== '')) return null;
  return value === 0 ? 0 : value;
}

/** Decimal steps are not exact in binary: a tenth of a billionth of a step does not count. */
function isStep(distance: number, step: number): boolean {
  const steps = distance / step;
  return Math.abs(steps - Math.round(steps)) < 1e-9 * Math.max(1, Math.abs(steps) * 1e-6);
}

function exact(value: number): number {
  return Number(value.toPrecision(12));
}
