import { kitMade } from '../flow/made-by.js';
import { message } from '../base/message.js';
import { parseUrl } from '../base/url.js';
import { definePrompt } from '../flow/prompt.js';
import { plainLine } from './plain-line.js';

const longest = 1000;

/**
 * A web address, as the URL standard writes it: http or https, with a host and without a user name. `example.com` gets
 * `https://`. The address is not opened.
 */
export const url = kitMade(
  'url',
  definePrompt({
    type: 'url',
    asked: true,
    concealed: false,
    autocomplete: 'url',
    input: 'url',
    read(typed) {
      const read = plainLine(typed, longest);
      if ('error' in read) return read;
      const value = addressOf(read.line);
      if (value === null) return { error: message('prompt.url.form') };
      // Letters of other scripts are longer when they are encoded.
      return value.length > longest * 3 ? { error: message('prompt.text.too_long', { most: longest }) } : { value };
    },
  }),
);

function addressOf(line: string): string | null {
  if (/[\s\\<>"]/.test(line)) return null;
  const whole = /^[a-z][-+.a-z\d]*:\/\//i.test(line) ? line : `https://${line}`;
  // `javascript:alert(1)` is not a host with a port.
  if (whole !== line && !/^[^\s/:@?#]+\.[^\s/:@?#]+(?::\d+)?(?:[/?#]|$)/.test(line)) return null;
  const parsed = parseUrl(whole);
  if (parsed === null) return null;
  const { protocol, hostname, username, password, href } = parsed;
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && hostname !== '' && username === '' && password === '' ? href : null;
}
