import assert from 'node:assert/strict';
import type { RawAnswer } from '../raw-client.js';
import { RawClient } from '../raw-client.js';
import { schemaFaults, type Schema } from './json-schema.js';

interface Documented {
  readonly url: string;
  readonly mount?: string;
}

/** The schemas of the document that an app serves. */
export async function servedSchemas(app: Documented): Promise<Readonly<Record<string, Schema>>> {
  const { status, text } = await new RawClient(app.url).get(`${app.mount ?? ''}/api/v3/schema/`);
  assert.equal(status, 200);
  return (JSON.parse(text) as { components: { schemas: Record<string, Schema> } }).components.schemas;
}

/** Every answer is as the document that the app serves says. */
export async function assertDocumented(app: Documented, answers: readonly RawAnswer[]): Promise<void> {
  const schemas = await servedSchemas(app);
  assert.notEqual(answers.length, 0);
  for (const { status, text } of answers) {
    const schema = status === 200 || status === 429 || status === 503 ? 'Challenge' : 'ApiError';
    const value: unknown = JSON.parse(text);
    assert.deepEqual(schemaFaults({ $ref: `#/components/schemas/${schema}` }, value, schemas), [], text);
  }
}
