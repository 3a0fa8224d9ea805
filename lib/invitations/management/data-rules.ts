import { isForbiddenKey, isJsonObject, type JsonObject } from '../../base/json.js';
import { identifierProblem, textProblem } from '../../base/text-problem.js';

/** In bytes, as JSON. The plan of a sign-up has a copy, so that pages and policies see it; see `AcceptedInvitationRef`. */
const longestData = 4096;

/** The app's rules for invitations' data, e.g. a Joi schema's answer: a sentence, or `null` when it is valid. */
export type DataRules = (data: JsonObject) => string | null;

/** Why `value` cannot be an invitation's data; `null` when it can. */
export function dataProblem(value: unknown, rules: DataRules = () => null): string | null {
  if (!isJsonObject(value)) return 'must be a plain record';
  const found = plainProblem(value);
  if (found !== null) return found;
  if (Buffer.byteLength(JSON.stringify(value)) > longestData) return `is larger than ${longestData} bytes of JSON`;
  return rules(value);
}

function plainProblem(value: unknown, depth = 0): string | null {
  if (depth > 20) return 'is nested too deeply';
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'holds a number that JSON cannot write';
  if (typeof value === 'string') return told(textProblem(value));
  if (value === null || ['boolean', 'undefined'].includes(typeof value)) return null;
  if (Array.isArray(value)) return first(value.map((entry) => plainProblem(entry, depth + 1)));
  if (!isJsonObject(value) || !isPlain(value)) return 'holds what JSON cannot write';
  return first(
    Object.entries(value).map(([key, inner]) =>
      isForbiddenKey(key)
        ? `has the key '${key}', which no record may have`
        : (told(identifierProblem(key)) ?? plainProblem(inner, depth + 1)),
    ),
  );
}

function told(problem: string | null): string | null {
  return problem === null ? null : `holds a text that ${problem}`;
}

function isPlain(value: object): boolean {
  // A record of another realm, as in Jest, has another `Object.prototype`.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function first(problems: readonly (string | null)[]): string | null {
  return problems.find((problem) => problem !== null) ?? null;
}
