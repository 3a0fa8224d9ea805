// Says below a new password whether it is long enough, and no pattern. It never says more than the server, which also
// knows the most common passwords; this only spares a round trip.

// A row such as "abcdefgh" or "87654321", a repetition such as "orchidorchid", or three different characters at most.
const isSimple = (value) => {
  const letters = [...value.normalize('NFKC').toLowerCase()];
  const steps = letters.slice(1).map((letter, index) => {
    const pair = letters[index] + letter;
    return { 90: 1, '09': -1 }[pair] ?? letter.codePointAt(0) - letters[index].codePointAt(0);
  });
  if (Math.abs(steps[0]) === 1 && steps.every((step) => step === steps[0])) return true;
  const unit = letters.findIndex(
    (_, length) => length > 0 && letters.every((one, at) => at < length || one === letters[at - length]),
  );
  return (unit > 0 && unit * 2 <= letters.length) || new Set(letters).size <= 3;
};

for (const input of document.querySelectorAll('input[autocomplete="new-password"][data-short]')) {
  const { short, simple, fair } = input.dataset;
  const least = Math.max(8, input.minLength);
  const meter = document.createElement('div');
  const bar = document.createElement('div');
  const text = document.createElement('p');
  meter.className = 'enrollment-strength';
  bar.className = 'enrollment-strength__bar';
  text.className = 'enrollment-strength__text';
  text.setAttribute('role', 'status');
  meter.hidden = true;
  meter.append(bar, text);
  (input.closest('.enrollment-field__control') ?? input).after(meter);
  input.addEventListener('input', () => {
    const { value } = input;
    const grade = [...value.normalize('NFC')].length < least ? 'short' : isSimple(value) ? 'simple' : 'fair';
    meter.hidden = value === '';
    meter.dataset.grade = grade;
    const said = { short, simple, fair }[grade];
    if (text.textContent !== said) text.textContent = said;
  });
}
