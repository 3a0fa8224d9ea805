/** Where the kit reports. `console`, pino and winston fit. Fields never hold codes, passwords or tokens. */
export interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}
