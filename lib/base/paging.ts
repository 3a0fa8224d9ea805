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
