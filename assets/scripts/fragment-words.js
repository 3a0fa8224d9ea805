// A link may end in `#type=invite&app=Acme`, as at Auth0: it chooses among the titles that the server knows, and no more.
const form = document.querySelector('form[data-words]');
const heading = document.querySelector('h1');
const key = 'enrollment.words';
const given = new URLSearchParams(location.hash.slice(1));
const path = location.pathname;

/** The choice is kept for the page that shows this flow's form again, with what was wrong. */
function kept() {
  const isShownAgain =
    document.getElementsByClassName('enrollment-errors').length > 0 ||
    form.querySelector('[aria-invalid="true"]') !== null;
  const choice = JSON.parse(globalThis.sessionStorage.getItem(key));
  return isShownAgain && choice?.path === path ? choice : null;
}

function chosen() {
  const [type, app] = [given.get('type'), given.get('app')];
  const isGiven = type !== null || app !== null;
  // Browsers may refuse the storage: the choice then holds for one page.
  try {
    const choice = isGiven ? { path, type, app } : kept();
    if (choice) globalThis.sessionStorage.setItem(key, JSON.stringify(choice));
    else globalThis.sessionStorage.removeItem(key);
    return choice;
  } catch {
    return isGiven ? { type, app } : null;
  }
}

function show({ type, app }) {
  const known = JSON.parse(form.dataset.words);
  const same = (one, other) => one !== null && other !== null && one.toLowerCase() === other.toLowerCase();
  const [first] = known;
  const ofType = known.filter((words) => words.type === (type ?? first?.type));
  const words = ofType.find((one) => same(one.app, app)) ?? ofType.find((one) => one.app === null);
  if (!words) return;
  // Inside the document's title, the heading stands without its own direction marks.
  const bare = heading.textContent.trim().replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
  document.title = document.title.replace(bare, () => words.title);
  heading.textContent = words.title;
}

const choice = form && heading ? chosen() : null;
if (choice) show(choice);
// It has done its work, and belongs into no other address.
if (choice && location.hash) globalThis.history.replaceState(null, '', path + location.search);
