/** One finding of the doctor. `bad` must be fixed, `unwise` should be. */
export interface Finding {
  readonly grade: 'fine' | 'unwise' | 'bad';
  readonly about: string;
  readonly text: string;
}

export function fine(about: string, text: string): Finding {
  return { grade: 'fine', about, text };
}

export function unwise(about: string, text: string): Finding {
  return { grade: 'unwise', about, text };
}

export function bad(about: string, text: string): Finding {
  return { grade: 'bad', about, text };
}
