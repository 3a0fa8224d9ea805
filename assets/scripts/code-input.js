// Invitation codes: takes a pasted link, groups a code of twelve symbols, and finds typos before the code is sent.
const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const meant = { O: '0', I: '1', L: '1', U: 'V' };

function valuesOf(code) {
  const values = [...code].map((letter) => symbols.indexOf(meant[letter] ?? letter));
  return values.length === 12 && !values.includes(-1) ? values : null;
}

/** Multiplication with x in GF(32), as the server weighs the places of a code. */
const times = (value) => ((value << 1) ^ (value & 16 ? 0b100101 : 0)) & 31;

/** False where one symbol is wrong, or two are transposed. */
function isWhole(values) {
  return values.reduce((sum, value) => times(sum) ^ value, 0) === 0;
}

function bare(text) {
  return text.toUpperCase().replace(/[\s\p{Pd}_]/gu, '');
}

function codeOf(text) {
  if (!/^https?:\/\//i.test(text.trim()) || !URL.canParse(text.trim())) return text;
  return new URL(text.trim()).searchParams.get('invite') ?? text;
}

for (const input of document.querySelectorAll('input[autocapitalize="characters"]')) {
  const note = document.createElement('p');
  note.className = 'enrollment-field__note';
  note.setAttribute('role', 'status');
  input.after(note);
  const read = () => {
    const values = valuesOf(bare(input.value));
    note.textContent = values !== null && !isWhole(values) ? (input.dataset.typo ?? '') : '';
    // Only what has the shape of a generated code, with the cursor at its end: a code of a person's own stays as typed.
    const atEnd = input.selectionStart === input.value.length;
    if (values !== null && atEnd) input.value = bare(input.value).replace(/(.{4})(?=.)/g, '$1-');
  };
  input.addEventListener('paste', (event) => {
    const pasted = event.clipboardData?.getData('text') ?? '';
    const code = codeOf(pasted);
    if (code === pasted) return;
    event.preventDefault();
    input.value = code;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  input.addEventListener('input', read);
}
