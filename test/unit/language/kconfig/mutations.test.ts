import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KconfigProblem } from '../../../../src/language/kconfig/check';
import { applyEdits } from '../../../../src/language/text';
import { seededRandom } from '../../../support/seededRandom';
import { problemsOf, shippedSymbols } from './support';
import { seed } from '../../../support/seed';

const LINES = `CONFIG_LWM2M_CLIENT_UTILS=y
CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://leshan.eclipseprojects.io:5684"
CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG=35724861
CONFIG_LWM2M_CLIENT_UTILS_BOOTSTRAP_TLS_TAG=35724862
CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=35724861
CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP=y
CONFIG_LWM2M_SECURITY_INSTANCE_COUNT=3
CONFIG_LWM2M_DTLS_SUPPORT=y
CONFIG_LWM2M_SECURITY_KEY_SIZE=33
CONFIG_LWM2M_COAP_BLOCK_SIZE=512
CONFIG_LWM2M_COAP_MAX_MSG_SIZE=1280
CONFIG_LWM2M_COAP_BLOCK_TRANSFER=y
CONFIG_LWM2M_CARRIER=y
CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=35724860
CONFIG_ANJAY=y
CONFIG_NRF_CLOUD_SEC_TAG=16842753
CONFIG_APP_LWM2M_PSK="8f3a6c01d2e4b5978f3a6c01d2e4b597"
CONFIG_APP_ENDPOINT_PREFIX="urn:imei:"
CONFIG_COAP_EXTENDED_OPTIONS_LEN=y
CONFIG_COAP_EXTENDED_OPTIONS_LEN_VALUE=40
CONFIG_DOWNLOADER=y
CONFIG_DOWNLOADER_TRANSPORT_COAP=y
CONFIG_DOWNLOADER_STACK_SIZE=4096
CONFIG_FOTA_DOWNLOAD=y
CONFIG_FOTA_DOWNLOAD_HOST_NAME_LENGTH=20
CONFIG_DOWNLOAD_CLIENT=y
CONFIG_MCUBOOT_IMGTOOL_SIGN_VERSION="1.0.0"`.split('\n');

const VALUES = [
  'y',
  'n',
  '',
  '-1',
  '0',
  '25',
  '412',
  '1000',
  '2652900',
  '2147483650',
  '99999999999999999999',
  '0x10',
  '""',
  '"coap://h:5684"',
  '"coaps://eu.iot.avsystem.cloud"',
  '"https://"',
  '":::"',
  '"0g"',
  '"\\',
];

const random = seededRandom(seed);
const below = (count: number): number => Math.floor(random.unit() * count);
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

function mutated(names: readonly string[]): string {
  const lines: string[] = [];
  for (const line of LINES) {
    const kind = below(8);
    if (kind <= 1) continue;
    const symbol = line.slice(0, line.indexOf('='));
    if (kind === 2) lines.push(`${symbol}=${pick(VALUES)}`);
    else if (kind === 3) lines.push(`# ${symbol} is not set`);
    else if (kind === 4) lines.push(`${pick(names)}=${pick(VALUES)}`, line);
    else if (kind === 5 && below(4) === 0) lines.push(line.slice(0, below(line.length)));
    else lines.push(line);
  }
  return lines.join(pick(['\n', '\r\n']));
}

test(`2,000 mutated folders are judged, in their places, and each preferred fix mends (seed ${seed})`, () => {
  const names = shippedSymbols().names();
  for (let run = 0; run < 2000; run++) {
    const files: Readonly<Record<string, string>> = {
      'prj.conf': mutated(names),
      ...(run % 3 === 0 ? { 'overlay-a.conf': mutated(names) } : {}),
      ...(run % 5 === 0 ? { 'boards/b.conf': mutated(names) } : {}),
    };
    const platform = pick(['ncs-2.6.0', 'ncs-2.9.0', 'ncs-3.1.0', 'ncs-3.2.0', 'zephyr-4.1.0', 'anjay']);
    const problems = problemsOf(files, platform);
    for (const problem of problems) {
      const text = files[problem.uri];
      assert.ok(text !== undefined, `${problem.code} is told in a file there is`);
      const { start, end } = problem.range;
      assert.ok(start >= 0 && start <= end && end <= text.length);
      for (const { changes } of problem.fixes)
        for (const change of changes) {
          if (change.kind !== 'edit') continue;
          const edits = [...change.edits].sort((a, b) => a.range.start - b.range.start);
          edits.forEach(({ range }, i) => {
            assert.ok(range.end <= (files[change.uri] ?? '').length);
            assert.ok(i === 0 || (edits[i - 1]?.range.end ?? 0) <= range.start, 'edits don’t overlap');
          });
        }
      // One of each run is mended: the same thing is then no longer told.
      const preferred = problem.fixes.find((fix) => fix.preferred);
      if (!preferred || below(4) !== 0) continue;
      const mended = { ...files };
      for (const change of preferred.changes)
        if (change.kind === 'edit') mended[change.uri] = applyEdits(files[change.uri] ?? '', change.edits);
        else if (change.kind === 'create') mended[change.uri] = change.text;
      const alike = (all: readonly KconfigProblem[]): number =>
        all.filter(
          ({ code, message, uri }) =>
            code === problem.code && message === problem.message && uri === problem.uri,
        ).length;
      assert.ok(
        alike(problemsOf(mended, platform)) < alike(problems),
        `${problem.code} is still told after “${preferred.title}” (run ${run}, ${platform}):\n${problem.message}\n${JSON.stringify(files, null, 1)}`,
      );
    }
  }
});
