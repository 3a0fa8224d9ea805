import assert from 'node:assert/strict';
import type { Visitor } from '../http/visitor.js';

/** What a visitor types, by the names of the fields. */
export type Typed = Readonly<Record<string, string | (() => string | Promise<string>)>>;

/** Opens a flow and fills in page after page until it ends; returns where it leads. */
export async function walkPages(visitor: Visitor, slug: string, typed: Typed): Promise<string> {
  const answer = await visitor.open(`/if/flow/${slug}/`);
  assert.equal(answer.status, 200, answer.text);
  return walkOn(visitor, typed);
}

/** The same from the page that the visitor has open. */
export async function walkOn(visitor: Visitor, typed: Typed): Promise<string> {
  for (let pages = 0; pages < 10; pages += 1) {
    const fields: Record<string, string> = {};
    for (const { name, type } of visitor.form.controls) {
      const value = typed[name];
      if (type !== 'hidden' && value !== undefined) fields[name] = typeof value === 'string' ? value : await value();
    }
    const sent = await visitor.submit(fields);
    assert.equal(sent.status, 303, sent.text);
    const answer = await visitor.follow(sent);
    if (answer.status === 303) return answer.location;
    assert.equal(answer.status, 200, answer.text);
  }
  return assert.fail('the flow did not end within ten pages');
}
