import type { SqlDialect, TableShape } from '../table-shape.js';

/** What one language has to write down. */
export interface MigrationOrder {
  readonly shape: TableShape;
  readonly dialect: SqlDialect;
  /** The table's name, with a schema's name and a dot before it where wanted; checked. */
  readonly name: string;
  readonly module: 'esm' | 'commonjs';
}
