import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { describe, test } from 'node:test';
import { evaluate, parseExpression } from '../../../../src/language/kconfig/expression';
import { parseFolderKconfig } from '../../../../src/language/kconfig/folderKconfig';
import { loadSymbols } from '../../../../src/language/kconfig/symbols';
import { showValue } from '../../../../src/language/kconfig/value';
import { configurationOf, groupsOf, shippedSymbols } from './support';

const CLIENT = 'CONFIG_LWM2M_CLIENT_UTILS=y\n';

const shown = (configuration: ReturnType<typeof configurationOf>, symbol: string): string | undefined => {
  const value = configuration.effective(`CONFIG_${symbol}`)?.value;
  return value && showValue(value);
};

describe('the table of symbols', () => {
  test('is small, and says type, default, range, dependencies and releases', () => {
    assert.ok(statSync('media/kconfig/symbols.json').size < 60 * 1024);
    const symbols = shippedSymbols();
    assert.equal(symbols.names().length, 459);
    const tag = symbols.symbol('CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG');
    assert.equal(tag?.type, 'int');
    assert.deepEqual(
      tag?.defaults.map(({ value }) => value),
      ['16842753'],
    );
    assert.deepEqual(tag?.ncs, { since: '2.0', until: '3.2' });
    assert.deepEqual(symbols.symbol('CONFIG_LWM2M_COAP_BLOCK_SIZE')?.ranges, ['64 1024']);
    assert.ok(symbols.selectors('CONFIG_LWM2M').includes('CONFIG_LWM2M_CLIENT_UTILS'));
    assert.equal(symbols.symbol('CONFIG_toString'), undefined);
  });

  test('of another form is refused', () => {
    for (const text of ['', '{', 'null', '[]', '{"format":2}']) assert.equal(loadSymbols(text).ok, false);
  });
});

describe('a value with a comment behind it', () => {
  test('is a tristate by its first letter, as Kconfig reads it', () => {
    const of = (text: string) =>
      shown(configurationOf(`CONFIG_LWM2M_DTLS_SUPPORT=${text}`), 'LWM2M_DTLS_SUPPORT');
    for (const text of ['y', 'y # DTLS is needed', 'y# DTLS']) assert.equal(of(text), 'y', text);
    assert.equal(of('n # not yet'), 'n');
    assert.notEqual(of('yes'), 'y');
  });
});

