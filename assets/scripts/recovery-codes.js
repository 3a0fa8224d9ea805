// Buttons that copy recovery codes and save them as a file. Without this script they are printed or written down.
for (const list of document.querySelectorAll('[data-copy]')) {
  const { copy, copied, download, file } = list.dataset;
  const text = () => `${[...list.querySelectorAll('code')].map((code) => code.textContent).join('\n')}\n`;
  const actions = document.createElement('div');
  actions.className = 'enrollment-codes__actions';
  const add = (label, act) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'enrollment-codes__action';
    button.textContent = label;
    button.addEventListener('click', () => act(button));
    actions.append(button);
  };
  // Browsers have no clipboard on pages without TLS.
  if (navigator.clipboard !== undefined)
    add(copy, async (button) => {
      try {
        await navigator.clipboard.writeText(text());
        button.textContent = copied;
      } catch {
        // Not allowed here: the codes are selected, so that the keyboard copies them.
        getSelection()?.selectAllChildren(list);
      }
    });
  add(download, () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text()], { type: 'text/plain' }));
    link.download = file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
  // What becomes of a button is announced.
  actions.setAttribute('role', 'status');
  list.after(actions);
}
