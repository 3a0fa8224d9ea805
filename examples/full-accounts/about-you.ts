import { defineFlow, email, promptStage, userWrite } from 'express-enrollment';
import { celPolicy, inGroup } from 'express-enrollment/policies';
import {
  alertDanger,
  alertInfo,
  alertWarning,
  checkbox,
  date,
  dateTime,
  dropdown,
  file,
  fromContext,
  hidden,
  locale,
  number,
  radioButtonGroup,
  separator,
  staticText,
  tel,
  text,
  textArea,
  textAreaReadOnly,
  textReadOnly,
  url,
  withLinks,
} from 'express-enrollment/prompts';
import { deny, dummyStage } from 'express-enrollment/stages';

/** Two pages with a prompt of most kinds. Answers whose keys `userWrite` names are kept with the account. */
export const aboutYou = defineFlow({
  slug: 'about-you',
  title: 'About you',
  designation: 'stage_configuration',
  authentication: 'require_authenticated',
  target: '/settings',
  stages: [
    { stage: deny({ name: 'banned', message: 'Your membership is on hold.' }), policies: [inGroup('banned')] },
    dummyStage({ name: 'welcome', title: 'About you', intro: 'Two short pages. Skip what you like.' }),
    promptStage({
      name: 'person',
      title: 'You',
      prompts: [
        textReadOnly({ key: 'member', label: 'Member', initial: ({ facts }) => facts.user ?? '' }),
        date({ key: 'born', label: 'Date of birth', required: false, max: '2020-12-31' }),
        tel({ key: 'phone', label: 'Phone', required: false }),
        url({ key: 'site', label: 'Website', required: false }),
        email({ key: 'contact', label: 'Another email address', required: false }),
        locale({ key: 'language', label: 'Language' }),
        textArea({ key: 'about', label: 'About you', required: false, rows: 3 }),
      ],
    }),
    promptStage({
      name: 'coffee',
      title: 'Your coffee',
      prompts: [
        textAreaReadOnly({ key: 'shown', label: 'Others read about you', initial: fromContext('prompt_data.about') }),
        separator({ label: 'Your order' }),
        dropdown({ key: 'coffee', label: 'Coffee', choices: ['Espresso', 'Filter', 'Kopi tubruk'] }),
        radioButtonGroup({ key: 'milk', label: 'Milk', choices: ['none', 'a little', 'a lot'], initial: 'none' }),
        number({ key: 'cups', label: 'Cups a day', min: 0, max: 12, initial: 2 }),
        text({ key: 'beans', label: 'Favorite beans', required: false, placeholder: 'Gayo' }),
        dateTime({ key: 'tasting', label: 'Next tasting', required: false, zone: 'Asia/Jakarta' }),
        alertInfo({ key: 'about-photo', text: 'Only members see your photo.' }),
        // The photo is counted and thrown away: an app stores it, and looks at what it is.
        file({ key: 'photo', label: 'Photo', required: false, accept: ['image/*'], maxBytes: 500_000, store: measure }),
        staticText({ key: 'rules', label: 'Rules', initial: 'Be kind, and wash your cup.' }),
        checkbox({ key: 'agreed', label: withLinks('I accept the <rules>rules</rules>.', { rules: '/' }) }),
        alertWarning({ key: 'about-cups', text: 'More than eight cups are too many.' }),
        alertDanger({ key: 'about-answers', text: 'Answers that are not true end your membership.' }),
        hidden({ key: 'answered', label: 'Answered', initial: ({ facts }) => facts.now }),
      ],
      validation: [celPolicy('prompt_data.cups <= 8', { message: 'Eight cups a day are enough.' })],
    }),
    userWrite({
      name: 'write',
      creationMode: 'never_create',
      attributes: [
        ...['born', 'phone', 'site', 'contact', 'language', 'about', 'coffee', 'milk', 'cups', 'beans'],
        ...['tasting', 'photo', 'agreed', 'answered'],
      ],
    }),
  ],
});

async function measure({ stream, name }: { stream: AsyncIterable<Uint8Array>; name: string }) {
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.length;
  return { value: { name, bytes } };
}
