import Joi from 'joi';
import type { SettingNames } from '../base/setting-names.js';
import type { AppStores } from '../ports/app-stores.js';

type Functions = { readonly [Name in keyof AppStores]-?: SettingNames<NonNullable<AppStores[Name]>> };

/** Every function that an app's own store must have. */
const functions: Functions = {
  plans: { load: true, create: true, replace: true, drop: true },
  invitations: {
    create: true,
    createAll: true,
    read: true,
    list: true,
    edit: true,
    reserveOutstanding: true,
    claim: true,
    reserve: true,
    releaseReservation: true,
    renew: true,
    commit: true,
    release: true,
    lapsed: true,
    ledger: true,
    seats: true,
    originOf: true,
    acceptancesOf: true,
    beginErasure: true,
    erase: true,
    refused: true,
    explain: true,
  },
  ephemeral: { set: true, setIfAbsent: true, peek: true, take: true, compareAndSet: true },
  rateLimiter: { consume: true, get: true, reward: true },
  outbox: { put: true, take: true, done: true, later: true, dead: true, failed: true, retry: true, counts: true },
  consents: { list: true, save: true, remove: true },
  mails: { create: true, replace: true, read: true, list: true },
  suppressions: { add: true, find: true, remove: true, count: true },
  flows: { newest: true, read: true, list: true, append: true },
  tickets: {
    create: true,
    read: true,
    list: true,
    end: true,
    extend: true,
    claim: true,
    commit: true,
    release: true,
    erase: true,
  },
  waitlist: { add: true, read: true, byInvitation: true, list: true, count: true, change: true, remove: true },
};

export const storeKinds = ['plans', 'invitations', 'ephemeral', 'rateLimiter', 'outbox', 'waitlist'] as const;

/** The schema of the option `stores`: stores by their kind, each with all of its functions. */
export const storesSchema = Joi.object(
  Object.fromEntries(
    Object.entries(functions).map(([kind, names]) => [
      kind,
      Joi.object(Object.fromEntries(Object.keys(names).map((name) => [name, Joi.function().required()]))).unknown(true),
    ]),
  ),
);
