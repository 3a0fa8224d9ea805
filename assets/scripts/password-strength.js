// Says below a new password whether it is long enough, no pattern, and more than the person's own names. It is no
// promise: the server also knows the most common passwords, and the app's own rules. This only spares a round trip.

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

// As `passwordPolicy`: little is left once what else was typed of the person is taken out.
const isPersonal = (value, form) => {
  const fold = (text) => text.normalize('NFKC').toLowerCase();
  const names = [
    ...(form?.querySelectorAll('[autocomplete="username"],[autocomplete="email"],[autocomplete="name"]') ?? []),
  ];
  const words = names.flatMap((name) => [fold(name.value), ...fold(name.value).split(/[^\p{L}\p{N}]+/u)]);
  const rest = words
    .filter((word) => [...word].length >= 3)
    .sort((one, other) => other.length - one.length)
    .reduce((left, word) => left.replaceAll(word, ''), fold(value));
  return rest.length < fold(value).length && [...rest].length < 8;
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
  (input.closest('[data-control]') ?? input).after(meter);
  input.addEventListener('input', () => {
    const { value } = input;
    const grade =
      [...value.normalize('NFC')].length < least
        ? 'short'
        : isSimple(value) || isPersonal(value, input.form)
          ? 'simple'
          : 'fair';
    meter.hidden = value === '';
    meter.dataset.grade = grade;
    const said = { short, simple, fair }[grade];
    if (text.textContent !== said) text.textContent = said;
  });
}
