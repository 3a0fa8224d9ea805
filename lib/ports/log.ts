/**
 * The kit's logger, in pino's form: the fields first, then the message; errors are in the field `err`. A pino logger
 * and `console` fit as they are. Fields never contain codes, passwords or tokens.
 */
export interface EnrollmentLogger {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}
