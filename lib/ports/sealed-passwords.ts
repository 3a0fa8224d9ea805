/** The page that may send a saved password: of one form in one enrollment, unchanged since. */
export interface SavedPasswordPage {
  readonly enrollmentId: string;
  /** The flow's slug. */
  readonly flow: string;
  /** The flow's build: changed rules ask for the password again. */
  readonly build: string;
  /** The stage binding's key. */
  readonly step: string;
  /** The plan's revision: what is stored in between, as a source's answer, asks for the password again. */
  readonly revision: number;
}

/** The hash of an accepted password as a text that a page carries. It is encrypted, and expires after ten minutes. */
export interface SealedPasswords {
  /** `now`: milliseconds since 1970. `null`: the text would be too long for a form. */
  seal(hash: string, page: SavedPasswordPage, now: number): Promise<string | null>;
  /** The hash; `null` for a text that is expired, damaged or of another page. */
  unseal(sealed: string, page: SavedPasswordPage, now: number): Promise<string | null>;
}
