import type { JsonObject } from '../../../base/json.js';
import { refTo, text } from '../components/schemas.js';
import { csrfHeader, flowHeader, stepHeader, tokenHeader } from '../names.js';

/** The paths of the document. `slugs`: of the app's flows; `takesFiles`: one of them asks for files. */
export function pathsOf(slugs: readonly string[], takesFiles: boolean): JsonObject {
  const slug = slugParameter(slugs);
  const query = {
    name: 'query',
    in: 'query',
    required: true,
    description: 'The query of the page’s address, the same in every request; may be empty.',
    schema: text,
  };
  const step = {
    name: stepHeader,
    in: 'header',
    description:
      'As the challenge came with it: the answer is then for that step, and that visitor, only. Required while a user is signed in.',
    schema: text,
  };
  return {
    '/flows/executor/{flow_slug}/': {
      get: {
        operationId: 'flows_executor_get',
        description: 'The current challenge. Nothing changes.',
        parameters: [slug, query],
        security: [{}, { plan: [] }],
        responses: challengeResponses,
      },
      post: {
        operationId: 'flows_executor_solve',
        description: 'Answers the current challenge.',
        parameters: [slug, query, step],
        security: [{ plan: [] }, { browser: [] }],
        requestBody: takesFiles ? withFiles : jsonOf(refTo('ChallengeResponse')),
        responses: {
          ...challengeResponses,
          '302': { description: 'The plan goes on: the same address has the next challenge. For browsers only.' },
        },
      },
    },
    '/flows/executor/{flow_slug}/cancel/': {
      post: {
        operationId: 'flows_executor_cancel',
        description: 'Ends the plan.',
        parameters: [slug, step],
        security: [{ plan: [] }, { browser: [] }],
        requestBody: jsonOf({ type: 'object' }),
        responses: challengeResponses,
      },
    },
  };
}

/** `slugs`: of the app's flows. */
export function slugParameter(slugs: readonly string[]): JsonObject {
  return { name: 'flow_slug', in: 'path', required: true, schema: { enum: slugs } };
}

const headers: JsonObject = {
  [stepHeader]: {
    description: 'The step of the challenge, signed; of one that is answered by nothing, for the end of its plan.',
    schema: text,
  },
  [tokenHeader]: { description: 'The plan’s token, for clients by bearer: the one before is dead.', schema: text },
  [flowHeader]: { description: 'The flow of that token.', schema: text },
  [csrfHeader]: { description: 'For browsers: what an answer repeats.', schema: text },
};

const challengeResponses: JsonObject = {
  '200': {
    ...answerOf('A challenge. Refusals and errors of answers are challenges, too.', refTo('Challenge')),
    headers,
  },
  '400': problem('The body could not be read.'),
  '401': unknownToken(),
  '403': problem('The request is not the client’s own.'),
  '404': problem('There is no such flow.'),
  '413': problem('The body is too large.'),
  '415': problem('The body is no JSON.'),
  '429': { ...answerOf('Too many attempts: `Retry-After` has the seconds.', refTo('Challenge')), headers },
  '503': unavailable(),
};

/** No flow is asked: a store is away. */
export function unavailable(): JsonObject {
  return answerOf('A store is away; the plan is kept.', refTo('Challenge'));
}

export function unknownToken(): JsonObject {
  return problem('The bearer token is of no plan.');
}

export function answerOf(description: string, schema: JsonObject): JsonObject {
  return { description, ...jsonOf(schema) };
}

function jsonOf(schema: JsonObject): JsonObject {
  return { content: contentOf(schema) };
}

function contentOf(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } };
}

export function problem(description: string): JsonObject {
  return answerOf(description, refTo('ApiError'));
}

const withFiles: JsonObject = {
  description:
    'A form only for a step that asks for files; it repeats the header of its step. Its fields are those of the JSON, ' +
    'as texts.',
  content: {
    ...contentOf(refTo('ChallengeResponse')),
    'multipart/form-data': {
      schema: { type: 'object', properties: { component: text }, required: ['component'], additionalProperties: true },
    },
  },
};
