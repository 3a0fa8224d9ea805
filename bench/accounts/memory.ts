import type { Account, Accounts, RedemptionRow } from './accounts.js';

class Table<Row> {
  readonly #indexes: readonly { name: string; of: (row: Row) => string; rows: Map<string, Row> }[];

  constructor(unique: Record<string, (row: Row) => string>) {
    this.#indexes = Object.entries(unique).map(([name, of]) => ({ name, of, rows: new Map() }));
  }

  refuseDuplicate(row: Row): void {
    for (const { name, of, rows } of this.#indexes)
      if (rows.has(of(row))) throw new Error(`unique key violated: ${name}`);
  }

  insert(row: Row): void {
    for (const { of, rows } of this.#indexes) rows.set(of(row), row);
  }

  find(name: string, value: string): Row | null {
    return this.#indexes.find((index) => index.name === name)?.rows.get(value) ?? null;
  }
}

/** The default of the benchmark: a store that costs almost nothing, so that the measurement shows the rest. */
export function memoryAccounts(): Accounts {
  const accounts = new Table<Account>({ id: (a) => a.id, username: (a) => a.username, email: (a) => a.email });
  const redemptions = new Table<RedemptionRow>({ key: (r) => r.redemption_key, enrollmentId: (r) => r.enrollment_id });
  return {
    async insert(account, redemption) {
      accounts.refuseDuplicate(account);
      if (redemption) {
        redemptions.refuseDuplicate(redemption);
        redemptions.insert(redemption);
      }
      accounts.insert(account);
    },
    findById: async (id) => accounts.find('id', id),
    findByLogin: async (field, canonical) => accounts.find(field, canonical),
    redemption: async (by) =>
      'key' in by ? redemptions.find('key', by.key) : redemptions.find('enrollmentId', by.enrollmentId),
  };
}
