/**
 * Makes `media/kconfig/symbols.json` from a JSON of facts about Kconfig symbols:
 *
 *   npm run generate:kconfig -- FACTS.json
 *
 * FACTS maps `CONFIG_X` to { type, default[], range[], depends[], select[], imply[], file, ncs[] }; `ncs` names the
 * releases that have it: `2.0` … `3.2dev`, `zephyr-4.1`, `anjay-zephyr-3.11`. Prompts are not taken over.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('Name the JSON of facts: npm run generate:kconfig -- FACTS.json');
  process.exit(2);
}

/** The order of `TYPE_BY_FLAG` in `src/language/kconfig/symbolTable.ts`. */
const TYPES = ['bool', 'int', 'string', 'hex'];
const IN_ZEPHYR = 4;
const IN_ANJAY = 8;

const facts = JSON.parse(readFileSync(file, 'utf8'));
const release = (name) => name.replace(/dev$/, '');
const seen = [...new Set(Object.values(facts).flatMap(({ ncs }) => ncs))];
const ncs = seen
  .filter((name) => /^\d/.test(name))
  .map(release)
  .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
const versionAfter = (prefix) => seen.find((name) => name.startsWith(prefix))?.slice(prefix.length) ?? '';

const interned = (list) => (text) => {
  const index = list.indexOf(text);
  return index === -1 ? list.push(text) - 1 : index;
};
const files = [];
const texts = [];
const fileIndex = interned(files);
const textIndex = interned(texts);
const expression = (text) => text.replace(/\s*#.*$/, '').replace(/^\((\w+)\)$/, '$1');

const symbols = {};
for (const [name, fact] of Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1))) {
  const type = TYPES.indexOf(fact.type);
  if (type === -1) throw new Error(`${name}: type ${fact.type} is none of ${TYPES.join(', ')}`);
  const releases = fact.ncs.filter((one) => /^\d/.test(one)).map((one) => ncs.indexOf(release(one)));
  const depends = [...new Set(fact.depends.map(expression))];
  const row = [
    type |
      (fact.ncs.some((one) => one.startsWith('zephyr-')) ? IN_ZEPHYR : 0) |
      (fact.ncs.some((one) => one.startsWith('anjay-')) ? IN_ANJAY : 0),
    fileIndex(fact.file),
    releases.length ? Math.min(...releases) : -1,
    releases.length ? Math.max(...releases) : -1,
    fact.default,
    fact.range,
    depends.map(textIndex),
    fact.select.map(textIndex),
    fact.imply.map(textIndex),
  ];
  while (Array.isArray(row.at(-1)) && row.at(-1).length === 0) row.pop();
  symbols[name.replace(/^CONFIG_/, '')] = row;
}

const table = {
  format: 1,
  ncs,
  zephyr: versionAfter('zephyr-'),
  anjay: versionAfter('anjay-zephyr-'),
  files,
  texts,
  symbols,
};
const json = `${JSON.stringify(table).replace(/(\],)(?="[A-Z0-9_]+":\[)|(?<=[,{])(?="(?:files|texts|symbols)":)/g, '$1\n')}\n`;
const out = path.join('media', 'kconfig');
mkdirSync(out, { recursive: true });
writeFileSync(path.join(out, 'symbols.json'), json);
console.log(`${Object.keys(symbols).length} symbols, ${json.length} bytes, gzip ${gzipSync(json).length}`);
