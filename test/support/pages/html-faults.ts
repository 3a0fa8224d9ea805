import { HtmlValidate } from 'html-validate';

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard', 'html-validate:a11y'],
  rules: {
    // HTML's own way of writing void elements and the doctype.
    'void-style': ['error', { style: 'omit' }],
    'doctype-style': ['error', { style: 'lowercase' }],
  },
});

/** What is not valid in this document, by the HTML standard and by rules of accessibility. */
export async function htmlFaults(html: string): Promise<readonly string[]> {
  const report = await validator.validateString(html);
  return report.results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line }) => `${ruleId}: ${message} (line ${line})`),
  );
}
