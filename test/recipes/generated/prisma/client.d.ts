/**
 * The part of the generated client that the Prisma recipe uses, so that it compiles before anything is generated. A test
 * generates the real one and type-checks the recipe against that.
 */
type JsonRecord = { [key: string]: Json | undefined };
type Json = string | number | boolean | null | Json[] | JsonRecord;

export interface Member {
  id: number;
  username: string | null;
  email: string | null;
  emailVerified: boolean | null;
  name: string | null;
  passwordChangedAt: Date | null;
  profile: Json;
  blocked: boolean;
}

interface MemberInput {
  username?: string | null;
  email?: string | null;
  emailVerified?: boolean | null;
  name?: string | null;
  passwordHash?: string | null;
  passwordChangedAt?: Date | null;
  profile?: { readonly [key: string]: unknown };
}

interface Redemption {
  redemption_key: string;
  enrollment_id: string;
  invitation_id: string | null;
  user_id: string;
}

interface Connection {
  source: string;
  issuer: string;
  subject: string;
  user_id: string;
}

interface Tables {
  $queryRaw(sql: TemplateStringsArray, ...values: unknown[]): Promise<unknown>;
  member: {
    create(query: { data: MemberInput; omit: { passwordHash: true } }): Promise<Member>;
    findUniqueOrThrow(query: { where: { id: number }; select: { profile: true } }): Promise<{ profile: Json }>;
    update(query: { where: { id: number }; data: MemberInput; omit: { passwordHash: true } }): Promise<Member>;
    findUnique(query: {
      where: { id: number } | { username: string } | { email: string };
      omit: { passwordHash: true };
    }): Promise<Member | null>;
    findUnique(query: {
      where: { id: number };
      select: { passwordHash: true };
    }): Promise<{ passwordHash: string | null } | null>;
  };
  enrollmentRedemption: {
    create(query: { data: Redemption }): Promise<unknown>;
    findUnique(query: {
      where: { redemption_key: string } | { enrollment_id: string };
      omit: { redeemed_at: true };
    }): Promise<Redemption | null>;
  };
  enrollmentConnection: {
    create(query: { data: Connection }): Promise<unknown>;
    findUnique(query: {
      where: { source_issuer_subject: Omit<Connection, 'user_id'> };
      select: { user_id: true };
    }): Promise<{ user_id: string } | null>;
    findMany(query: { where: { user_id: string } }): Promise<(Connection & { linked_at: Date })[]>;
    deleteMany(query: { where: Connection }): Promise<unknown>;
    count(query: { where: { user_id: string } }): Promise<number>;
  };
}

export interface PrismaClient extends Tables {
  $transaction<T>(work: (tx: Tables) => Promise<T>): Promise<T>;
}
