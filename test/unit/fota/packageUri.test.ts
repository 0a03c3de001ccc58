import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import {
  fillUriTemplate,
  MAX_PACKAGE_URI,
  parsePackageUri,
  parseUriTemplate,
  type UriValues,
} from '../../../src/fota/packageUri';

const VALUES: UriValues = { endpoint: 'urn:imei:42', version: '1.2.0+7', sha256: 'ab'.repeat(32) };

function filled(text: string, values = VALUES): string {
  const template = parseUriTemplate(text);
  assert.ok(template.ok, JSON.stringify(template));
  const uri = fillUriTemplate(template.value, values);
  assert.ok(uri.ok, JSON.stringify(uri));
  return uri.value;
}

describe('a template becomes the URI of one device and image', () => {
  for (const [template, uri] of [
    ['/fw/{endpoint}/{version}.bin', '/fw/urn:imei:42/1.2.0+7.bin'],
    ['fw/x.bin', 'fw/x.bin'],
    ['{endpoint}/x.bin', 'urn%3Aimei%3A42/x.bin'],
    ['fw/{endpoint}', 'fw/urn:imei:42'],
    ['/{sha256}', `/${'ab'.repeat(32)}`],
    ['coap://192.0.2.1:5683/{version}/{version}', 'coap://192.0.2.1:5683/1.2.0+7/1.2.0+7'],
    ['coaps+tcp://fw.example/a%20b', 'coaps+tcp://fw.example/a%20b'],
    ['https://[2001:db8::1]:8443/fw?v={version}', 'https://[2001:db8::1]:8443/fw?v=1.2.0%2B7'],
  ] as const)
    test(template, () => assert.equal(filled(template), uri));

  test('what may stand in a segment stands there bare', () => {
    const bare = "a-._~:@!$&'()*+,;=z";
    assert.equal(filled('/fw/{endpoint}', { endpoint: bare }), `/fw/${bare}`);
  });
  test('a value with slashes, blanks and letters beyond ASCII stays one segment', () => {
    const uri = filled('/fw/{endpoint}', { endpoint: 'a/b ü' });
    assert.equal(uri, '/fw/a%2Fb%20%C3%BC');
    assert.deepEqual(parsePackageUri(uri)?.segments, ['fw', 'a/b ü']);
  });
});

describe('what is no template is refused where it begins', () => {
  for (const [text, offset, words] of [
    ['', 0, /empty/],
    ['/fw/{serial}.bin', 4, /\{serial\} is no field/],
    ['/fw/{}', 4, /\{\} is no field/],
    ['/fw/{version', 4, /stands alone/],
    ['/fw/version}', 11, /stands alone/],
    ['/fw/my image.bin', 6, /percent-encoded/],
    ['/fw/100%.bin', 7, /percent-encoded/],
    ['/fw/ü.bin', 4, /percent-encoded/],
    ['/fw/a.bin#part', 9, /fragment/],
    ['ftp://192.0.2.1/fw.bin', 0, /does not fetch by ftp/],
    ['fw:1/x.bin', 0, /%3A/],
    ['//192.0.2.1/fw.bin', 0, /scheme/],
    ['coap:/fw.bin', 5, /\/\/host/],
    ['coap://{endpoint}.example/fw.bin', 7, /no host/],
    ['coap://192.0.2.1:0/fw.bin', 7, /no host/],
    ['coap://192.0.2.1:99999/fw.bin', 7, /no host/],
    ['coap://user@192.0.2.1/fw.bin', 7, /no host/],
    ['coap:///fw.bin', 7, /no host/],
    ['coap://192.0.2.1', 16, /path/],
    ['/', 1, /path/],
  ] as const)
    test(JSON.stringify(text), () => {
      const template = parseUriTemplate(text);
      assert.ok(!template.ok);
      assert.equal(template.problem.code, 'BAD_URI_TEMPLATE');
      assert.equal(template.problem.offset, offset);
      assert.match(template.problem.message, words);
    });
});

