// A second click while a form is on its way does nothing. The server recognizes it anyway.
for (const form of document.querySelectorAll('form[method="post"]')) {
  let isSent = false;
  const reset = () => {
    isSent = false;
    form.removeAttribute('aria-busy');
  };
  form.addEventListener('submit', () => {
    // After this task: what is prevented within it would take the first submission back.
    setTimeout(() => {
      isSent = true;
      form.setAttribute('aria-busy', 'true');
    });
    // Where no answer comes, one may try again.
    setTimeout(reset, 8000);
  });
  // Enter in a field counts as a click on the button.
  for (const button of form.querySelectorAll('[type="submit"]')) {
    button.addEventListener('click', (event) => {
      if (isSent) event.preventDefault();
    });
  }
  // From the back/forward cache.
  addEventListener('pageshow', reset);
}
