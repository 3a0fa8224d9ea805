import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { noAccessYetFlow } from '../../lib/flows/no-access-yet.js';
import { text } from '../../lib/prompts/text.js';

/** The pages whose button has a label of its own, with its message. */
function buttons(settings: Parameters<typeof noAccessYetFlow>[0]): readonly string[] {
  return noAccessYetFlow(settings).bindings.flatMap(({ stage }) =>
    stage.submit === null ? [] : [`${stage.name}: ${stage.submit.id}`],
  );
}

describe('the button of the last page before the account of a person from a source', () => {
  it('says that it creates the account', () => {
    assert.deepEqual(buttons({}), ['email: flow.invite.submit']);
    assert.deepEqual(buttons({ fields: [] }), ['invite-code: flow.invite.submit']);
    assert.deepEqual(buttons({ fields: ['username', text({ key: 'team', label: 'Team' })] }), [
      'more: flow.invite.submit',
    ]);
  });

  it('has the app’s own words where it has some', () => {
    const [button = ''] = buttons({ fields: ['username'], wording: { username: { submit: 'Join' } } });
    assert.notEqual(button, 'username: flow.invite.submit');
  });
});
