import { didYouMean } from '../../base/did-you-mean.js';
import { isJsonObject } from '../../base/json.js';
import type { Problems } from '../problems.js';
import type { EntryTree } from '../read/document.js';
import type { ApplySettings } from './apply.js';
import type { ResolvedFields } from './resolve-fields.js';

type ModelSettings = Pick<ApplySettings, 'modelKind' | 'knownModels' | 'foreign' | 'isApplied'>;

/** What the captcha of a file refers to. The app gives that stage with its keys, and then the file needs none of them. */
const keyModel = 'authentik_crypto_secrets.secret';

/** What takes its place, where the kit has it by another way than files. */
const instead: ReadonlyMap<string, string> = new Map([
  ['authentik_stages_invitation.invitation', 'codes are made by invitations.create, never of a file'],
  [
    'authentik_stages_authenticator_email.authenticatoremailstage',
    'the kit has apps, passkeys and recovery codes as second factors',
  ],
  [keyModel, 'keys are the app’s, and none is read of a file'],
]);

function foreignSentence(model: string): string {
  const other = instead.get(model);
  return `${model} has no meaning here${other === undefined ? '' : `: ${other}`}`;
}

/** What the model of an entry means for it: whether there is such a model, and whether it is left out. */
export function entryModels(settings: ModelSettings, problems: Problems) {
  return {
    /** True for a model of authentik that is to be left out, which is reported. */
    isSkipped(model: string, entry: EntryTree): boolean {
      const isLeftOut = settings.foreign === 'skip' || model === keyModel;
      if (!isLeftOut || settings.modelKind(model) !== 'foreign') return false;
      problems.add('skipped', entry.model?.at ?? entry.at, foreignSentence(model));
      return true;
    },

    /** False for a model that no entry can have, which is reported. */
    isSupported(model: string, entry: EntryTree): boolean {
      const kind = settings.modelKind(model);
      if (kind === 'known') return true;
      const at = entry.model?.at ?? entry.at;
      if (kind === 'foreign') problems.add('refused', at, foreignSentence(model));
      else
        problems.add(
          'refused',
          at,
          `there is no model "${model.slice(0, 100)}"${didYouMean(model, settings.knownModels)}`,
        );
      return false;
    },

    /**
     * False where the file that the entry asks for is missing and required, as it is by default. authentik's own files
     * say of others, which an app need not have, that they are not.
     */
    hasRequiredFile({ at }: EntryTree, { values: { identifiers, required } }: ResolvedFields): boolean {
      const asked = isJsonObject(identifiers) ? identifiers : {};
      if (settings.isApplied(asked)) return true;
      const name = JSON.stringify(asked['name'] ?? asked['path'] ?? null);
      const sentence = `the flow file ${name}, which this one asks for, is not among the files`;
      const isRequired = (required ?? true) === true;
      problems.add(isRequired ? 'refused' : 'noticed', at, sentence);
      return !isRequired;
    },
  };
}
