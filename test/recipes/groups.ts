import type { Pool } from 'pg';
import {
  defineFlow,
  definePolicy,
  ifSso,
  ifUsernameMissing,
  inviteCode,
  inviteCodePrompt,
  promptStage,
  userLogin,
  username,
  userWrite,
  type JsonObject,
  type Redemptions,
  type UserStore,
} from '../../lib/index.js';
import { sqlRedemptions } from '../../lib/sql.js';

/** One row of the app's table. */
export interface Member {
  readonly id: string;
  readonly username: string | null;
  readonly email: string | null;
  readonly groups: readonly string[];
}

/** The provider's groups that are accepted, with their names in this app. Others are dropped. */
const groupsAtProvider = new Map([
  ['acme-editors', 'editors'],
  ['acme-readers', 'readers'],
]);

/** Copies the groups from an identity's claims to the answers that `userWrite` reads. */
export const providerGroups = definePolicy({
  name: 'provider-groups',
  writes: ['prompt_data'],
  check({ context }) {
    const groups = textsOf(context.oauth_userinfo?.['groups']).flatMap((group) => groupsAtProvider.get(group) ?? []);
    return { pass: true, patch: { prompt_data: { provider_groups: groups } } };
  },
});

/** The flow for visitors who signed in at a source and have no account. */
export const gate = defineFlow({
  slug: 'no-access-yet',
  title: 'Create your account',
  designation: 'enrollment',
  sourceRole: 'enrollment',
  authentication: 'require_unauthenticated',
  providedContext: ['identity', 'prompt_data'],
  policies: [ifSso()],
  stages: [
    promptStage({ name: 'code', prompts: [inviteCodePrompt()], validation: [inviteCode()] }),
    {
      stage: promptStage({ name: 'username', prompts: [username({ key: 'username', label: 'Username' })] }),
      policies: [ifUsernameMissing()],
    },
    { stage: userWrite({ name: 'write', attributes: ['provider_groups'] }), policies: [providerGroups] },
    userLogin({ name: 'login' }),
  ],
});

/** `data.groups` comes from the invitation; forms and providers cannot change it. */
function groupsOf(data: JsonObject): readonly string[] {
  return [...new Set([...textsOf(data['groups']), ...textsOf(data['provider_groups'])])].sort();
}

export function memberUsers(pool: Pool): { readonly users: UserStore<Member>; readonly redemptions: Redemptions } {
  const columns = 'id::text, username, email, groups';
  const users: UserStore<Member> = {
    toProfile: ({ id, username: name, email, groups }) => ({ id, username: name, email, groups, active: true }),
    async create({ username: name, email, data }, redemption) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const { rows } = await client.query<Member>(
          `INSERT INTO members (username, email, groups) VALUES ($1, $2, $3) RETURNING ${columns}`,
          [name, email, groupsOf(data)],
        );
        const [member] = rows;
        if (member === undefined) throw new Error('nothing was inserted');
        const row = redemption.row(member.id);
        await client.query(
          `INSERT INTO enrollment_redemptions (${Object.keys(row).join(', ')}) VALUES ($1, $2, $3, $4)`,
          Object.values(row),
        );
        await client.query('COMMIT');
        return member;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    },
    async findById(id) {
      const { rows } = await pool.query<Member>(`SELECT ${columns} FROM members WHERE id::text = $1`, [id]);
      return rows[0] ?? null;
    },
    async findByLogin(field, canonical) {
      const { rows } = await pool.query<Member>(`SELECT ${columns} FROM members WHERE ${field} = $1`, [canonical]);
      return rows[0] ?? null;
    },
  };
  const redemptions = sqlRedemptions(async (sql, values) => (await pool.query<object>(sql, [...values])).rows, {
    placeholders: '$1',
  });
  return { users, redemptions };
}

/** For `onEnrolled`: fills the app's join table. It may run twice for one account, so it is safe to repeat. */
export function joinGroups(pool: Pool) {
  return async ({ user }: { readonly user: { readonly id: string } }): Promise<void> => {
    await pool.query(
      `INSERT INTO group_members (group_name, member_id)
       SELECT unnest(groups), id FROM members WHERE id::text = $1 ON CONFLICT DO NOTHING`,
      [user.id],
    );
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
