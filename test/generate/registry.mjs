/**
 * Makes `media/registry/objects.json` (a table of facts, no prose) and `NOTICE.md` from a folder of registry XML:
 *
 *   npm run generate:registry -- FOLDER [SNAPSHOT]
 *
 * FOLDER is a checkout of OMA's lwm2m-registry: `<ID>.xml`, `version_history/`, `Common.xml`, `LWM2M_senml_units.xml`,
 * `DDF.xml`. SNAPSHOT names it ("prod b62ffc2, 22 Feb 2024"); without it the folder's own git commit does.
 */
import * as esbuild from 'esbuild';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as prettier from 'prettier';
import { notice } from './notice.mjs';

/** SenML units (RFC 8428 §12.1, RFC 8798 §4, IANA's additions of CoRE); `*`: its use is not recommended. */
const PRIMARY =
  'm kg g* s A K cd mol Hz rad sr N Pa J W C V F Ohm S Wb T H Cel lm lx Bq Gy Sv kat m2 m3 l* m/s m/s2 m3/s l/s* ' +
  'W/m2 cd/m2 bit bit/s lat lon pH dB dBW Bspl* count / %* %RH %EL EL 1/s 1/min* beat/min* beats* S/m B VA VAs var ' +
  'vars J/m kg/m3 deg* NTU';
const SECONDARY =
  'ms min h MHz kW kVA kvar Ah Wh kWh varh kvarh kVAh Wh/km KiB GB Mbit/s B/s MB/s mV mA dBm ug/m3 mm/h m/h ppm /100 ' +
  '/1000 hPa mm cm km km/h ppb ppt VAh mg/l ug/l g/l';

const [folder, given] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Name the folder of registry XML: npm run generate:registry -- FOLDER [SNAPSHOT]');
  process.exit(2);
}

