import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { completeKconfig } from '../../../../src/language/kconfig/completion';
import { hoverKconfig } from '../../../../src/language/kconfig/hover';
import { serverLenses, START_SERVER } from '../../../../src/language/kconfig/lens';
import { tagLinks } from '../../../../src/language/kconfig/links';
import { symbolsWithMeaning } from '../../../../src/language/kconfig/meanings';
import { parseFragment } from '../../../../src/language/kconfig/parse';
import { applyEdits } from '../../../../src/language/text';
import { configurationOf, groupsOf, shippedSymbols } from './support';

const MARK = '‸';

/** A `prj.conf` with a cursor in it: its configuration, and where the cursor is. */
function withCursor(marked: string, platform?: string, beside: Readonly<Record<string, string>> = {}) {
  const text = marked.replace(MARK, '');
  const configuration = configurationOf({ ...beside, 'prj.conf': text }, platform);
  return { configuration, text, offset: marked.indexOf(MARK) };
}

const hover = (marked: string, platform?: string, brief = false): string | undefined => {
  const { configuration, offset } = withCursor(marked, platform);
  return hoverKconfig(configuration, 'prj.conf', offset, { brief })?.markdown;
};

describe('hover over a symbol', () => {
  test('says what it does for LwM2M, which value is in force and why, its definition and its releases', () => {
    const text = hover('CONFIG_LWM2M_CLIENT_UTILS=y\nCONFIG_LWM2M_CLIENT_UTILS_SERVER_‸TLS_TAG=450');
    assert.match(text ?? '', /key of the management server/);
    assert.match(text ?? '', /In force: `450`, by `prj\.conf` line 2/);
    assert.match(text ?? '', /int, default `35724861`/);
    assert.match(text ?? '', /Depends on `LWM2M_CLIENT_UTILS`/);
    assert.match(text ?? '', /In nRF Connect SDK/);
  });

  test('leaves the definition to another extension that shows it', () => {
    const text = hover('CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=5‸12', undefined, true);
    assert.match(text ?? '', /round trip/);
    assert.doesNotMatch(text ?? '', /default|range|Depends/);
  });

  test('has the default and range of the release', () => {
    const older = hover('CONFIG_LWM2M_CARRIER=y\nCONFIG_LWM2M_CARRIER_GENERIC‸=n', 'ncs-2.4.0');
    assert.match(older ?? '', /default `y`/);
    const size = hover('CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=5‸12');
    assert.match(size ?? '', /range `64 to 1024`/);
  });

  test('tells a symbol that the release does not have, and one that was renamed', () => {
    const later = hover('CONFIG_DOWNLOADER‸=y', 'ncs-2.9.0');
    assert.match(later ?? '', /\*\*not in the release this project is for\*\*/);
    const former = hover('CONFIG_LWM2M_CARRIER_BOOTSTRAP_SMARTCARD‸=y');
    assert.match(former ?? '', /Since nRF Connect SDK 2\.8: `CONFIG_UICC_LWM2M`/);
  });

  test('tells a line that a later one overrides', () => {
    const { configuration, offset } = withCursor('CONFIG_LWM2M=y\nCONFIG_LWM2M_PEER_PORT=‸5684', undefined, {
      'boards/nrf9161dk_nrf9161_ns.conf': 'CONFIG_LWM2M_PEER_PORT=5683',
    });
    const { markdown } = hoverKconfig(configuration, 'prj.conf', offset) ?? {};
    assert.match(markdown ?? '', /In force: `5683`, by `nrf9161dk_nrf9161_ns\.conf` line 1/);
    assert.match(markdown ?? '', /A later line overrides this one: line 1 of `nrf9161dk_nrf9161_ns\.conf`/);
  });

  test('tells who else has a tag', () => {
    const text = hover(
      'CONFIG_LWM2M_CLIENT_UTILS=y\nCONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG=450‸\nCONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=450',
    );
    assert.match(text ?? '', /The same tag: `CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG`/);
  });

  test('never says a key', () => {
    const text = hover('CONFIG_LWM2M=y\nCONFIG_APP_LWM2M_PSK="00112233445566778899‸aabbccddeeff"');
    assert.match(text ?? '', /In force: its value/);
    assert.doesNotMatch(text ?? '', /00112233/);
  });

  test('says nothing of a symbol that is not LwM2M’s, of a comment, of another file', () => {
    assert.equal(hover('CONFIG_LWM2M=y\nCONFIG_SPI‸=y'), undefined);
    assert.equal(hover('# CONFIG_LWM2M‸=y\nCONFIG_LWM2M=y'), undefined);
    assert.equal(hoverKconfig(configurationOf('CONFIG_LWM2M=y'), 'other.conf', 3), undefined);
  });
});

