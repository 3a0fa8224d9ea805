// A second click while a form is on its way does nothing. The server recognizes it anyway.
for (const form of document.querySelectorAll('form[method="post"]')) {
  let isSent = false;
  form.addEventListener('submit', (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
    form.setAttribute('aria-busy', 'true');
    // Where the answer does not come, one may try again.
    setTimeout(again, 8000);
  });
  const again = () => {
    isSent = false;
    form.removeAttribute('aria-busy');
  };
  addEventListener('pageshow', again);
}
