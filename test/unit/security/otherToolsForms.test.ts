import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { encodeUtf8, fromHex, toHex } from '../../../src/base/bytes';
import type { Decoded } from '../../../src/base/result';
import { certifyDevice, createAuthority } from '../../../src/security/authority';
import type { Credential, PskCredential } from '../../../src/security/credential';
import { certificatesToAtCmng, credentialsFromAtCmng, toAtCmng } from '../../../src/security/forms/atCmng';
import { certificateAsC, certificateAsCmake } from '../../../src/security/forms/certificate';
import type { Exported } from '../../../src/security/forms/form';
import { kconfigCredential, keysFromKconfig, toKconfig } from '../../../src/security/forms/kconfig';
import { credentialsFromPaste } from '../../../src/security/forms/pasted';
import { credentialsFromServerJson, toCoiote, toLeshan } from '../../../src/security/forms/serverJson';
import { toPem } from '../../../src/security/publicMaterial';
import { temporaryFolder } from '../../support/temporaryFolder';
import { VirtualClock } from '../../support/virtualClock';
import { p256 } from './material';

const DEVICE = 'urn:imei:350457791234567';
const KEY = '00112233445566778899aabbccddeeff';
const psk: PskCredential = {
  mode: 'psk',
  endpointName: DEVICE,
  identity: DEVICE,
  key: fromHex(KEY) ?? new Uint8Array(),
};

function valueOf<T>(given: Decoded<T>): T {
  assert.ok(given.ok, given.ok ? '' : given.problem.message);
  return given.value;
}

const revealed = { reveal: true };
const hidden = { reveal: false };

