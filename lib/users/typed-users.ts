import type { JsonObject } from '../base/json.js';
import type { Redemption } from '../ports/redemptions.js';
import type { UserStore } from '../ports/user-store.js';

/** The app's user store, whose `create` and `acceptInvitation` get invitations' data in the app's own type. */
export function typedUsers<User, Data>(
  users: UserStore<User, Data>,
  read: (data: JsonObject) => Data,
): UserStore<User> {
  const typed = ({ invitation, ...redemption }: Redemption): Redemption<Data> => ({
    ...redemption,
    invitation: invitation === null ? null : { ...invitation, data: read(invitation.data) },
  });
  return {
    ...bound(users),
    create: (account, redemption) => users.create(account, typed(redemption)),
    ...(users.acceptInvitation === undefined
      ? {}
      : {
          acceptInvitation: async (user: User, redemption: Redemption) =>
            users.acceptInvitation?.(user, typed(redemption)),
        }),
  };
}

/** A store may be an instance of a class: its functions are called on it. */
function bound<User, Data>(users: UserStore<User, Data>): Omit<UserStore<User>, 'create' | 'acceptInvitation'> {
  const { passwordHash, passwordHistory, update, replacePassword, remove, isEmpty, probe } = users;
  return {
    toProfile: (user) => users.toProfile(user),
    findById: (id) => users.findById(id),
    findByLogin: (field, canonical) => users.findByLogin(field, canonical),
    ...(passwordHash === undefined ? {} : { passwordHash: passwordHash.bind(users) }),
    ...(passwordHistory === undefined ? {} : { passwordHistory: passwordHistory.bind(users) }),
    ...(update === undefined ? {} : { update: update.bind(users) }),
    ...(replacePassword === undefined ? {} : { replacePassword: replacePassword.bind(users) }),
    ...(remove === undefined ? {} : { remove: remove.bind(users) }),
    ...(isEmpty === undefined ? {} : { isEmpty: isEmpty.bind(users) }),
    ...(probe === undefined ? {} : { probe: probe.bind(users) }),
  };
}