const completions = (
  marked: string,
  options: { platform?: string; listening?: readonly string[]; valuesOnly?: boolean; kconfig?: string } = {},
) => {
  const { kconfig, platform, ...rest } = options;
  const { configuration, text, offset } = withCursor(marked, platform, kconfig ? { Kconfig: kconfig } : {});
  const found = completeKconfig(configuration, 'prj.conf', offset, rest);
  return { found, text, labels: found.map(({ label }) => label) };
};

describe('completion of a symbol', () => {
  test('offers those of the release, each with its value begun, not one that is there', () => {
    const { found, labels, text } = completions('CONFIG_LWM2M=y\nCONFIG_LW‸');
    assert.ok(labels.includes('CONFIG_LWM2M_CLIENT_UTILS_SERVER'));
    assert.ok(!labels.includes('CONFIG_LWM2M'));
    assert.equal(new Set(labels).size, labels.length);
    const server = found.find(({ label }) => label === 'CONFIG_LWM2M_CLIENT_UTILS_SERVER');
    assert.ok(server);
    assert.equal(applyEdits(text, [server.edit]), 'CONFIG_LWM2M=y\nCONFIG_LWM2M_CLIENT_UTILS_SERVER=""');
    const dtls = found.find(({ label }) => label === 'CONFIG_LWM2M_DTLS_SUPPORT');
    assert.match(dtls?.edit.newText ?? '', /=y$/);
  });

  test('knows the release: names that are gone or not there yet are not offered', () => {
    const { labels: newer } = completions('CONFIG_LWM2M=y\n‸', { platform: 'ncs-3.2.0' });
    const { labels: older } = completions('CONFIG_LWM2M=y\n‸', { platform: 'ncs-2.5.0' });
    assert.ok(newer.includes('CONFIG_DOWNLOADER') && !newer.includes('CONFIG_DOWNLOAD_CLIENT'));
    assert.ok(older.includes('CONFIG_DOWNLOAD_CLIENT') && !older.includes('CONFIG_DOWNLOADER'));
    assert.ok(!newer.includes('CONFIG_LWM2M_CARRIER_ATT'));
  });

  test('leaves a value that is there, and offers no sample’s symbol that the folder does not define', () => {
    const { found, text, labels } = completions('CONFIG_LWM2M=y\nCONFIG_LWM2M_PEER‸=5684');
    const port = found.find(({ label }) => label === 'CONFIG_LWM2M_PEER_PORT');
    assert.ok(port);
    assert.equal(applyEdits(text, [port.edit]), 'CONFIG_LWM2M=y\nCONFIG_LWM2M_PEER_PORT=5684');
    assert.ok(!labels.includes('CONFIG_APP_LWM2M_PSK') && !labels.includes('CONFIG_NET_SAMPLE_LWM2M_PSK'));
    const { labels: defined } = completions('CONFIG_LWM2M=y\n‸', {
      kconfig: 'config APP_LWM2M_PSK\n\tstring "PSK"\n',
    });
    assert.ok(defined.includes('CONFIG_APP_LWM2M_PSK'));
  });

  test('is left to another extension, but values are not', () => {
    assert.deepEqual(completions('CONFIG_LWM2M=y\nCONFIG_‸', { valuesOnly: true }).labels, []);
    assert.deepEqual(completions('CONFIG_LWM2M=‸', { valuesOnly: true }).labels, ['y', 'n']);
  });

  test('in sysbuild.conf offers those of sysbuild', () => {
    const configuration = configurationOf({ 'prj.conf': 'CONFIG_LWM2M=y', 'sysbuild.conf': '' });
    const labels = completeKconfig(configuration, 'sysbuild.conf', 0).map(({ label }) => label);
    assert.ok(labels.includes('SB_CONFIG_BOOTLOADER_MCUBOOT'));
    assert.ok(labels.every((label) => label.startsWith('SB_CONFIG_')));
  });

  test('offers nothing in a comment', () => {
    assert.deepEqual(completions('CONFIG_LWM2M=y\n# CONFIG_‸').labels, []);
  });
});

const LISTENING = [
  'coap://127.0.0.1:5683',
  'coap://192.168.1.20:5683',
  'coaps://192.168.1.20:5684',
  'http://192.168.1.20:8080',
];

