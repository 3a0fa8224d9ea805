import { cruiseLib } from './cruise.mjs';

const { modules, summary } = cruiseLib();
const violations = new Set(summary.violations.map(describe));

for (const violation of violations) console.error(violation);
const files = modules.filter((module) => module.source.startsWith('lib/')).length;
console.log(`${files} files, ${violations.size} violation${violations.size === 1 ? '' : 's'} of the layers`);
process.exitCode = violations.size > 0 ? 1 : 0;

function describe({ from, to, cycle, rule, comment }) {
  const way = cycle
    ? [from, ...cycle.map((step) => step.name ?? step)].join(' -> ')
    : from === to
      ? from
      : `${from} -> ${to}`;
  return `${way}\n    ${comment ?? summary.ruleSetUsed.forbidden.find(({ name }) => name === rule.name)?.comment} (${rule.name})`;
}
