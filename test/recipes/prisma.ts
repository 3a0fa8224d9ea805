import {
  mergeDeep,
  type AccountChange,
  type AccountIdentity,
  type Connections,
  type NewAccount,
  type Redemptions,
  type UserStore,
} from '../../lib/index.js';
import { connectionRow } from '../../lib/sql.js';
import type { Member as MemberRow, PrismaClient } from './generated/prisma/client.js';

/** Without the hash: users are logged, sent to pages and stored in sessions. */
type Member = Omit<MemberRow, 'passwordHash'>;

const omit = { passwordHash: true } as const;

export function prismaUsers(prisma: PrismaClient): {
  users: UserStore<Member>;
  redemptions: Redemptions;
  connections: Connections;
} {
  const byIdentity = (source: string, issuer: string, subject: string) =>
    prisma.enrollmentConnection.findUnique({
      where: { source_issuer_subject: { source, issuer, subject } },
      select: { user_id: true },
    });

  async function write(
    tx: Pick<PrismaClient, 'member' | '$queryRaw'>,
    { id, email }: Member,
    { data, passwordChangedAt, ...given }: AccountChange,
  ): Promise<Member> {
    // A proof is of one address, and void for another.
    const isNew = given.email !== undefined && given.email !== email;
    const change = {
      ...(isNew ? { emailVerified: false } : {}),
      ...given,
      ...(passwordChangedAt === undefined ? {} : { passwordChangedAt: new Date(passwordChangedAt) }),
    };
    if (data === undefined) return tx.member.update({ where: { id }, data: change, omit });
    // Locks the row, so that concurrent changes are not lost.
    await tx.$queryRaw`SELECT id FROM "Member" WHERE id = ${id} FOR UPDATE`;
    const { profile } = await tx.member.findUniqueOrThrow({ where: { id }, select: { profile: true } });
    const present = typeof profile === 'object' && profile !== null && !Array.isArray(profile) ? profile : {};
    return tx.member.update({ where: { id }, data: { ...change, profile: mergeDeep(present, data) }, omit });
  }

  const users: UserStore<Member> = {
    toProfile: ({ id, username, email, emailVerified, name, blocked, passwordChangedAt }) => ({
      id: String(id),
      username,
      email,
      emailVerified,
      name,
      active: !blocked,
      passwordChangedAt: passwordChangedAt?.getTime() ?? null,
    }),
    create: ({ data, identity, passwordHash, ...account }: NewAccount & AccountIdentity, redemption) =>
      prisma.$transaction(async (tx) => {
        const { username, email, name, emailVerified = null } = account;
        const passwordChangedAt = passwordHash === null ? null : new Date();
        const row = { username, email, emailVerified, name, passwordHash, passwordChangedAt, profile: data };
        const user = await tx.member.create({ data: row, omit });
        await tx.enrollmentRedemption.create({ data: redemption.row(user.id) });
        if (identity) await tx.enrollmentConnection.create({ data: connectionRow(user.id, identity) });
        return user;
      }),
    // Prisma rejects texts and too large numbers in a comparison with an integer column.
    findById: async (id) =>
      /^\d{1,9}$/.test(id) ? prisma.member.findUnique({ where: { id: Number(id) }, omit }) : null,
    findByLogin: (field, canonical) =>
      prisma.member.findUnique({
        where: field === 'username' ? { username: canonical } : { email: canonical },
        omit,
      }),
    async passwordHash({ id }) {
      const user = await prisma.member.findUnique({ where: { id }, select: { passwordHash: true } });
      return user?.passwordHash ?? null;
    },
    update: (member, change) => prisma.$transaction((tx) => write(tx, member, change)),
    replacePassword: (member, present, change) =>
      prisma.$transaction(async (tx) => {
        const { id } = member;
        // Locks the row: a write that was delayed sees the later password.
        await tx.$queryRaw`SELECT id FROM "Member" WHERE id = ${id} FOR UPDATE`;
        const row = await tx.member.findUnique({ where: { id }, select: { passwordHash: true } });
        return row?.passwordHash === present ? write(tx, member, change) : null;
      }),
  };

  return {
    users,
    redemptions: {
      find: (by) =>
        prisma.enrollmentRedemption.findUnique({
          where: 'key' in by ? { redemption_key: by.key } : { enrollment_id: by.enrollmentId },
          omit: { redeemed_at: true },
        }),
    },
    connections: {
      find: async ({ source, issuer, subject }) => (await byIdentity(source, issuer, subject))?.user_id ?? null,
      async link(userId, identity) {
        const { source, issuer, subject } = identity;
        try {
          await prisma.enrollmentConnection.create({ data: connectionRow(userId, identity) });
        } catch (error) {
          // Fine if it is linked to this user already.
          if ((await byIdentity(source, issuer, subject))?.user_id !== userId) throw error;
        }
      },
      async list(user_id) {
        const rows = await prisma.enrollmentConnection.findMany({ where: { user_id } });
        return rows.map(({ source, issuer, subject, linked_at }) => ({
          ...{ source, issuer, subject },
          linkedAt: linked_at.getTime(),
        }));
      },
      async unlink(user_id, { source, issuer, subject }) {
        await prisma.enrollmentConnection.deleteMany({ where: { source, issuer, subject, user_id } });
      },
      hasConnection: async (user_id) => (await prisma.enrollmentConnection.count({ where: { user_id } })) > 0,
    },
  };
}
