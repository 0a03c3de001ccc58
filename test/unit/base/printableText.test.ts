import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printableText } from '../../../src/base/printableText';

test('text that steers or hides is shown as what it is, and cut', () => {
  const shown = printableText(`\u001b[2J\u202e\u00ad${'x'.repeat(500)}`);
  assert.match(shown, /^\\u001b\[2J\\u202e\\u00adxx/);
  assert.ok(shown.length < 220);
  assert.ok(shown.endsWith('…'));
});

test('text of any language stays as it is', () => {
  for (const text of ['Grüße', '温度', '°C · 20 %', '']) assert.equal(printableText(text), text);
});
