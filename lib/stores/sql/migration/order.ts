import type { SqlDialect, TableShape } from '../table-shape.js';

/** The input of one migration writer. */
export interface MigrationOrder {
  readonly shape: TableShape;
  readonly dialect: SqlDialect;
  /** The table's name, optionally preceded by a schema's name and a dot; checked. */
  readonly name: string;
  readonly module: 'esm' | 'commonjs';
}