describe('a template that gives no URI for this image or device', () => {
  const code = (text: string, values: UriValues) => {
    const template = parseUriTemplate(text);
    assert.ok(template.ok);
    const uri = fillUriTemplate(template.value, values);
    return uri.ok ? uri.value : uri.problem.code;
  };
  test('an image without a version', () => {
    assert.equal(code('/fw/{version}', { endpoint: 'dev1' }), 'NO_URI_VALUE');
    assert.equal(code('/fw/{version}', { version: '' }), 'NO_URI_VALUE');
  });
  test('a device whose name is a step in the path', () => {
    assert.equal(code('/fw/{endpoint}/x', { endpoint: '..' }), 'BAD_URI_TEMPLATE');
    assert.equal(code('/fw/%2e{endpoint}', { endpoint: '.' }), 'BAD_URI_TEMPLATE');
  });
  test('a name whose own colon would be read as a scheme’s', () => {
    assert.equal(code('{endpoint}:5683/x', { endpoint: 'coap' }), 'BAD_URI_TEMPLATE');
  });
  test('255 bytes fit into 5/0/1, and one more does not', () => {
    const fits = `/fw/${'x'.repeat(251)}`;
    assert.equal(code(fits, {}), fits);
    assert.equal(code(`${fits}x`, {}), 'URI_TOO_LONG');
    assert.equal(code('/{endpoint}', { endpoint: 'ü'.repeat(43) }), 'URI_TOO_LONG');
  });
});

describe('a URI taken apart', () => {
  test('with the default port of its scheme', () => {
    const port = (uri: string) => parsePackageUri(uri)?.origin?.port;
    assert.deepEqual(
      ['coap', 'coaps', 'coap+tcp', 'coaps+tcp', 'http', 'https'].map((scheme) => port(`${scheme}://h/x`)),
      [5683, 5684, 5683, 5684, 80, 443],
    );
  });
  test('host and scheme in lower case, IPv6 without brackets', () => {
    const { origin } = parsePackageUri('COAPS://[2001:DB8::1]/x') ?? {};
    assert.deepEqual(origin, { scheme: 'coaps', host: '2001:db8::1', port: 5684 });
  });
  test('an escape that is no text', () => {
    assert.equal(parsePackageUri('/fw/%ff'), undefined);
  });
});

test('whatever is typed is a template or a problem within the text', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          '/',
          '{',
          '}',
          '{endpoint}',
          '{version}',
          'coap',
          '://',
          ':',
          '%41',
          '%',
          '?',
          '[::1]',
          '..',
          'a',
          '#',
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(typed, fc.string({ unit: 'binary', minLength: 1 }), (text, value) => {
      const template = parseUriTemplate(text);
      if (!template.ok) {
        const { offset, code } = template.problem;
        assert.ok(offset >= 0 && offset <= text.length);
        assert.equal(code, 'BAD_URI_TEMPLATE');
        return;
      }
      const uri = fillUriTemplate(template.value, { endpoint: value, version: value, sha256: value });
      if (!uri.ok) return;
      assert.match(uri.value, /^[!-~]+$/);
      assert.ok(uri.value.length <= MAX_PACKAGE_URI);
      const parts = parsePackageUri(uri.value);
      assert.equal(parts?.origin?.scheme, parts && template.value.scheme);
    }),
    { numRuns: 2000 },
  );
});

test('any name of a device in a segment comes back as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (endpoint) => {
      const template = parseUriTemplate('/fw/{endpoint}/x.bin');
      assert.ok(template.ok);
      const uri = fillUriTemplate(template.value, { endpoint });
      if (uri.ok) assert.deepEqual(parsePackageUri(uri.value)?.segments, ['fw', endpoint, 'x.bin']);
      else assert.match(endpoint, /^\.{1,2}$|.{14}/u);
    }),
  );
});
