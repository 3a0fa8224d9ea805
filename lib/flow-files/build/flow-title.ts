import { filledPercentText, hasOtherPercent, percentMessage, percentTextOf } from '../../base/percent-text.js';
import type { Message } from '../../base/message.js';
import { isMessage } from '../../flow/computed.js';
import type { MessageLike } from '../../flow/prompt.js';
import { isBlankText } from '../../base/setting-rules.js';
import { standIn, type FieldReader } from './field-reader.js';

/** The flow's title: a message, or a text that is filled as authentik fills it. */
export function titleOf(reader: FieldReader): MessageLike {
  const own = reader.json('title');
  if (isMessage(own)) return own;
  const title = reader.text('title', reader.text('name', reader.text('slug')));
  if (isBlankText(title)) {
    reader.report('refused', 'title', '"title" must not be empty');
    return standIn;
  }
  reportPlaces(title, reader);
  return titleMessage(hasOtherPercent(title) ? title.replaceAll('%', '%%') : title);
}

/** What `titleOf` reads as the same title again; `null`: it is no text. */
export function titleText(title: Message): string | null {
  const text = title.values?.['text'];
  if (title.id !== 'literal' || typeof text !== 'string') return null;
  return percentTextOf(title) ?? text.replaceAll('%', '%%').replaceAll('{brand}', '%(app)s');
}

/** As a text of the kit, which has the brand as `{brand}`, unless a word in braces stands in it: that is no place here. */
function titleMessage(title: string): MessageLike {
  return /\{\w+\}/.test(title) ? percentMessage(title) : filledPercentText(title, '{brand}');
}

/**
 * authentik makes `title % {'app': application, 'user': user}` of a title, and shows the title as it is where that
 * fails (`ChallengeStageView.format_title`). The application is the brand, whose place every text can have.
 */
function reportPlaces(title: string, reader: FieldReader): void {
  if (hasOtherPercent(title))
    reader.report(
      'noticed',
      'title',
      title.replaceAll('%%', '').includes('%(user)s')
        ? 'the title has %(user)s, which is not known here: it is shown as it is'
        : 'the title has a % that is neither %(app)s nor %%: it is shown as it is',
    );
  if (title.includes('{brand}'))
    reader.report(
      'noticed',
      'title',
      'the title has {brand}, which is shown as it is: %(app)s is the name of the brand',
    );
}
