// Invitation codes: takes a pasted link, groups a generated code while it is typed, and finds its typos before it is
// sent. A code that a person chose, such as SPRING-2026, stays as it is typed.
const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const meant = { O: '0', I: '1', L: '1', U: 'V' };
const separators = /[\s\p{Pd}\p{Cf}\u2212_]/gu;

/** Without blanks and dashes; letters of East Asian keyboards become ASCII. */
function bare(text) {
  const wide = /[\uff01-\uff5e]/g;
  return text.replace(wide, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0)).replace(separators, '');
}

/** The values of a complete generated code; `null` for anything else. */
function valuesOf(text) {
  const values = [...text.toUpperCase()].map((letter) => symbols.indexOf(meant[letter] ?? letter));
  return values.length === 12 && !values.includes(-1) ? values : null;
}

/** Multiplication with x in GF(32), as the server weighs the places of a code. */
const times = (value) => ((value << 1) ^ (value & 16 ? 0b100101 : 0)) & 31;

/** False where one symbol is wrong, or two are transposed. */
function isWhole(values) {
  return values.reduce((sum, value) => times(sum) ^ value, 0) === 0;
}

/** True for what may become a generated code and is hardly a word: no word has a digit among its first four letters. */
function mayBeGenerated(text) {
  return /^(?=.{0,3}\d)[0-9A-HJKMNP-TV-Z]{5,11}$/i.test(text);
}

const inGroups = (text) => text.replace(/(.{4})(?=.)/g, '$1-');

/** The text in groups; `null` where it is to stay as it is. */
function grouped(text, { isComplete = false } = {}) {
  const plain = bare(text);
  const values = valuesOf(plain);
  if (values !== null) return inGroups(isWhole(values) ? plain.toUpperCase() : plain);
  return !isComplete && mayBeGenerated(plain) ? inGroups(plain) : null;
}

function codeOf(text) {
  try {
    return new URL(text.trim()).searchParams.get('invite') ?? text;
  } catch {
    return text;
  }
}

/** The position after so many symbols of the text. */
function positionAfter(text, count) {
  let at = 0;
  for (let left = count; left > 0 && at < text.length; at += 1) if (text[at] !== '-') left -= 1;
  return at;
}

const hasSeparators = (text) => text.search(separators) !== -1;

/** What was written into the text at once: the whole text where all of it was replaced. */
function writtenInto(before, text) {
  const most = Math.min(before.length, text.length);
  let start = 0;
  while (start < most && before[start] === text[start]) start += 1;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === text.at(-1 - end)) end += 1;
  return text.slice(start, text.length - end);
}

for (const input of document.querySelectorAll('input[data-typo]')) {
  const note = document.createElement('p');
  note.className = 'enrollment-field__note';
  note.setAttribute('role', 'status');
  input.after(note);
  // True while the dashes are those of this script, and not of the person who types.
  let isOurs = grouped(input.value, { isComplete: true }) === input.value;
  let known = input.value;

  const show = (text, inputType) => {
    if (text === input.value) return;
    const caret = input.selectionStart ?? input.value.length;
    let position = positionAfter(text, bare(input.value.slice(0, caret)).length);
    // Otherwise the Delete key would never get past a dash.
    if (inputType === 'deleteContentForward' && text[position] === '-') position += 1;
    input.value = text;
    if (document.activeElement === input) input.setSelectionRange(position, position);
  };
  const report = () => {
    const values = valuesOf(bare(input.value));
    const text = values !== null && !isWhole(values) ? input.dataset.typo : '';
    // A status that is set again may be read out again.
    if (note.textContent !== text) note.textContent = text;
  };
  const read = ({ inputType = '' } = {}) => {
    const isOfPerson = hasSeparators(isOurs ? writtenInto(known, input.value) : input.value);
    const isWritten = !inputType.startsWith('history');
    if (isWritten && (!isOfPerson || inputType === 'insertFromPaste')) {
      const text = grouped(input.value, { isComplete: isOfPerson });
      if (text !== null) show(text, inputType);
      else if (isOurs && !isOfPerson) show(bare(input.value), inputType);
      isOurs = text !== null;
    } else if (isOfPerson) isOurs = false;
    known = input.value;
    report();
  };

  input.addEventListener('input', (event) => {
    // An unfinished composition belongs to the input method.
    if (!event.isComposing) read(event);
  });
  input.addEventListener('compositionend', () => read());
  input.addEventListener('paste', (event) => {
    const pasted = event.clipboardData?.getData('text') ?? '';
    const code = codeOf(pasted);
    if (code === pasted) return;
    event.preventDefault();
    input.value = code;
    input.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
  });
  // Sent as it was typed, unless it is complete.
  input.addEventListener('change', () => {
    const text = grouped(input.value, { isComplete: true });
    if (text !== null) show(text);
    else if (isOurs) show(bare(input.value));
    isOurs = text !== null;
    known = input.value;
    report();
  });
}
