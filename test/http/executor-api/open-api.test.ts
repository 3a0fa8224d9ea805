import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { file } from '../../../lib/prompts.js';
import { defineFlow, definePolicy, promptStage, signInFlow } from '../../../lib/index.js';
import { servedSchemas } from '../../support/executor-api/documented.js';
import { schemaFaults } from '../../support/executor-api/json-schema.js';
import { sampleOf } from '../../support/executor-api/sample-challenge.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import { RawClient } from '../../support/raw-client.js';

/** Every `$ref` and `operationId` of a document, with the names that it declares. */
function namesIn(value: unknown, key: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    name === key && typeof member === 'string' ? [member] : namesIn(member, key),
  );
}

interface Document {
  readonly paths: Readonly<Record<string, { readonly get?: { readonly responses: object } }>>;
  readonly components: { readonly schemas: object };
}

describe('the OpenAPI document of flows', () => {
  let app: TestApp;
  before(async () => {
    const picture = defineFlow({
      slug: 'picture',
      title: 'Picture',
      designation: 'authorization',
      stages: [
        promptStage({
          name: 'picture',
          prompts: [file({ key: 'picture', label: 'Picture', store: () => ({ value: 'kept' }) })],
          validation: [definePolicy({ name: 'asked', consumes: ['picture'], check: () => true })],
        }),
      ],
    });
    app = await openTestApp({ executorApi: true, flows: [signup, signInFlow({ slug: 'sign-in' }), picture] });
  });
  after(() => app.close());

  it('the document is whole: each reference leads somewhere, each name stands once', async () => {
    const { text } = await new RawClient(app.url).get('/api/v3/schema/');
    const document: unknown = JSON.parse(text);
    const schemas = await servedSchemas(app);
    const refs = new Set(namesIn(document, '$ref'));
    assert.ok(refs.size > 50);
    for (const ref of refs) assert.ok(Object.hasOwn(schemas, ref.replace('#/components/schemas/', '')), ref);
    const operations = namesIn(document, 'operationId');
    assert.equal(new Set(operations).size, operations.length);
    for (const name of Object.keys(schemas))
      assert.ok(refs.has(`#/components/schemas/${name}`), `${name} is used by nothing`);
  });

  it('the inspector is in the document where the app switches it on, with every status of its answers', async () => {
    const path = '/flows/inspector/{flow_slug}/';
    const read = async ({ url }: TestApp): Promise<Document> =>
      JSON.parse((await new RawClient(url).get('/api/v3/schema/')).text) as Document;
    const without = await read(app);
    assert.equal(without.paths[path], undefined);
    assert.deepEqual(
      Object.keys(without.components.schemas).filter((name) => name.startsWith('FlowInspect')),
      [],
    );
    const inspected = await openTestApp({ executorApi: { inspector: true } });
    try {
      const document = await read(inspected);
      assert.deepEqual(Object.keys(document.paths[path]?.get?.responses ?? {}), ['200', '401', '403', '404', '503']);
      const refs = new Set(namesIn(document, '$ref'));
      for (const ref of refs)
        assert.ok(Object.hasOwn(document.components.schemas, ref.replace('#/components/schemas/', '')), ref);
      assert.equal(refs.size, Object.keys(document.components.schemas).length);
    } finally {
      await inspected.close();
    }
  });

  it('each challenge and each answer has a sample that is as its schema says', async () => {
    const schemas = await servedSchemas(app);
    for (const union of ['Challenge', 'ChallengeResponse']) {
      const { mapping = {} } = schemas[union]?.discriminator ?? {};
      for (const [component, $ref] of Object.entries(mapping)) {
        const sample = sampleOf({ $ref }, schemas);
        assert.deepEqual(schemaFaults({ $ref: `#/components/schemas/${union}` }, sample, schemas), [], component);
        assert.deepEqual(Reflect.get(Object(sample), 'component'), component);
      }
    }
  });
});
