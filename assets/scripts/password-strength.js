// Says below a new password whether it is long enough. The server decides; this only spares a round trip.
for (const input of document.querySelectorAll('input[autocomplete="new-password"][data-short]')) {
  const { short, fair, strong } = input.dataset;
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
    // A letter that is only repeated adds nothing.
    const length = [...input.value.replace(/(.)\1{2,}/gu, '$1$1')].length;
    const grade = length < least ? 'short' : length < least * 1.4 ? 'fair' : 'strong';
    meter.hidden = input.value === '';
    meter.dataset.grade = grade;
    const said = { short, fair, strong }[grade];
    if (text.textContent !== said) text.textContent = said;
  });
}
