/** Where a page begins: nothing for the first page, then the `next` of the previous page. */
interface PageCursor {
  readonly after?: string;
}

/** Every page of a list, in order, up to the one without a `next`. */
export async function* everyPage<Page extends { readonly next: string | null }>(
  read: (cursor: PageCursor) => Promise<Page>,
): AsyncGenerator<Page> {
  for (let after: string | null | undefined; after !== null;) {
    const page: Page = await read(after === undefined ? {} : { after });
    yield page;
    after = page.next;
  }
}

/** Every page of a list in the order of its entries' places; a page begins after the last place of the previous one. */
export async function* everyPlace<Entry extends { readonly place: number }>(
  read: (after: number) => Promise<readonly Entry[]>,
): AsyncGenerator<readonly Entry[]> {
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: readonly Entry[] = await read(after);
    if (page.length > 0) yield page;
    after = page.at(-1)?.place;
  }
}