describe('the value in force', () => {
  test('is the last assignment: prj.conf, then the board, then the overlay', () => {
    const [group] = groupsOf({
      'prj.conf': 'CONFIG_LWM2M=y\nCONFIG_LWM2M_PEER_PORT=1\nCONFIG_LWM2M_COAP_BLOCK_SIZE=64',
      'boards/thingy91.conf': 'CONFIG_LWM2M_PEER_PORT=2',
      'overlay-dtls.conf': 'CONFIG_LWM2M_PEER_PORT=3\nCONFIG_LWM2M_PEER_PORT=4',
      'overlay-a.conf': '# CONFIG_LWM2M_DTLS_SUPPORT is not set',
    });
    assert.ok(group?.base);
    assert.equal(shown(group.base, 'LWM2M_PEER_PORT'), '2');
    assert.deepEqual(
      group.overlays.map((one) => shown(one, 'LWM2M_PEER_PORT')),
      ['2', '4'],
    );
    assert.equal(shown(group.base, 'LWM2M_COAP_BLOCK_SIZE'), '64');
  });

  test('with several boards is told for each of them', () => {
    const groups = groupsOf({
      'prj.conf': 'CONFIG_LWM2M=y',
      'boards/a.conf': 'CONFIG_LWM2M_PEER_PORT=1',
      'boards/b.conf': 'CONFIG_LWM2M_PEER_PORT=2',
    });
    assert.deepEqual(
      groups.map(({ base }) => base && shown(base, 'LWM2M_PEER_PORT')),
      ['1', '2'],
    );
  });

  test('is the default of the library where no line says otherwise', () => {
    const configuration = configurationOf(CLIENT);
    const tag = configuration.effective('CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG');
    assert.deepEqual(tag?.value, { type: 'int', value: 16842753n });
    assert.equal(tag?.source.kind, 'default');
    assert.equal(configuration.stated('CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG'), undefined);
    assert.equal(configuration.number('CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG'), 35724861n);
    assert.equal(configuration.string('CONFIG_LWM2M_CLIENT_UTILS_SERVER'), '');
  });

  test('is not there where what it depends on is off', () => {
    const configuration = configurationOf(
      `${CLIENT}CONFIG_LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT=n\n`,
    );
    assert.equal(shown(configuration, 'LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG'), undefined);
    assert.equal(shown(configurationOf('CONFIG_COAP=y'), 'LWM2M_CLIENT_UTILS_SERVER_TLS_TAG'), undefined);
  });

  test('comes of a select, even against a line', () => {
    const configuration = configurationOf(`${CLIENT}CONFIG_COAP=n\n`);
    assert.ok(configuration.isOn('CONFIG_LWM2M'));
    assert.ok(configuration.isOn('CONFIG_COAP'));
    assert.ok(configuration.isOn('CONFIG_BOOTLOADER_MCUBOOT'));
    assert.ok(!configurationOf('CONFIG_BT=y').isOn('CONFIG_LWM2M'));
  });

  test('follows the condition of a default, and is not known where that is not', () => {
    assert.equal(shown(configurationOf(CLIENT), 'LWM2M_SECURITY_INSTANCE_COUNT'), '1');
    assert.equal(
      shown(
        configurationOf(`${CLIENT}CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP=y`),
        'LWM2M_SECURITY_INSTANCE_COUNT',
      ),
      '2',
    );
    assert.equal(
      shown(configurationOf(`${CLIENT}CONFIG_LWM2M_COAP_BLOCK_SIZE=512`), 'LWM2M_COAP_MAX_MSG_SIZE'),
      '512',
    );
    assert.equal(shown(configurationOf(CLIENT), 'LWM2M_DTLS_CID'), undefined);
  });

  test('of a choice is the member last turned on, else the usual one', () => {
    const close = 'LWM2M_RD_CLIENT_CLOSE_SOCKET_AT_IDLE';
    const listen = 'LWM2M_RD_CLIENT_LISTEN_AT_IDLE';
    assert.equal(shown(configurationOf(CLIENT), close), 'y');
    const listening = configurationOf(`${CLIENT}CONFIG_${listen}=y`);
    assert.equal(shown(listening, close), 'n');
    assert.equal(shown(listening, listen), 'y');
    const changed = configurationOf({
      'prj.conf': `${CLIENT}CONFIG_${listen}=y`,
      'boards/a.conf': `CONFIG_${close}=y`,
    });
    assert.equal(shown(changed, listen), 'n');
    assert.equal(shown(configurationOf(CLIENT), 'LWM2M_RW_OMA_TLV_SUPPORT'), 'y', 'implied by LwM2M 1.0');
    assert.equal(
      shown(configurationOf(`${CLIENT}CONFIG_LWM2M_VERSION_1_1=y`), 'LWM2M_RW_OMA_TLV_SUPPORT'),
      'n',
    );
  });

  test('differs by release', () => {
    const carrier = 'CONFIG_LWM2M_CARRIER=y\n';
    assert.equal(shown(configurationOf(carrier, 'ncs-2.6.1'), 'LWM2M_CARRIER_GENERIC'), 'y');
    assert.equal(shown(configurationOf(carrier, 'ncs-2.7.0'), 'LWM2M_CARRIER_GENERIC'), 'n');
    assert.equal(shown(configurationOf(carrier, 'ncs-2.1.0'), 'LWM2M_CARRIER_GENERIC'), undefined);
    const downloads = (platform: string) =>
      shown(configurationOf('CONFIG_DOWNLOADER=y', platform), 'DOWNLOADER_STACK_SIZE');
    assert.equal(downloads('ncs-2.9.1'), undefined);
    assert.equal(downloads('ncs-2.9.99'), '1280', '2.9.99 is on the way to 3.0');
    assert.equal(
      downloads('ncs-4.0.0'),
      '1280',
      'what the newest release has, those after it are taken to have',
    );
    assert.equal(downloads('zephyr-4.1.0'), undefined);
  });

  test('of a sample’s own symbol is known by the folder’s Kconfig alone', () => {
    assert.equal(shown(configurationOf(CLIENT), 'APP_LWM2M_PSK'), undefined);
    const own = configurationOf({
      'prj.conf': CLIENT,
      Kconfig:
        'menu "App"\nconfig APP_LWM2M_PSK\n\tstring "PSK"\n\tdefault "00112233" if LWM2M\n\thelp\n\t  default "no"\nendmenu\n',
    });
    assert.equal(own.string('CONFIG_APP_LWM2M_PSK'), '00112233');
    assert.equal(own.stated('CONFIG_APP_LWM2M_PSK')?.source.kind, 'folder');
  });

  test('of a library’s symbol can come of the folder’s Kconfig', () => {
    const own = configurationOf({
      'prj.conf': CLIENT,
      Kconfig:
        'config LWM2M_CLIENT_UTILS_SERVER\n  default "coap://x"\nconfig MY\n  def_bool y\n  select LWM2M_SHELL\n',
    });
    assert.equal(own.string('CONFIG_LWM2M_CLIENT_UTILS_SERVER'), 'coap://x');
    assert.ok(own.isOn('CONFIG_LWM2M_SHELL'));
  });

  test('is what a build was made with, where the build is of these fragments', () => {
    const build =
      'CONFIG_LWM2M_CLIENT_UTILS=y\nCONFIG_LWM2M_PEER_PORT=7\n# CONFIG_LWM2M_DTLS_SUPPORT is not set\n';
    const files = { 'prj.conf': CLIENT, 'build/app/zephyr/.config': build };
    const configuration = configurationOf(files);
    assert.equal(configuration.effective('CONFIG_LWM2M_PEER_PORT')?.source.kind, 'build');
    assert.equal(configuration.number('CONFIG_LWM2M_PEER_PORT'), 7n);
    assert.equal(shown(configuration, 'LWM2M_CLIENT_UTILS_SERVER_TLS_TAG'), undefined, 'not in the build');
    const other = configurationOf({ ...files, 'prj.conf': `${CLIENT}CONFIG_LWM2M_DTLS_SUPPORT=y` });
    assert.equal(other.build, undefined);
    assert.equal(other.number('CONFIG_LWM2M_PEER_PORT'), 5683n);
  });

  test('of sysbuild stands apart', () => {
    const configuration = configurationOf({
      'prj.conf': CLIENT,
      'sysbuild.conf': 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\nCONFIG_LWM2M_PEER_PORT=9',
      'sysbuild/mcuboot.conf': 'CONFIG_LWM2M_PEER_PORT=10',
    });
    assert.ok(configuration.isOn('SB_CONFIG_BOOTLOADER_MCUBOOT'));
    assert.equal(configuration.number('CONFIG_LWM2M_PEER_PORT'), 5683n);
  });
});

