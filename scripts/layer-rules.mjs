import { builtins, packageRootReaders, packages, rooms, typesOnly } from './rooms.mjs';

/** dependency-cruiser's rules, made from the map of rooms. */
export function layerRules() {
  return [
    ...Object.entries(rooms)
      .filter(([, may]) => may !== 'any')
      .map(roomRule),
    ...typesOnly.map(typesOnlyRule),
    ...Object.entries(packages).flatMap(packageRules),
    ...Object.entries(builtins).map(builtinsRule),
    ...outsideRules(),
    ...borderRules(),
  ].map((rule) => ({ severity: 'error', ...rule }));
}

const asTypes = ['type-only', 'type-import'];
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const place = (name) => `^lib/${escape(name)}${name.endsWith('.ts') ? '$' : '/'}`;
const anyPlace = (names) => names.map(place).join('|');
const anyRoom = anyPlace(Object.keys(rooms));

function roomRule([room, may]) {
  const comment = `${room} may import ${may.length > 0 ? may.join(', ') : 'nothing of ours'}`;
  return {
    name: `room-${room}`,
    comment,
    from: { path: place(room) },
    to: { path: '^lib/', pathNot: anyPlace([room, ...may]) },
  };
}

function typesOnlyRule(room) {
  const comment = `${room} holds types only: write "import type"`;
  return {
    name: `types-only-${room}`,
    comment,
    from: { path: place(room) },
    to: { dependencyTypesNot: asTypes },
  };
}

const inPackage = (name) => `(^|/)node_modules/(@types/)?${escape(name)}/`;

function packageRules([name, { in: places, optional }]) {
  const path = inPackage(name);
  const elsewhere = {
    name: `package-${name}`,
    comment: `${name} is imported in ${places.map((at) => `lib/${at}`).join(' and ')} only`,
    from: { path: '^lib/', pathNot: anyPlace(places) },
    to: { path },
  };
  const atTheTop = {
    name: `optional-${name}`,
    comment: `an app may not have ${name}: import its types, and values by "await import()"`,
    from: { path: '^lib/' },
    to: { path, dynamic: false, dependencyTypesNot: asTypes },
  };
  return optional ? [elsewhere, atTheTop] : [elsewhere];
}

function builtinsRule([room, names]) {
  return {
    name: `builtins-${room}`,
    comment: `${room} may use ${names.length > 0 ? names.join(', ') : 'none'} of Node's own modules`,
    from: { path: place(room) },
    to: { dependencyTypes: ['core'], ...(names.length > 0 ? { pathNot: `^(node:)?(${names.join('|')})$` } : {}) },
  };
}

// A file outside the rooms shows up as a start, as an end, or as neither.
function outsideRules() {
  const name = 'file-outside-the-rooms';
  const comment = 'every file of lib/ stands in a room of scripts/rooms.mjs';
  const outside = { path: '^lib/', pathNot: anyRoom };
  return [
    { name, comment, from: outside, to: {} },
    { name, comment, from: {}, to: outside },
    { name, comment, from: { ...outside, orphan: true }, to: {} },
  ];
}

function borderRules() {
  const known = Object.keys(packages).map(inPackage).join('|');
  const root = '^package-root\\.(js|d\\.ts)$';
  return [
    {
      // Types may describe each other in a circle (a flow has stages, a stage is told its flow); code may not.
      name: 'no-cycles',
      comment: 'files may not need each other in a circle',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: asTypes } },
    },
    {
      name: 'steps-apart',
      comment: 'a step of the executor imports no other step: what several share has a file beside them',
      from: { path: '^lib/executor/steps/' },
      to: { path: '^lib/executor/steps/' },
    },
    {
      name: 'lib-stays-in-lib',
      comment: 'lib/ is published alone: it imports nothing of test/, examples/ or bench/',
      from: { path: '^lib/' },
      to: { pathNot: `^lib/|node_modules/|${root}`, dependencyTypesNot: ['core'], couldNotResolve: false },
    },
    {
      name: 'own-name',
      comment: 'lib/ does not import itself by the name of the package',
      from: { path: '^lib/' },
      to: { dependencyTypes: ['aliased-tsconfig-paths'] },
    },
    {
      name: 'package-root-readers',
      comment: `#package-root is imported in ${packageRootReaders.join(', ')} only`,
      from: { path: '^lib/', pathNot: anyPlace(packageRootReaders) },
      to: { path: root },
    },
    {
      name: 'package-not-listed',
      comment: 'every npm package of lib/ is listed in scripts/rooms.mjs',
      from: { path: '^lib/' },
      to: { path: 'node_modules/', pathNot: known },
    },
    { name: 'not-found', comment: 'the import leads nowhere', from: {}, to: { couldNotResolve: true } },
  ];
}
