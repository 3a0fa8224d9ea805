// Says two minutes before a form is no longer accepted, and offers more time. The page stays as it is: what was typed,
// passwords too, and the focus. The server decides; without this script it says afterwards what has expired.
const warning = 120_000;
const signature = 'enrollment_step';

const stepOf = (form) => form?.querySelector(`input[name="${signature}"]`)?.value.split('.')[1];
const hiddenIn = (form) => [...form.querySelectorAll('input[type="hidden"]')];

// The server takes the saved password no longer, and the page must not say that it does.
const askPasswordAgain = (form) => {
  // Not by selectors: the names may be those of an app, with any characters.
  for (const saved of [...form.getElementsByClassName('enrollment-field--saved')]) {
    const fields = [...saved.getElementsByClassName('enrollment-field')];
    for (const field of fields) field.getElementsByClassName('enrollment-field__optional')[0]?.remove();
    saved.replaceWith(...fields);
  }
};

for (const form of document.querySelectorAll('form[data-time]')) {
  const region = document.createElement('div');
  const text = document.createElement('p');
  const button = document.createElement('button');
  region.className = 'enrollment-ending';
  // Polite: it is read out when the person pauses, and takes no focus.
  region.setAttribute('role', 'status');
  text.className = 'enrollment-ending__text';
  button.type = 'button';
  button.className = 'enrollment-ending__button';
  form.prepend(region);

  let limits = [];
  let timer;
  let field = null;
  // True once the form is on its way: nothing that arrives then may replace its page.
  let leaving = false;
  form.addEventListener('submit', () => {
    leaving = true;
  });
  form.addEventListener('focusin', ({ target }) => {
    if (target !== button) field = target;
  });

  const say = (sentence, label = null) => {
    if (text.textContent !== sentence) text.textContent = sentence;
    button.textContent = label ?? '';
    region.replaceChildren(text, ...(label === null ? [] : [button]));
  };
  const check = () => {
    clearTimeout(timer);
    const [next] = limits;
    if (next === undefined) return;
    const left = next.at - Date.now();
    if (left > warning) {
      timer = setTimeout(check, left - warning);
    } else if (left > 0) {
      say(next.ending, next.extend);
      timer = setTimeout(check, left);
    } else {
      say(next.ended);
      if (next.of === 'password') askPasswordAgain(form);
      limits.shift();
      check();
    }
  };
  const start = (json) => {
    limits = JSON.parse(json).limits.map((limit) => ({ ...limit, at: Date.now() + limit.seconds * 1000 }));
    check();
  };

  button.addEventListener('click', async () => {
    const body = new URLSearchParams(hiddenIn(form).map(({ name, value }) => [name, value]));
    body.set('enrollment_extend', '1');
    const { extended, failed } = JSON.parse(form.dataset.time);
    try {
      const answer = await fetch(form.getAttribute('action') || location.href, { method: 'POST', body });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (leaving) return;
      const fresh = [...page.querySelectorAll('form[data-time]')].find((one) => stepOf(one) === stepOf(form));
      if (fresh === undefined) {
        location.reload();
        return;
      }
      const values = new Map(hiddenIn(fresh).map(({ name, value }) => [name, value]));
      for (const input of hiddenIn(form)) input.value = values.get(input.name) ?? input.value;
      say(extended);
      (field ?? form.querySelector('input:not([type="hidden"])'))?.focus();
      start(fresh.dataset.time);
    } catch {
      // Offline, or an outage: the button stays.
      if (!leaving) say(failed, button.textContent || null);
    }
  });
  // A computer that slept wakes up later than its timers.
  document.addEventListener('visibilitychange', check);
  addEventListener('pageshow', () => {
    leaving = false;
    check();
  });
  start(form.dataset.time);
}
