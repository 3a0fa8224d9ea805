// A link may end in `#type=invite&app=Acme`, as at Auth0: it chooses among the titles that the server knows, and no more.
const form = document.querySelector('form[data-words]');
const heading = document.querySelector('h1');
const wanted = new URLSearchParams(location.hash.slice(1));
const type = wanted.get('type');
const app = wanted.get('app');

if (form && heading && (type || app)) {
  const known = JSON.parse(form.dataset.words);
  const same = (one, other) => one !== null && other !== null && one.toLowerCase() === other.toLowerCase();
  const [first] = known;
  const ofType = known.filter((words) => words.type === (type ?? first?.type));
  const words = ofType.find((one) => same(one.app, app)) ?? ofType.find((one) => one.app === null);
  if (words) {
    document.title = document.title.replace(heading.textContent.trim(), () => words.title);
    heading.textContent = words.title;
  }
  // It has done its work, and belongs into no other address.
  globalThis.history.replaceState(null, '', location.pathname + location.search);
}
