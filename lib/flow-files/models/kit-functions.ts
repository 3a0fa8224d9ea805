import { chosenName, describeChosen } from '../../prompts/chosen-authenticator.js';
import { valueOfProfile } from '../../prompts/profile-value.js';
import { addressIsUnproved, hasCodesToReplace, hasPassword } from '../../prompts/account-conditions.js';
import { fromContext } from '../../flow/from-context.js';
import { choicesOf, noChoices } from './choices-of.js';
import { groupParents } from './group-parents.js';
import { checked, type Factory } from './factories.js';

const isFunction = (made: unknown): made is object => typeof made === 'function';

/** The functions of the kit that stand among settings, by the name under which `kitMade` notes them. */
export const kitFunctions: ReadonlyMap<string, Factory<object>> = new Map([
  ['addressIsUnproved', checked(addressIsUnproved, isFunction)],
  ['choicesOf', checked(choicesOf, isFunction)],
  ['chosenName', checked(chosenName, isFunction)],
  ['describeChosen', checked(describeChosen, isFunction)],
  ['fromContext', checked(fromContext, isFunction)],
  ['groupParents', checked(groupParents, isFunction)],
  ['hasCodesToReplace', checked(hasCodesToReplace, isFunction)],
  ['hasPassword', checked(hasPassword, isFunction)],
  ['noChoices', checked(noChoices, isFunction)],
  ['valueOfProfile', checked(valueOfProfile, isFunction)],
]);
