/** A flow file of one flow with dummy stages. */
export function tourFile(title: string, stages: readonly string[], slug = 'tour'): string {
  return `version: 1
entries:
  - model: authentik_flows.flow
    id: flow
    identifiers: { slug: ${slug} }
    attrs: { title: ${title}, designation: authorization, target: /done }
${stages
  .map(
    (name, index) => `  - model: authentik_stages_dummy.dummystage
    id: ${name}
    identifiers: { name: ${slug}-${name} }
  - model: authentik_flows.flowstagebinding
    identifiers: { target: !KeyOf flow, stage: !KeyOf ${name}, order: ${String(index)} }`,
  )
  .join('\n')}
`;
}
