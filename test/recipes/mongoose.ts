import { Schema, type Connection, type HydratedDocument, type InferSchemaType } from 'mongoose';
import type {
  AccountChange,
  AccountIdentity,
  Connections,
  ExternalIdentity,
  Json,
  JsonObject,
  NewAccount,
  Redemptions,
  UserStore,
} from '../../lib/index.js';

const memberSchema = new Schema({
  // The app's own fields.
  username: String,
  email: String,
  emailVerified: Boolean,
  name: String,
  passwordHash: String,
  passwordChangedAt: Date,
  profile: Schema.Types.Mixed,
  blocked: Boolean,
  // The kit's fields. The redemption is in the user's document, so that one insert writes both or neither.
  redemption: { key: String, enrollment: String, invitation: String },
  identities: { type: [String], default: undefined },
  erasedAt: Date,
});
// Sparse: any number of documents may omit the field.
for (const field of ['username', 'email', 'redemption.key', 'redemption.enrollment', 'identities'])
  memberSchema.index({ [field]: 1 }, { unique: true, sparse: true });

export type Member = HydratedDocument<InferSchemaType<typeof memberSchema>>;

/** A unique text per identity: a JSON list is unambiguous. */
const spelled = ({ source, issuer, subject }: ExternalIdentity): string => JSON.stringify([source, issuer, subject]);

function identityIn(text: string): ExternalIdentity {
  const [source = '', issuer = '', subject = ''] = JSON.parse(text) as string[];
  return { source, issuer, subject };
}

const isRecord = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A record's values under their dotted paths, so that an update leaves other values unchanged. */
function leavesOf(path: string, record: JsonObject): [path: string, value: unknown][] {
  return Object.entries(record).flatMap(([key, value]): [string, unknown][] =>
    isRecord(value) ? leavesOf(`${path}.${key}`, value) : [[`${path}.${key}`, value]],
  );
}

export function mongooseUsers(connection: Connection): {
  users: UserStore<Member>;
  redemptions: Redemptions;
  connections: Connections;
  ready(): Promise<void>;
} {
  const Members = connection.model('Member', memberSchema);
  // An erased user is no longer a user; the redemption in the document still counts.
  const alive = { erasedAt: null };
  // Without the hash: users are logged, sent to pages and stored in sessions.
  const withoutHash = '-passwordHash';

  async function write(
    { _id, email: present }: Member,
    change: AccountChange,
    where: { passwordHash?: string | null } = {},
  ): Promise<Member | null> {
    const { username, email, name, passwordHash, data } = change;
    const set: Record<string, unknown> = Object.fromEntries(leavesOf('profile', data ?? {}));
    const unset: Record<string, 1> = {};
    for (const [field, value] of Object.entries({ username, email, name, passwordHash }))
      if (value === null) unset[field] = 1;
      else if (value !== undefined) set[field] = value;
    // A proof is of one address, and void for another.
    const isNew = email !== undefined && email !== (present ?? null);
    const { emailVerified = isNew ? false : undefined } = change;
    if (emailVerified !== undefined) set['emailVerified'] = emailVerified;
    if (change.passwordChangedAt !== undefined) set['passwordChangedAt'] = new Date(change.passwordChangedAt);
    const options = { returnDocument: 'after', projection: withoutHash } as const;
    return Members.findOneAndUpdate({ _id, ...alive, ...where }, { $set: set, $unset: unset }, options);
  }

  const users: UserStore<Member> = {
    toProfile: (member) => ({
      id: String(member._id),
      username: member.username ?? null,
      email: member.email ?? null,
      emailVerified: member.emailVerified ?? null,
      name: member.name ?? null,
      active: member.blocked !== true,
      passwordChangedAt: member.passwordChangedAt?.getTime() ?? null,
    }),
    async create(account: NewAccount & AccountIdentity, redemption) {
      const { username, email, emailVerified, name, passwordHash, data, identity } = account;
      const member = new Members({
        // Omitted, not null: a second null would violate the unique key.
        ...(username === null ? {} : { username }),
        ...(email === null ? {} : { email }),
        ...(emailVerified === undefined ? {} : { emailVerified }),
        ...(passwordHash === null ? {} : { passwordChangedAt: new Date() }),
        ...(identity ? { identities: [spelled(identity)] } : {}),
        name,
        passwordHash,
        profile: data,
      });
      const row = redemption.row(String(member._id));
      member.redemption = { key: row.redemption_key, enrollment: row.enrollment_id, invitation: row.invitation_id };
      await member.save();
      return member;
    },
    findById: async (id) => (/^[\da-f]{24}$/.test(id) ? Members.findOne({ _id: id, ...alive }, withoutHash) : null),
    findByLogin: async (field, canonical) =>
      field === 'username'
        ? Members.findOne({ username: canonical, ...alive }, withoutHash)
        : Members.findOne({ email: canonical, ...alive }, withoutHash),
    async passwordHash({ _id }) {
      const member = await Members.findOne({ _id, ...alive });
      return member?.passwordHash ?? null;
    },
    async update(member, change) {
      const changed = await write(member, change);
      if (changed === null) throw new Error('no such member');
      return changed;
    },
    // Compares and writes at once; `null` finds the members without a password.
    replacePassword: (member, present, change) => write(member, change, { passwordHash: present }),
    async remove({ _id }) {
      // Not deleted: without its key the seat could be used again.
      const member = await Members.findOne({ _id, ...alive });
      if (member === null) return;
      await Members.replaceOne({ _id }, { redemption: member.redemption, erasedAt: new Date() });
    },
  };

  return {
    users,
    redemptions: {
      async find(by) {
        const member = await Members.findOne(
          'key' in by ? { 'redemption.key': by.key } : { 'redemption.enrollment': by.enrollmentId },
        );
        const { key, enrollment, invitation } = member?.redemption ?? {};
        if (member === null || !key || !enrollment) return null;
        const user_id = String(member._id);
        return { redemption_key: key, enrollment_id: enrollment, invitation_id: invitation ?? null, user_id };
      },
    },
    connections: {
      async find(identity) {
        const member = await Members.findOne({ identities: spelled(identity), ...alive });
        return member === null ? null : String(member._id);
      },
      async link(userId, identity) {
        const linked = await Members.updateOne(
          { _id: userId, ...alive },
          { $addToSet: { identities: spelled(identity) } },
        );
        if (linked.matchedCount !== 1) throw new Error('no such member');
      },
      async list(userId) {
        const member = await Members.findOne({ _id: userId, ...alive }, 'identities');
        return (member?.identities ?? []).map((text) => ({ ...identityIn(text), linkedAt: null }));
      },
      async unlink(userId, identity) {
        const text = spelled(identity);
        const owner = { _id: userId, ...alive };
        // An empty list would be a value of the unique index: the last one goes with its field.
        const last = await Members.updateOne({ ...owner, identities: [text] }, { $unset: { identities: 1 } });
        if (last.matchedCount === 0)
          await Members.updateOne({ ...owner, identities: text }, { $pull: { identities: text } });
      },
      async hasConnection(userId) {
        return (await Members.findOne({ _id: userId, identities: { $exists: true }, ...alive }, '_id')) !== null;
      },
    },
    /** Creates the required unique keys; call it before the first visitor. */
    async ready() {
      await Members.createIndexes();
    },
  };
}
