/** Where a page begins: nothing for the first one, later the `next` of the page before. */
interface PageCursor {
  readonly after?: string;
}

/** Every page of a list, one after the other, up to the one without a `next`. */
export async function* everyPage<Page extends { readonly next: string | null }>(
  read: (cursor: PageCursor) => Promise<Page>,
): AsyncGenerator<Page> {
  for (let after: string | null | undefined; after !== null;) {
    const page: Page = await read(after === undefined ? {} : { after });
    yield page;
    after = page.next;
  }
}
