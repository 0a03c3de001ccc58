import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  dfuPackage,
  elf,
  espImage,
  factsOf,
  intelHex,
  mcubootImage,
  modemDelta,
  modemFull,
} from '../../support/images';
import { seededRandom } from '../../support/seededRandom';
import {
  ESPTOOL_ESP32C3,
  IMGTOOL_ENCRYPTED,
  IMGTOOL_SIGNED,
  IMGTOOL_WITH_PROTECTED_TLVS,
} from './imageVectors';
import { seed } from '../../support/seed';

/** How many mutations each kind gets; `MUTATIONS=100000` for the long run. */
const MUTATIONS = Number(process.env['MUTATIONS'] ?? 2000);
console.log(`seed ${seed}, ${MUTATIONS} mutations a kind`);
const random = seededRandom(seed);
const below = (limit: number) => Math.floor(random.unit() * limit);

/** Images are small here, so that a mutation hits a header as often as the program. */
const KINDS: Readonly<Record<string, readonly Uint8Array[]>> = {
  mcuboot: [
    IMGTOOL_SIGNED,
    IMGTOOL_WITH_PROTECTED_TLVS,
    IMGTOOL_ENCRYPTED,
    mcubootImage({ programSize: 40, headerSize: 32, padding: 30 }),
  ],
  esp: [
    ESPTOOL_ESP32C3,
    espImage({ segments: [8, 0, 20] }),
    espImage({ segments: [3], hashAppended: false }),
  ],
  zip: [
    dfuPackage({ 'app.bin': Uint8Array.of(1, 2, 3) }),
    dfuPackage({ 'a.bin': Uint8Array.of(1), 'b.bin': Uint8Array.of(2) }, 0),
  ],
  'modem and others': [modemDelta(40), modemFull(40), intelHex(), elf()],
};

/** What breaks readers: bits, lengths that lie, cuts, repeats, other bytes in between. */
function mutate(bytes: Uint8Array): Uint8Array {
  let changed = Array.from(bytes);
  for (let times = 1 + below(3); times > 0; times--) {
    const place = below(changed.length + 1);
    const kind = below(7);
    if (kind === 0) changed[place] = (changed[place] ?? 0) ^ (1 << below(8));
    else if (kind === 1) changed[place] = [0, 1, 0x7f, 0x80, 0xff][below(5)] ?? 0;
    else if (kind === 2) changed = changed.slice(0, place);
    else if (kind === 3) changed.splice(place, below(4));
    else if (kind === 4) changed.splice(place, 0, ...Array.from(random.bytes(1 + below(4))));
    else if (kind === 5) changed.splice(place, 0, ...changed.slice(place, place + below(60)));
    else changed.splice(place, 4, ...Array.from(random.bytes(4)));
  }
  return Uint8Array.from(changed, (byte) => byte ?? 0);
}

describe('mutated images never throw, never hang, and say where they are wrong', () => {
  for (const [kind, images] of Object.entries(KINDS)) {
    test(kind, async () => {
      let refused = 0;
      for (let n = 0; n < MUTATIONS; n++) {
        const bytes = mutate(images[n % images.length] ?? new Uint8Array(0));
        try {
          const facts = await factsOf(bytes);
          assert.equal(facts.size, bytes.length);
          if (!facts.sendable) refused++;
          assert.ok(facts.sendable || facts.problems.length > 0);
          for (const { message, offset } of facts.problems) {
            assert.ok(message.length > 0 && message.length < 300, message);
            assert.ok(offset !== undefined && Number.isInteger(offset), message);
            assert.ok(offset >= 0 && offset <= bytes.length, `${message} at ${offset} of ${bytes.length}`);
          }
        } catch (error) {
          throw new Error(`seed ${seed}, mutation ${n}: ${Buffer.from(bytes).toString('hex')}`, {
            cause: error,
          });
        }
      }
      assert.ok(refused > MUTATIONS / 10, `only ${refused} refused`);
    });
  }
});
