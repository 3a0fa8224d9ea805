/** The output of the consumer's signup programs. */
export interface Signup {
  /** The user who is signed in at the end. */
  readonly user: string;
  readonly stores: 'memory' | 'redis';
  readonly format: 'import' | 'require';
  /** As in `process.version`. */
  readonly node: string;
}