/** The project's own reader and table layout, so that what is written is what will be read. */
async function projectModules() {
  const built = await esbuild.build({
    stdin: {
      contents: `export * from './src/objects/objectXml'; export * from './src/objects/registryTable'; export * from './src/objects/version'; export * from './src/objects/registry'; export * from './src/objects/textDigest'; export * from './src/language/objectXml/parse'; export * from './src/language/objectXml/object';`,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  return import(
    `data:text/javascript;base64,${Buffer.from(built.outputFiles[0].contents).toString('base64')}`
  );
}

const read = (...parts) => readFileSync(path.join(folder, ...parts), 'utf8').replace(/^\uFEFF/, '');
const xmlIn = (...parts) =>
  readdirSync(path.join(folder, ...parts))
    .filter((name) => /^\d+(-\d+_\d+)?\.xml$/.test(name))
    .sort((a, b) => parseInt(a) - parseInt(b) || a.localeCompare(b))
    .map((name) => path.join(...parts, name));

function snapshotName() {
  if (given !== undefined) return given;
  try {
    const args = ['-C', folder, 'log', '-1', '--format=%h, %cs'];
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    const hash = createHash('sha256');
    if (existsSync(path.join(folder, 'DDF.xml'))) hash.update(read('DDF.xml'));
    return `a snapshot whose DDF.xml has SHA-256 ${hash.digest('hex').slice(0, 16)}`;
  }
}

const project = await projectModules();

/** Rows of the table, each distinct one once. */
const rows = [];
const rowIndex = new Map();
function indexOf(resource) {
  const { id, name, operations, type, multiple, mandatory, range = '', units = '' } = resource;
  const flags =
    (multiple ? project.MULTIPLE : 0) |
    (mandatory ? project.MANDATORY : 0) |
    (project.OPERATIONS_BY_FLAG.indexOf(operations) << project.OPERATIONS_SHIFT) |
    (project.TYPE_BY_FLAG.indexOf(type) << project.TYPE_SHIFT);
  const row = [id, name, flags, range, units];
  while (row.at(-1) === '') row.pop();
  const key = JSON.stringify(row);
  const known = rowIndex.get(key);
  if (known !== undefined) return known;
  rows.push(row);
  rowIndex.set(key, rows.length - 1);
  return rows.length - 1;
}

const definitions = new Map();
const copyrights = new Set();
const problems = [];
for (const file of [...xmlIn(), ...xmlIn('version_history')]) {
  const text = read(file);
  for (const [, line] of text.matchAll(/(?:^|<!--)\s*(copyright\s+(?:\(c\)\s*)?\d.*?)\s*$/gim))
    copyrights.add(line);
  const parsed = project.parseObjectXml(text, 'registry');
  problems.push(...parsed.problems.map((one) => `${file}: ${one.message}`));
  for (const definition of parsed.definitions) {
    const key = `${definition.id}/${definition.version}`;
    if (!definitions.has(key)) definitions.set(key, definition);
  }
}

const sorted = [...definitions.values()].sort(
  (a, b) => a.id - b.id || project.compareVersions(a.version, b.version),
);
const objects = sorted.map(({ id, version, name, multiple, mandatory, lwm2mVersion = '', resources }) => [
  id,
  version,
  name,
  (multiple ? project.MULTIPLE : 0) | (mandatory ? project.MANDATORY : 0),
  lwm2mVersion,
  [...resources.values()].map(indexOf),
]);
const commonXml = read('Common.xml');
const commonResources = project.parseCommonXml(commonXml);
const common = commonResources.map(indexOf);
/** Digests in place of the registry's prose: enough to see whether a description was copied as it stands. */
const [commonObject] = project.readTree(project.parseXml(commonXml)).objects;
const descriptionOf = new Map(
  commonObject.items.map((item) => [item.id, project.textDigest(project.valueOf(item, 'Description'))]),
);
const commonDescriptions = commonResources.map(({ id }) => descriptionOf.get(id) ?? '');
const plain = (list) => list.split(' ').map((unit) => unit.replace(/(.)\*$/, '$1'));
const oma = [...read('LWM2M_senml_units.xml').matchAll(/<value>\s*(.*?)\s*<\/value>/g)].map(
  ([, unit]) => unit,
);
const table = {
  format: 1,
  snapshot: `OMA LwM2M registry, ${snapshotName()}`,
  units: {
    primary: plain(PRIMARY),
    secondary: plain(SECONDARY),
    oma,
    notRecommended: PRIMARY.split(' ')
      .filter((unit) => /.\*$/.test(unit))
      .map((unit) => unit.slice(0, -1)),
  },
  common,
  commonDescriptions,
  resources: rows,
  objects,
};
const json = `${JSON.stringify(table).replace(/(\],)(?=\[)|(?<=[,{])(?="(?:units|common|commonDescriptions|resources|objects)":)/g, '$1\n')}\n`;
if (!project.loadRegistry(json).ok) throw new Error('the table written could not be read');

const out = path.join('media', 'registry');
mkdirSync(out, { recursive: true });
writeFileSync(path.join(out, 'objects.json'), json);
const indexEntries = existsSync(path.join(folder, 'DDF.xml'))
  ? [...read('DDF.xml').matchAll(/<Item>/g)].length
  : 0;
const text = notice({
  snapshot: table.snapshot,
  counts: {
    objects: new Set(sorted.map(({ id }) => id)).size,
    versions: sorted.length,
    resources: sorted.reduce((sum, { resources }) => sum + resources.size, 0),
    common: common.length,
    indexEntries,
  },
  copyrights,
});
writeFileSync(path.join(out, 'NOTICE.md'), await prettier.format(text, { parser: 'markdown' }));

console.log(
  `${sorted.length} versions of ${new Set(sorted.map(({ id }) => id)).size} objects, ${rows.length} rows`,
);
console.log(`${json.length} bytes, gzip ${gzipSync(json).length}`);
for (const one of problems) console.log(`odd: ${one}`);