describe('a condition of Kconfig', () => {
  const known = new Map([
    ['ON', 'y'],
    ['OFF', 'n'],
  ]);
  const truth = (text: string) =>
    evaluate(parseExpression(text), (name) => {
      if (name === 'FIVE') return { type: 'int', value: 5n };
      if (name === 'TEXT') return { type: 'string', value: 'a' };
      const value = known.get(name);
      return value === undefined ? undefined : { type: 'tristate', value: value as 'y' };
    });
  for (const [text, value] of [
    ['ON', true],
    ['!ON', false],
    ['ON && OFF', false],
    ['ON||OFF', true],
    ['OFF || ON && !OFF', true],
    ['(OFF || ON) && OFF', false],
    ['WHO && OFF', false],
    ['WHO || ON', true],
    ['WHO && ON', undefined],
    ['!WHO', undefined],
    ['FIVE >= 5 && FIVE < 0x6', true],
    ['FIVE != 5', false],
    ['TEXT = "a"', true],
    ['TEXT != ""', true],
    ['ON = y', true],
    ['$(dt_chosen,x)', undefined],
    ['ON &&', undefined],
    ['(ON', undefined],
    ['ON ON', undefined],
    ['', undefined],
    ['!'.repeat(1500) + 'ON', undefined],
    ['ON # and more', true],
  ] as const)
    test(text.slice(0, 40) || 'none', () => assert.equal(truth(text), value));
});

test('a folder’s Kconfig is read within if blocks, and past what isn’t understood', () => {
  const { symbols } = parseFolderKconfig(
    'Kconfig',
    'rsource "x"\nif LWM2M\nconfig A\n\tint "a"\n\trange 1 5\n\tdefault 3\nendif\nchoice B\nconfig C\n\tbool "c"\nendchoice\n\nconfig\n\tdefault\n',
  );
  assert.deepEqual([...symbols.keys()], ['CONFIG_A', 'CONFIG_C']);
  assert.deepEqual(
    symbols.get('CONFIG_A')?.depends.map(({ text }) => text),
    ['LWM2M'],
  );
  assert.equal(symbols.get('CONFIG_A')?.defaults[0]?.value, '3');
});