describe('completion of a value', () => {
  test('of a tag: those in use, with whose they are', () => {
    const { found, text } = completions(
      'CONFIG_LWM2M_CLIENT_UTILS=y\nCONFIG_MY_TLS_TAG=77\nCONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=1‸23',
    );
    const tags = found.map(({ label, detail }) => [label, detail]);
    assert.deepEqual(tags, [
      ['35724861', 'keys of the management server, by default'],
      ['35724862', 'keys of the bootstrap server, by default'],
      ['77', 'CONFIG_MY_TLS_TAG'],
    ]);
    const [first] = found;
    assert.ok(first);
    assert.match(applyEdits(text, [first.edit]), /DOWNLOADER_SEC_TAG=35724861$/);
  });

  test('of Anjay’s tag: in quotes', () => {
    const { labels } = completions(
      'CONFIG_ANJAY=y\nCONFIG_MY_TLS_TAG=77\nCONFIG_ANJAY_ZEPHYR_NRF_MODEM_PSK_QUERY=‸',
    );
    assert.ok(labels.includes('"77"'));
  });

  test('of the server: the local one’s addresses, those that fit DTLS first, loopback last', () => {
    const before =
      'CONFIG_LWM2M_CLIENT_UTILS=y\nCONFIG_LWM2M_DTLS_SUPPORT=y\nCONFIG_LWM2M_CLIENT_UTILS_SERVER=‸';
    const { found } = completions(before, { listening: LISTENING });
    const sorted = [...found].sort((a, b) => a.order - b.order).map(({ label }) => label);
    assert.deepEqual(sorted, [
      '"coaps://192.168.1.20:5684"',
      '"coap://192.168.1.20:5683"',
      '"coap://127.0.0.1:5683"',
    ]);
    const { found: plain } = completions(before.replace('SUPPORT=y', 'SUPPORT=n'), { listening: LISTENING });
    const [best] = [...plain].sort((a, b) => a.order - b.order);
    assert.equal(best?.label, '"coap://192.168.1.20:5683"');
    assert.deepEqual(completions(before).labels, []);
  });

  test('of an endpoint: its forms', () => {
    const { labels } = completions('CONFIG_LWM2M=y\nCONFIG_APP_ENDPOINT_PREFIX="x‸"');
    assert.ok(labels.includes('"urn:imei:"'));
    assert.ok(
      completions('CONFIG_LWM2M=y\nCONFIG_LWM2M_APP_ID=‸').labels.some((label) =>
        label.includes('urn:uuid:'),
      ),
    );
  });

  test('of a block size, of a bool, of nothing that is known', () => {
    assert.deepEqual(completions('CONFIG_LWM2M=y\nCONFIG_LWM2M_COAP_BLOCK_SIZE=‸').labels, [
      '1024',
      '512',
      '256',
      '128',
      '64',
    ]);
    assert.deepEqual(completions('CONFIG_LWM2M=y\nCONFIG_LWM2M_DTLS_CID=‸').labels, ['y', 'n']);
    assert.deepEqual(completions('CONFIG_LWM2M=y\nCONFIG_MAIN_STACK_SIZE=‸').labels, []);
  });
});

describe('links from a tag', () => {
  const project = parseFragment(
    'prj.conf',
    'CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG=450\nCONFIG_LWM2M_CLIENT_UTILS_BOOTSTRAP_TLS_TAG=451',
  );
  const overlay = parseFragment(
    'overlay-fota.conf',
    'CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=450\nCONFIG_ANJAY_ZEPHYR_NRF_MODEM_PSK_QUERY="450"',
  );

  test('lead to the lines that name the same one, one after the other and round', () => {
    const [link, ...others] = tagLinks(project, [project, overlay]);
    assert.ok(link);
    assert.deepEqual(others, []);
    assert.equal(project.text.slice(link.range.start, link.range.end), '450');
    assert.deepEqual(
      link.users.map(({ uri, symbol }) => [uri, symbol]),
      [
        ['overlay-fota.conf', 'CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG'],
        ['overlay-fota.conf', 'CONFIG_ANJAY_ZEPHYR_NRF_MODEM_PSK_QUERY'],
      ],
    );
    assert.equal(link.target, link.users[0]);
    assert.match(link.tooltip, /450.*keys for downloads of firmware/);
    const back = tagLinks(overlay, [project, overlay]);
    assert.deepEqual(
      back.map(({ target }) => target.symbol),
      ['CONFIG_ANJAY_ZEPHYR_NRF_MODEM_PSK_QUERY', 'CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG'],
    );
    assert.equal(overlay.text.slice(back[1]?.range.start, back[1]?.range.end), '450');
  });

  test('are none from a tag that stands alone, from -1, or from a number that is no tag', () => {
    const alone = parseFragment('a.conf', 'CONFIG_MY_SEC_TAG=-1\nCONFIG_YOUR_SEC_TAG=-1\nCONFIG_SIZE=450');
    assert.deepEqual(tagLinks(alone, [project]), []);
  });
});

