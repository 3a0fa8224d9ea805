import { didYouMean, misspelled } from '../base/did-you-mean.js';
import { viewFolders } from '../pages/views/folders.js';
import { listViews } from '../pages/views/view-list.js';
import { usage } from './terminal.js';

/** The names of the kit's views. */
export function kitViews(): readonly string[] {
  return listViews(viewFolders(undefined)).map(({ view }) => view);
}

/** The name of a view of the kit, as it was typed. @throws CommandError with the one that was meant */
export function knownView(given: string): string {
  const name = given.replace(/^\//, '').replace(/\.ejs$/, '');
  const known = kitViews();
  if (known.includes(name)) return name;
  // `prompt` is `pages/prompt`, and `mail/invitaton` is near `mail/html/invitation`.
  const last = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const near = misspelled(last(name), known.map(last));
  const elsewhere =
    near === null
      ? undefined
      : known.filter((one) => last(one) === near).sort((a, b) => sharedStart(b, name) - sharedStart(a, name))[0];
  const meant = elsewhere === undefined ? didYouMean(name, known) : `; did you mean "${elsewhere}"?`;
  throw usage(`the kit has no view "${name}"${meant}`);
}

/** The number of letters with which both begin. */
function sharedStart(one: string, other: string): number {
  const end = [...one].findIndex((letter, index) => letter !== other[index]);
  return end === -1 ? one.length : end;
}
