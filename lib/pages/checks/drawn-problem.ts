/** What is wrong with a page that was drawn. */
export interface DrawnProblem {
  /** True for a page that leads nowhere: its form can never be accepted. */
  readonly isDeadEnd: boolean;
  /** The key of a field that has no input. */
  readonly field: string | null;
  /** File and line, where they are known. */
  readonly place: string | null;
  /** A predicate: the page is its subject, or the file. */
  readonly text: string;
  /** True for a text that is missing: a trial drawing may only lack what the app or a stage gives. */
  readonly lacksText?: boolean;
  /** True for what only a page of the app knows: the fields of a trial drawing are made up. */
  readonly isOfApp?: boolean;
  /** What is not shown: in a trial drawing it may be made up. */
  readonly lost?: LostPart;
}

/** What a page may have for some of its visitors, flows or apps only. */
export type LostPart = 'alternative' | 'resend' | 'consent';

export function deadEnd(text: string): DrawnProblem {
  return { isDeadEnd: true, field: null, place: null, text };
}

export function unwise(text: string): DrawnProblem {
  return { isDeadEnd: false, field: null, place: null, text };
}
