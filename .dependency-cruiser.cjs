const { layerRules } = require('./scripts/layer-rules.mjs');

module.exports = {
  forbidden: layerRules(),
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.d.ts', '.mjs', '.cjs', '.json'],
    },
  },
};
