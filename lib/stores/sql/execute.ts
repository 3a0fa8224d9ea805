/** One row as the driver gives it. */
export type SqlRow = Readonly<Record<string, unknown>>;

export type SqlValue = string | number | null;

/** One statement; its rows. */
export type Execute = (sql: string, values?: readonly SqlValue[]) => Promise<readonly SqlRow[]>;
