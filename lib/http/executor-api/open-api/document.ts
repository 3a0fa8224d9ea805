import type { JsonObject } from '../../../base/json.js';
import { oncePer } from '../../../base/once-per.js';
import { asksForFiles } from '../../uploads/form-files.js';
import type { Web } from '../../web.js';
import { endings } from '../components/answers.js';
import { permissionSchema } from '../components/asking.js';
import { deviceChallengeSchema } from '../components/authenticators.js';
import type { Component } from '../components/component.js';
import { sourceSchema } from '../components/page-links.js';
import { promptFieldSchema } from '../components/prompt-fields.js';
import { componentsOf } from '../components/table.js';
import { refTo } from '../components/schemas.js';
import { apiPath } from '../paths.js';
import { baseProperties, baseSchemas } from './base-schemas.js';
import { inspectionPaths, inspectionSchemas } from './inspection.js';
import { pathsOf } from './paths.js';

/** The OpenAPI 3.1 document of an app: from the components of its flows, which draw and read the JSON too. */
export function openApiDocument(web: Pick<Web, 'flows' | 'site' | 'executorApi'>): JsonObject {
  const { flows, site, executorApi } = web;
  const { paths, components, ...document } = documentOf(flows);
  const isInspected = executorApi?.inspector === true;
  return {
    ...document,
    paths: isInspected ? { ...paths, ...inspectionPaths([...flows.keys()]) } : paths,
    components: isInspected ? { ...components, schemas: { ...components.schemas, ...inspectionSchemas } } : components,
    servers: [{ url: site.origin + site.mount + apiPath }],
  };
}

const documentOf = oncePer((flows: Web['flows']) => {
  const components = [...componentsOf(flows).values()];
  const challenges: readonly Described[] = [...components, ...Object.values(endings)];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Flow executor',
      version: '3',
      description: 'Flows as JSON, in authentik’s challenge and response protocol.',
    },
    paths: pathsOf([...flows.keys()], [...flows.values()].some(asksForFiles)),
    components: {
      securitySchemes: {
        plan: { type: 'http', scheme: 'bearer', description: 'The token of a plan.' },
        browser: {
          type: 'apiKey',
          in: 'header',
          name: 'X-authentik-CSRF',
          description: 'Repeats the cookie authentik_csrf, beside the cookies of the plan.',
        },
      },
      schemas: {
        ...baseSchemas,
        PromptField: promptFieldSchema,
        LoginSource: sourceSchema,
        ConsentPermission: permissionSchema,
        DeviceChallenge: deviceChallengeSchema,
        ...Object.fromEntries(challenges.map((one) => [`${one.name}Challenge`, challengeSchema(one)])),
        ...Object.fromEntries(challenges.flatMap(responseEntry)),
        Challenge: union(challenges.map(({ component, name }) => [component, `${name}Challenge`])),
        ChallengeResponse: union(
          challenges
            .filter(({ answer }) => answer !== null)
            .map(({ component, name }) => [component, responseName(name)]),
        ),
      },
    },
  };
});

type Described = Pick<Component, 'component' | 'name' | 'description' | 'properties' | 'required' | 'answer'>;

function challengeSchema({ component, name, description, properties, required }: Described): JsonObject {
  return {
    type: 'object',
    description,
    properties: { ...baseProperties, component: { const: component }, ...properties },
    // The captcha of another challenge, and a failure, stand alone.
    required: ['component', ...(name === 'Captcha' || name === 'FlowError' ? [] : ['flow_info']), ...required],
  };
}

function responseEntry({
  component,
  name,
  answer,
  description,
}: Described): readonly (readonly [string, JsonObject])[] {
  if (answer === null) return [];
  const schema = {
    type: 'object',
    description,
    properties: { component: { const: component }, ...answer.properties },
    required: ['component', ...(answer.required ?? [])],
    additionalProperties: answer.open === true,
  };
  return [[responseName(name), schema]];
}

function responseName(name: string): string {
  return `${name}ChallengeResponse`;
}

function union(members: readonly (readonly [string, string])[]): JsonObject {
  return {
    oneOf: members.map(([, name]) => refTo(name)),
    discriminator: {
      propertyName: 'component',
      mapping: Object.fromEntries(members.map(([component, name]) => [component, refTo(name)['$ref'] ?? ''])),
    },
  };
}
