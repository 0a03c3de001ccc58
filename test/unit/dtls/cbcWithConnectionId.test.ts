import assert from 'node:assert/strict';
import { createDecipheriv, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { concatBytes, encodeUtf8, toHex } from '../../../src/base/bytes';
import { prf } from '../../../src/dtls/prf';
import { decodeRecord } from '../../../src/dtls/record';
import { RecordLayer } from '../../../src/dtls/recordLayer';
import { epochKeys } from '../../../src/dtls/recordProtection';
import { seededRandom } from '../../support/seededRandom';
import { suites } from './pair';

// No peer that can be installed speaks CBC with a connection ID as the standard has it, so it is read by hand here.
for (const encryptThenMac of [false, true]) {
  const order = encryptThenMac ? 'encryption first (RFC 9146 section 5.2)' : 'MAC first (section 5.1)';
  test(`a record of CBC_SHA256 with a connection ID is as the standard writes it, ${order}`, () => {
    const random = seededRandom(1);
    const [master, clientRandom, serverRandom] = [random.bytes(48), random.bytes(32), random.bytes(32)];
    const [suite] = suites(0x00ae);
    const cid = Uint8Array.of(0xc1, 0xd2, 0xe3);
    const text = encodeUtf8('twenty-one bytes long');
    const sender = new RecordLayer();
    const keys = epochKeys(
      suite ?? assert.fail(),
      master,
      clientRandom,
      serverRandom,
      encryptThenMac,
      random,
    );
    sender.writeWith(keys.client, cid);
    sender.seal(1, 23, text);
    const record = sender.seal(1, 23, text) ?? assert.fail();

    // type, version, epoch, number, connection ID, length
    const length = record.length - 16;
    assert.equal(
      toHex(record.subarray(0, 16)),
      `19fefd0001000000000001c1d2e3${length.toString(16).padStart(4, '0')}`,
    );
    const block = prf(master, 'key expansion', concatBytes([serverRandom, clientRandom]), 96);
    const [macKey, key] = [block.subarray(0, 32), block.subarray(64, 80)];
    const macOver = (covered: Uint8Array): string => {
      const head = `ffffffffffffffff190319fefd0001000000000001c1d2e3${covered.length.toString(16).padStart(4, '0')}`;
      return createHmac('sha256', macKey).update(Buffer.from(head, 'hex')).update(covered).digest('hex');
    };
    const fragment = record.subarray(16);
    const encrypted = encryptThenMac ? fragment.subarray(0, -32) : fragment;
    const decipher = createDecipheriv('aes-128-cbc', key, encrypted.subarray(0, 16)).setAutoPadding(false);
    const opened = decipher.update(encrypted.subarray(16));
    // the text, its real type, and no zeros
    const inner = concatBytes([text, Uint8Array.of(23)]);
    assert.equal(toHex(opened.subarray(0, inner.length)), toHex(inner));
    if (encryptThenMac) {
      assert.equal(toHex(fragment.subarray(-32)), macOver(encrypted));
    } else {
      assert.equal(toHex(opened.subarray(inner.length, inner.length + 32)), macOver(inner));
    }
    const padding = opened.subarray(inner.length + (encryptThenMac ? 0 : 32));
    assert.deepEqual([...padding], Array<number>(padding.length).fill(padding.length - 1));

    const receiver = new RecordLayer();
    receiver.readWith(keys.client, true);
    const read = decodeRecord(record, 0, cid.length);
    const taken = receiver.open(read.ok ? read.value.record : assert.fail());
    assert.ok(typeof taken === 'object' && toHex(taken.plaintext) === toHex(text));
  });
}
