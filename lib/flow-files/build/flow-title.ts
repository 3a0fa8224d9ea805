import { isMessage } from '../../flow/computed.js';
import type { MessageLike } from '../../flow/prompt.js';
import type { FieldReader } from './field-reader.js';

/** The flow's title. Texts are filled as authentik fills them, unless this kit wrote the file. */
export function titleOf(reader: FieldReader, isOwn: boolean): MessageLike {
  const own = reader.json('title');
  if (isMessage(own)) return own;
  const title = reader.text('title', reader.text('name', reader.text('slug')));
  return isOwn ? title : filledTitle(title, reader);
}

const directive = /%(?:%|\(app\)s)/g;

/**
 * authentik makes `title % {'app': application, 'user': user}` of a title, and shows the title as it is where that
 * fails (`ChallengeStageView.format_title`). The application is the brand, whose place every text can have.
 */
function filledTitle(title: string, reader: FieldReader): string {
  const rest = title.replace(directive, '');
  if (!rest.includes('%')) return title.replace(directive, (found) => (found === '%%' ? '%' : '{brand}'));
  reader.tell(
    'noticed',
    'title',
    rest.includes('%(user)s')
      ? 'the title has %(user)s, which is not known here: it is shown as it is'
      : 'the title has a % that is neither %(app)s nor %%: it is shown as it is',
  );
  return title;
}