const lens = (server: string, listening: readonly string[], before = 'CONFIG_LWM2M_CLIENT_UTILS=y\n') => {
  const text = `${before}CONFIG_LWM2M_CLIENT_UTILS_SERVER="${server}"\n`;
  const found = serverLenses(configurationOf(text), 'prj.conf', listening);
  assert.equal(found.length, 1);
  const [one] = found;
  assert.ok(one);
  assert.match(text.slice(one.range.start, one.range.end), /^CONFIG_LWM2M_CLIENT_UTILS_SERVER=/);
  const { title, action } = one;
  const after = action?.kind === 'edit' ? applyEdits(text, [action.edit]) : undefined;
  return { title, action, after };
};

describe('the lens above a server’s URI', () => {
  test('offers to start the local server while none runs', () => {
    const { title, action } = lens('coaps://leshan.eclipseprojects.io:5684', []);
    assert.match(title, /No local server runs/);
    assert.deepEqual(action, { kind: 'command', command: START_SERVER });
  });

  test('says that the URI is the local server’s', () => {
    const { title, action } = lens('coaps://192.168.1.20:5684', LISTENING);
    assert.equal(title, 'Local server: reachable at coaps://192.168.1.20:5684');
    assert.equal(action, undefined);
  });

  test('names a scheme, a port, or both that differ, and mends them', () => {
    assert.match(lens('coaps://192.168.1.20:5683', LISTENING).title, /port 5684, not 5683/);
    const { title, after } = lens('coaps://192.168.1.20:5684', ['coap://192.168.1.20:5683']);
    assert.match(title, /coap and port 5683, not coaps and 5684/);
    assert.match(after ?? '', /SERVER="coap:\/\/192\.168\.1\.20:5683"\n$/);
    assert.match(lens('coap://192.168.1.20:5684', ['coaps://192.168.1.20:5684']).title, /coaps, not coap/);
  });

  test('knows that a URI without a port takes LWM2M_PEER_PORT, for coaps as well', () => {
    assert.match(
      lens('coaps://192.168.1.20', LISTENING).title,
      /port 5684, not 5683 as a URI without a port/,
    );
    const withPort = 'CONFIG_LWM2M_CLIENT_UTILS=y\nCONFIG_LWM2M_PEER_PORT=5684\n';
    assert.match(lens('coaps://192.168.1.20', LISTENING, withPort).title, /reachable at coaps/);
  });

  test('tells another server from the local one, and offers that', () => {
    const { title, after } = lens('coaps://leshan.eclipseprojects.io:5684', LISTENING);
    assert.match(title, /Another server.*coaps:\/\/192\.168\.1\.20:5684/);
    assert.match(after ?? '', /SERVER="coaps:\/\/192\.168\.1\.20:5684"/);
  });

  test('reads IPv6 addresses, and puts up with what is no URI', () => {
    assert.match(lens('coap://[FE80::1]:5683', ['coap://[fe80::1]:5683']).title, /reachable/);
    assert.match(lens('', LISTENING).title, /use it/);
    assert.match(
      lens('192.168.1.20', ['http://192.168.1.20:8080']).title,
      /no address that this client can use/,
    );
  });

  test('is above each of them: the carrier library’s and Anjay’s too, with the ports of their schemes', () => {
    const text =
      'CONFIG_LWM2M_CARRIER_CUSTOM_URI="coaps://192.168.1.20"\nCONFIG_ANJAY_ZEPHYR_SERVER_URI="coaps+tcp://192.168.1.20"';
    const found = serverLenses(configurationOf(text), 'prj.conf', [
      ...LISTENING,
      'coaps+tcp://192.168.1.20:5684',
    ]);
    assert.deepEqual(
      found.map(({ title }) => title),
      [
        'Local server: reachable at coaps://192.168.1.20:5684',
        'Local server: reachable at coaps+tcp://192.168.1.20:5684',
      ],
    );
  });
});

describe('meanings', () => {
  test('are of symbols that some release has, or of ones outside the table on purpose', () => {
    const symbols = shippedSymbols();
    const outside = symbolsWithMeaning().filter((name) => !symbols.symbol(name));
    assert.deepEqual(outside.filter((name) => !name.startsWith('CONFIG_NET_SAMPLE_LWM2M_')).sort(), [
      'CONFIG_BOOTLOADER_MCUBOOT',
      'CONFIG_MCUBOOT_IMGTOOL_SIGN_VERSION',
    ]);
    assert.ok(symbolsWithMeaning().length >= 80);
  });
});

test('an overlay is completed and explained within its own configuration', () => {
  const files = {
    'prj.conf': 'CONFIG_LWM2M_CLIENT_UTILS=y\nCONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG=450',
    'overlay-x.conf': 'CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=',
  };
  const overlay = groupsOf(files)[0]?.overlays[0];
  assert.ok(overlay);
  const labels = completeKconfig(overlay, 'overlay-x.conf', files['overlay-x.conf'].length).map(
    ({ label }) => label,
  );
  assert.ok(labels.includes('450'));
});