describe('a pre-shared key in the words of other tools', () => {
  test('nRF Connect SDK, where the endpoint name ends with an IMEI', () => {
    const { text, notes } = valueOf(toKconfig(psk, { ...revealed, server: 'coaps://192.0.2.1:5684' }));
    assert.deepEqual(text.split('\n').slice(1), [
      'CONFIG_LWM2M_DTLS_SUPPORT=y',
      'CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://192.0.2.1:5684"',
      'CONFIG_LWM2M_SECURITY_KEY_SIZE=33',
      'CONFIG_COAP_EXTENDED_OPTIONS_LEN=y',
      'CONFIG_COAP_EXTENDED_OPTIONS_LEN_VALUE=40',
      'CONFIG_APP_ENDPOINT_PREFIX="urn:imei:"',
      `CONFIG_APP_LWM2M_PSK="${KEY}"`,
      '',
    ]);
    assert.deepEqual(notes, []);
  });

  test('Zephyr, where it does not', () => {
    const { text } = valueOf(toKconfig({ ...psk, endpointName: 'dev1', identity: 'dev1' }, revealed));
    assert.match(text, /^CONFIG_LWM2M_APP_ID="dev1"$/m);
    assert.match(text, new RegExp(`^CONFIG_LWM2M_APP_PSK="${KEY}"$`, 'm'));
  });

  test('what a client can not do is noted', () => {
    const long = { ...psk, identity: 'x'.repeat(60), key: new Uint8Array(40) };
    const { text, notes } = valueOf(toKconfig(long, { ...revealed, client: 'ncs' }));
    assert.match(text, /KEY_SIZE=61$/m);
    assert.match(notes.join(' '), /presents its endpoint name.*32 bytes/);
    const other = valueOf(toKconfig({ ...psk, endpointName: 'dev1' }, { ...revealed, client: 'ncs' }));
    assert.match(other.notes.join(' '), /can't be dev1/);
    assert.match(valueOf(toKconfig(psk, { ...revealed, client: 'anjay' })).notes.join(' '), /as text/);
  });

  test('AT commands: identity, then key, with the modem off', () => {
    assert.equal(
      valueOf(toAtCmng(psk, { ...revealed, secTag: 450 })).text,
      `AT+CFUN=4\nAT%CMNG=0,450,4,"${DEVICE}"\nAT%CMNG=0,450,3,"${KEY}"\nAT+CFUN=1\n`,
    );
    assert.match(valueOf(toAtCmng(psk, revealed)).text, /=0,35724861,3,/);
    assert.ok(!toAtCmng({ ...psk, identity: 'a"b' }, revealed).ok);
    for (const secTag of [-1, 2147483648, 1.5, NaN]) assert.ok(!toAtCmng(psk, { ...revealed, secTag }).ok);
  });

  test('Leshan and Coiote', () => {
    assert.deepEqual(JSON.parse(valueOf(toLeshan(psk, revealed)).text), {
      endpoint: DEVICE,
      tls: { mode: 'psk', details: { identity: DEVICE, key: KEY } },
    });
    assert.deepEqual(JSON.parse(valueOf(toCoiote(psk, revealed)).text), {
      connectorType: 'management',
      properties: { endpointName: DEVICE },
      domain: '/',
      securityMode: 'psk',
      dtlsIdentity: DEVICE,
      dtlsPsk: { HexadecimalPsk: KEY },
    });
  });

  test('Anjay takes text alone: any other key is no line of Kconfig, but one for its shell', () => {
    const { text, notes } = valueOf(toKconfig(psk, { ...revealed, client: 'anjay' }));
    assert.doesNotMatch(text, /^CONFIG_ANJAY_ZEPHYR_PSK_KEY/m);
    assert.match(text, new RegExp(`^# .*anjay config set psk_hex ${KEY}$`, 'm'));
    assert.match(notes.join(' '), /the key of its example/);
    assert.deepEqual(valueOf(keysFromKconfig(text)), []);
    const worded = { ...psk, key: encodeUtf8('correct "horse"') };
    const own = valueOf(toKconfig(worded, { ...revealed, client: 'anjay' }));
    assert.match(own.text, /^CONFIG_ANJAY_ZEPHYR_PSK_KEY="correct \\"horse\\""$/m);
    assert.deepEqual(valueOf(credentialsFromPaste(own.text, {})), [worded]);
    assert.deepEqual(own.notes, []);
  });

  test('hidden unless it is asked for, in every one of them', () => {
    const text = { ...psk, key: encodeUtf8('correct horse battery') };
    const all: readonly Decoded<Exported>[] = [
      toKconfig(text, hidden),
      toKconfig(text, { ...hidden, client: 'zephyr' }),
      toKconfig(text, { ...hidden, client: 'anjay' }),
      toKconfig({ ...text, key: encodeUtf8('horse\n') }, { ...hidden, client: 'anjay' }),
      toAtCmng(text, hidden),
      toLeshan(text, hidden),
      toCoiote(text, hidden),
    ];
    for (const one of all) {
      const exported = valueOf(one);
      assert.doesNotMatch(JSON.stringify(exported), /horse|636f7272/i);
      assert.match(exported.text, /<hidden, SHA-256 [0-9a-f]{16}…>/);
      assert.match(exported.notes.join(' '), /hidden/);
    }
  });

  test('comes back from each as it was', () => {
    const names = fc.stringMatching(/^[A-Za-z0-9:._\\ +-]{1,40}$/);
    const keys = fc.uint8Array({ minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(names, names, keys, (endpointName, identity, key) => {
        const any: PskCredential = { mode: 'psk', endpointName, identity, key };
        const own: PskCredential = { mode: 'psk', endpointName, identity: endpointName, key };
        const back = (text: string) => valueOf(credentialsFromPaste(text, {}));
        assert.deepEqual(back(valueOf(toLeshan(any, revealed)).text), [any]);
        assert.deepEqual(back(valueOf(toCoiote(any, revealed)).text), [any]);
        assert.deepEqual(back(valueOf(toKconfig(own, { ...revealed, client: 'zephyr' })).text), [own]);
        if (!endpointName.includes('\\'))
          assert.deepEqual(back(valueOf(toAtCmng(own, revealed)).text), [own]);
        assert.deepEqual(valueOf(credentialsFromPaste(toHex(key), { endpointName, identity })), [any]);
      }),
    );
  });
});

describe('public keys and certificates in the words of other tools', async () => {
  const clock = new VirtualClock();
  const authority = await createAuthority(clock);
  const device = await certifyDevice(authority, 'dev1', clock);
  const { spki, publicKey } = p256();
  const rpk: Credential = { mode: 'rpk', endpointName: 'dev1', publicKey: spki };
  const x509: Credential = { mode: 'x509', endpointName: 'dev1', certificate: device.certificate };

  test('Leshan takes a public key, and of a certificate only that there is one', () => {
    const text = valueOf(toLeshan(rpk, hidden)).text;
    assert.deepEqual(valueOf(credentialsFromServerJson(text)), [rpk]);
    const leshan = valueOf(toLeshan(x509, hidden)).text;
    assert.deepEqual(JSON.parse(leshan), { endpoint: 'dev1', tls: { mode: 'x509' } });
    assert.ok(!credentialsFromServerJson(leshan).ok);
  });

  test('what has no form for them says so', () => {
    for (const credential of [rpk, x509])
      for (const form of [
        toKconfig(credential, hidden),
        toAtCmng(credential, hidden),
        toCoiote(credential, hidden),
      ])
        assert.ok(!form.ok && form.problem.message !== '');
  });

  test('a pasted certificate names its endpoint, a pasted public key does not', () => {
    const pem = toPem('CERTIFICATE', device.certificate);
    assert.deepEqual(valueOf(credentialsFromPaste(pem, {})), [x509]);
    assert.equal(valueOf(credentialsFromPaste(pem, { endpointName: 'else' }))[0]?.endpointName, 'else');
    const unnamed = credentialsFromPaste(publicKey, {});
    assert.ok(!unnamed.ok && unnamed.problem.code === 'ENDPOINT_NEEDED');
    assert.deepEqual(valueOf(credentialsFromPaste(publicKey, { endpointName: 'dev1' })), [rpk]);
    const secret = credentialsFromPaste(toPem('PRIVATE KEY', device.privateKey), { endpointName: 'dev1' });
    assert.ok(!secret.ok && secret.problem.code === 'PRIVATE_KEY');
  });

  test('AT commands: authority, certificate, and the private key only when asked', () => {
    const plain = valueOf(certificatesToAtCmng(authority.certificate, device, { ...hidden, secTag: 7 }));
    assert.match(plain.text, /^AT\+CFUN=4\nAT%CMNG=0,7,0,"-----BEGIN CERTIFICATE-----\n/);
    assert.match(plain.text, /-----END CERTIFICATE-----"\nAT%CMNG=0,7,1,"-----BEGIN/);
    assert.match(plain.text, /AT%CMNG=0,7,2,"<hidden>"\nAT\+CFUN=1\n$/);
    const full = valueOf(certificatesToAtCmng(undefined, device, revealed));
    assert.match(full.text, /2,"-----BEGIN PRIVATE KEY-----/);
    assert.doesNotMatch(full.text, /,0,"/);
  });

  test('as C it compiles to the PEM', (t) => {
    const { text } = certificateAsC(authority.certificate);
    assert.match(
      text,
      /^\/\* LwM2M Workbench local authority, until 20\d\d-\d\d-\d\d, SHA-256 [0-9a-f]{64} \*\/\n/,
    );
    const pem = text
      .split('\n')
      .slice(1)
      .map((line) => (line === '' ? '' : (JSON.parse(line) as string)))
      .join('');
    assert.equal(pem, toPem('CERTIFICATE', authority.certificate));
    const folder = temporaryFolder(t);
    writeFileSync(path.join(folder, 'ca.inc'), text);
    const source = path.join(folder, 'ca.c');
    writeFileSync(
      source,
      '#include <stdio.h>\nstatic const char ca[] = {\n#include "ca.inc"\n};\nint main(void) { fputs(ca, stdout); return 0; }\n',
    );
    const program = path.join(folder, 'ca');
    const compiled = spawnSync('cc', ['-Wall', '-Werror', '-o', program, source], { encoding: 'utf8' });
    if (compiled.error) return t.diagnostic('no C compiler here');
    assert.ok(existsSync(program), compiled.stderr);
    assert.equal(spawnSync(program, { encoding: 'utf8' }).stdout, pem);
  });

  test('as CMake it names the file and what is made of it; a name breaks out of neither comment', async () => {
    const { text } = certificateAsCmake(authority.certificate, 'certs/ca.pem');
    assert.match(text, /CMAKE_CURRENT_SOURCE_DIR}\/certs\/ca\.pem\n.*generated\/ca\.pem\.inc\)\n$/);
    const hostile = await certifyDevice(authority, 'a */ int x;\n#', clock);
    assert.match(certificateAsC(hostile.certificate).text, /^\/\* a \?\? int x/);
    assert.equal(certificateAsC(hostile.certificate).text.split('*/').length, 2);
    assert.equal(certificateAsCmake(hostile.certificate, 'a.pem').text.split('\n').length, 5);
  });
});

describe('a key from a project’s Kconfig', () => {
  test('the last assignment counts, and the IMEI is asked for', () => {
    const text = `# CONFIG_APP_LWM2M_PSK="ff"\nCONFIG_APP_LWM2M_PSK="00ff"\r\nCONFIG_X=y\nCONFIG_APP_LWM2M_PSK="${KEY}"\n`;
    const [key, ...more] = valueOf(keysFromKconfig(text));
    assert.ok(key && more.length === 0);
    assert.equal(toHex(key.key), KEY);
    assert.equal(key.offset, text.lastIndexOf('CONFIG_APP'));
    assert.equal(key.endpointPrefix, 'urn:imei:');
    const unnamed = kconfigCredential(key);
    assert.ok(!unnamed.ok && unnamed.problem.code === 'ENDPOINT_NEEDED');
    assert.deepEqual(valueOf(kconfigCredential(key, DEVICE)), psk);
  });

  test("Zephyr's and Anjay's samples name the device themselves", () => {
    const text =
      'CONFIG_NET_SAMPLE_LWM2M_ID="z1"\nCONFIG_NET_SAMPLE_LWM2M_PSK="0102"\nCONFIG_ANJAY_ZEPHYR_PSK_KEY="ab\\"c"\nCONFIG_ANJAY_ZEPHYR_PSK_IDENTITY="who"\n';
    const [zephyr, anjay] = valueOf(keysFromKconfig(text));
    assert.ok(zephyr && anjay);
    assert.equal(valueOf(kconfigCredential(zephyr)).identity, 'z1');
    assert.deepEqual(anjay.key, encodeUtf8('ab"c'));
    assert.equal(anjay.identity, 'who');
    assert.deepEqual(valueOf(kconfigCredential(anjay, 'a1')).identity, 'who');
  });

  test('an empty key is none, a wrong one is a problem at its line', () => {
    assert.deepEqual(valueOf(keysFromKconfig('CONFIG_APP_LWM2M_PSK=""\n')), []);
    const wrong = keysFromKconfig('CONFIG_A=y\nCONFIG_LWM2M_APP_PSK="secret"\n');
    assert.ok(!wrong.ok && wrong.problem.offset === 11);
    assert.doesNotMatch(wrong.problem.message, /secret/);
    assert.ok(!credentialsFromPaste('CONFIG_A=y\n', {}).ok);
  });
});

test('keys from Coiote and from an older Leshan', () => {
  const coiote = (dtlsPsk: object) =>
    JSON.stringify({ properties: { endpointName: 'c' }, securityMode: 'psk', dtlsIdentity: 'i', dtlsPsk });
  for (const key of [{ HexadecimalPsk: '414243' }, { PlainTextPsk: 'ABC' }, { BinaryPsk: [65, 66, 67] }])
    assert.deepEqual(valueOf(credentialsFromServerJson(coiote(key))), [
      { mode: 'psk', endpointName: 'c', identity: 'i', key: encodeUtf8('ABC') },
    ]);
  for (const key of [{}, { BinaryPsk: [65, 256] }, { BinaryPsk: [] }, { HexadecimalPsk: 'x' }])
    assert.ok(!credentialsFromServerJson(coiote(key)).ok, JSON.stringify(key));
  assert.deepEqual(
    valueOf(credentialsFromServerJson('[{"endpoint":"l","psk":{"identity":"i","key":"414243"}}]')),
    [{ mode: 'psk', endpointName: 'l', identity: 'i', key: encodeUtf8('ABC') }],
  );
});

test('AT lines as they stand in a terminal of Zephyr’s shell', () => {
  const text = `uart:~$ at AT%CMNG=0,450,4,\\"nrf-1\\"\nOK\nuart:~$ at AT%CMNG=0,450,3,\\"${KEY}\\"\nOK\n`;
  assert.deepEqual(valueOf(credentialsFromAtCmng(text)), [
    { ...psk, endpointName: 'nrf-1', identity: 'nrf-1' },
  ]);
  for (const half of ['AT%CMNG=0,1,4,"a"', 'AT%CMNG=0,1,3,"00"', 'AT%CMNG=1', 'AT%CMNG=0,1,3,"0x"'])
    assert.ok(!credentialsFromAtCmng(half).ok, half);
});

test('AT lines with blanks after their commas, as people write them', () => {
  const text = `AT%CMNG=0, 16842753, 4, "nrf-1"\nAT%CMNG=0, 16842753, 3, "${KEY}"\n`;
  assert.deepEqual(valueOf(credentialsFromAtCmng(text)), [
    { ...psk, endpointName: 'nrf-1', identity: 'nrf-1' },
  ]);
});

describe('an AT line that writes a key, without the one of its identity', () => {
  const line = `AT%CMNG=0,450,3,"${KEY}"\n`;

  test('asks whose it is, and is taken with the name that the user gives', () => {
    const unnamed = credentialsFromPaste(line, {});
    assert.ok(!unnamed.ok && unnamed.problem.code === 'ENDPOINT_NEEDED');
    assert.deepEqual(valueOf(credentialsFromPaste(line, { endpointName: 'dev1' })), [
      { ...psk, endpointName: 'dev1', identity: 'dev1' },
    ]);
    const known = { endpointName: 'dev1', identity: 'who' };
    assert.equal((valueOf(credentialsFromPaste(line, known))[0] as PskCredential).identity, 'who');
    assert.ok(!credentialsFromPaste(line, { endpointName: 'a\nb' }).ok);
  });

  test('is no second key of one device, nor of one whose identity stands there', () => {
    const two = credentialsFromPaste(`${line}AT%CMNG=0,451,3,"00ff"\n`, { endpointName: 'dev1' });
    assert.ok(!two.ok && two.problem.code !== 'ENDPOINT_NEEDED');
    const whole = `AT%CMNG=0,450,4,"nrf-1"\n${line}`;
    assert.equal(valueOf(credentialsFromPaste(whole, { endpointName: 'dev1' }))[0]?.endpointName, 'nrf-1');
  });
});

test('whatever is pasted, there are credentials or a problem that quotes nothing', () => {
  const parts = fc.constantFrom(
    '{"endpoint":"a","tls":{"mode":"psk","details":{"identity":"a","key":"SECRETSECRET"}}}',
    '[',
    ']',
    ',',
    'null',
    '-----BEGIN PUBLIC KEY-----\n',
    '-----END PUBLIC KEY-----',
    'SECRETSECRET',
    'AT%CMNG=0,1,3,"SECRETSECRET"\n',
    'AT%CMNG=0,1,4,"a"\n',
    'CONFIG_APP_LWM2M_PSK="SECRETSECRET"\n',
    '00',
    '\n',
    '"',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(parts, fc.string({ maxLength: 8 })), { maxLength: 8 }), (texts) => {
      const pasted = credentialsFromPaste(texts.join(''), { endpointName: 'dev1' });
      if (!pasted.ok) assert.doesNotMatch(pasted.problem.message, /SECRET/);
    }),
    { numRuns: 2000 },
  );
  assert.ok(!credentialsFromPaste('0'.repeat(2_000_000), { endpointName: 'dev1' }).ok);
});
