// A button beside each password shows and hides what was typed. Without this script the field stays as it is.
for (const input of document.querySelectorAll('input[type="password"][data-show]')) {
  const button = document.createElement('button');
  const { show, hide } = input.dataset;
  const label = (text) => {
    button.textContent = text;
  };
  button.type = 'button';
  button.className = 'enrollment-field__toggle';
  button.setAttribute('aria-controls', input.id);
  label(show);
  button.addEventListener('click', () => {
    const isHidden = input.type === 'password';
    input.type = isHidden ? 'text' : 'password';
    label(isHidden ? hide : show);
    input.focus();
  });
  // Sent as a password, so that no browser keeps it as a text.
  input.form?.addEventListener('submit', () => {
    input.type = 'password';
    label(show);
  });
  const control = document.createElement('div');
  control.className = 'enrollment-field__control';
  control.dataset.control = '';
  const hasFocus = document.activeElement === input;
  input.replaceWith(control);
  control.append(input, button);
  if (hasFocus) input.focus();
}
