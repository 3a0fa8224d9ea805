/**
 * Where the kit reports, in pino's shape: the fields first, then the sentence; errors are in the field `err`. A logger
 * of pino and `console` fit as they are. Fields never hold codes, passwords or tokens.
 */
export interface EnrollmentLogger {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}
