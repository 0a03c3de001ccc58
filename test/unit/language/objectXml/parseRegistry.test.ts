import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parseXml } from '../../../../src/language/objectXml/parse';
import { assertTree, registryFolder } from './fixture';
import { someMutations } from './mutations';

const skip = existsSync(registryFolder) ? false : `no registry at ${registryFolder} (REGISTRY_DIR)`;

test(
  'twenty files of the registry in every prefix and with one character wrong at every place',
  { skip },
  () => {
    const bySize = readdirSync(registryFolder)
      .filter((name) => /^\d+\.xml$/.test(name))
      .map((name) => path.join(registryFolder, name))
      .sort((a, b) => statSync(a).size - statSync(b).size);
    for (const file of bySize.slice(0, 20)) {
      const text = readFileSync(file, 'utf8');
      assert.deepEqual(parseXml(text).faults, [], file);
      for (let end = 0; end < text.length; end++) assertTree(parseXml(text.slice(0, end)));
      for (const mutation of someMutations(text)) assertTree(parseXml(mutation));
    }
  },
);
