import type { Machine } from '../run/machine.js';
import { raise } from '../run/raise.js';
import { dictOf, tuple } from '../values/create.js';
import type { Args, Value } from '../values/value.js';

interface Parameter {
  readonly name: string;
  readonly isOptional: boolean;
  readonly kind: 'positional' | 'any' | 'keyword' | 'rest' | 'keywords';
}

/** The parameters of a function of the kit, written as in Python; `name=` is optional. */
export function parseSignature(text: string): readonly Parameter[] {
  const parameters: Parameter[] = [];
  let isKeyword = false;
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    if (part === '/') {
      for (const [index, one] of parameters.entries()) parameters[index] = { ...one, kind: 'positional' };
    } else if (part === '*') isKeyword = true;
    else if (part.startsWith('**')) parameters.push({ name: part.slice(2), isOptional: true, kind: 'keywords' });
    else if (part.startsWith('*')) {
      parameters.push({ name: part.slice(1), isOptional: true, kind: 'rest' });
      isKeyword = true;
    } else {
      const name = part.replace(/=$/, '');
      parameters.push({ name, isOptional: part.endsWith('='), kind: isKeyword ? 'keyword' : 'any' });
    }
  }
  return parameters;
}

export type Bound = readonly (Value | undefined)[];

/** The values of the parameters, in their order. @throws TypeError of Python */
export function bindArguments(m: Machine, name: string, parameters: readonly Parameter[], args: Args): Bound {
  const keywords = new Map(args.keywords);
  let next = 0;
  const bound = parameters.map(({ name: parameter, isOptional, kind }) => {
    if (kind === 'rest') {
      const rest = args.positional.slice(next);
      next = args.positional.length;
      return tuple(rest);
    }
    if (kind === 'keywords') {
      const rest = dictOf(m, keywords);
      keywords.clear();
      return rest;
    }
    if (kind !== 'keyword' && next < args.positional.length) {
      const value = args.positional[next];
      next += 1;
      if (kind === 'any' && keywords.has(parameter))
        return raise(m, 'TypeError', `${name}() got multiple values for argument '${parameter}'`);
      return value;
    }
    if (kind !== 'positional' && keywords.has(parameter)) {
      const value = keywords.get(parameter);
      keywords.delete(parameter);
      return value;
    }
    if (!isOptional) return raise(m, 'TypeError', `${name}() missing a required argument: '${parameter}'`);
    return undefined;
  });
  if (next < args.positional.length)
    raise(m, 'TypeError', `${name}() takes at most ${next} positional arguments (${args.positional.length} given)`);
  for (const keyword of keywords.keys())
    raise(m, 'TypeError', `${name}() got an unexpected keyword argument '${keyword}'`);
  return bound;
}
