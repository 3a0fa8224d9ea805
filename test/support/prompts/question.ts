import assert from 'node:assert/strict';
import { english } from '../../../lib/base/texts/english.js';
import type { Json } from '../../../lib/base/json.js';
import { isSecret } from '../../../lib/base/secret.js';
import type { Context } from '../../../lib/flow/context.js';
import type { StageContext } from '../../../lib/flow/facts.js';
import type { Prompt } from '../../../lib/flow/prompt.js';
import { promptStage } from '../../../lib/stages/prompt.js';
import { openScene, type Scene } from '../executor/scene.js';
import { flowOf, page } from '../executor/stages.js';

/** What a prompt or stage receives, in its own scene. */
export function question(context: Context = {}, scene: Scene = openScene()): StageContext {
  const facts = { act: true, address: '192.0.2.1', locale: 'en', now: scene.clock.now(), entryLink: {} };
  return {
    facts,
    flow: flowOf([page('x')]),
    enrollmentId: 'plan-1',
    step: 'account',
    context,
    services: scene.context.services,
    signal: new AbortController().signal,
  };
}

/** The result of `typed` on a page with only this prompt: the value (secrets revealed) or the id of the error. */
export async function answerTo(
  prompt: Prompt,
  typed: string | undefined,
  at: StageContext = question(),
): Promise<{ readonly value: Json | undefined } | { readonly error: string }> {
  const stage = promptStage({ name: 'account', prompts: [prompt] });
  const parsed = await stage.read(typed === undefined ? {} : { [prompt.key]: typed }, at);
  if (!parsed.ok) {
    const id = parsed.errors[prompt.key]?.[0]?.id ?? '';
    assert.ok(id in english || id in stage.messages, `'${id}' has no text`);
    return { error: id };
  }
  const value = parsed.value[prompt.key];
  return { value: isSecret(value) ? value.reveal() : value };
}
