import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { MIN_RTO, RoundTrip, backOff, dithered } from '../../../src/coap/roundTrip';

describe('the retransmission time-out of a peer', () => {
  test("is RFC 7252's before anything was measured", () => {
    const estimate = new RoundTrip();
    assert.equal(estimate.timeout(0), 2000);
    assert.equal(dithered(2000, 0), 2000);
    assert.equal(dithered(2000, 0.999_999) < 3000, true);
  });

  test('comes near a steady round trip, and never below its floor', () => {
    const near = new RoundTrip();
    for (let i = 0; i < 30; i++) near.measured(1, 0, i);
    assert.equal(near.timeout(30), MIN_RTO);
    const usual = new RoundTrip();
    for (let i = 0; i < 30; i++) usual.measured(100, 0, i);
    assert.ok(usual.timeout(30) >= 150 && usual.timeout(30) < 160, 'no timer fires to the point');
    const slow = new RoundTrip();
    for (let i = 0; i < 40; i++) slow.measured(1500, 0, i);
    assert.ok(slow.timeout(40) > 1500 && slow.timeout(40) < 2000);
  });

  test('is known from the first answer', () => {
    const estimate = new RoundTrip();
    estimate.measured(100, 0, 0);
    assert.equal(estimate.timeout(0), 300);
    const repeated = new RoundTrip();
    repeated.measured(3000, 1, 0);
    assert.ok(repeated.timeout(0) < 3000, 'unless that one was repeated: then it says little');
  });

  test('is known from the first certain answer, whatever was guessed before', () => {
    const estimate = new RoundTrip();
    // the very first message was lost: its time-out was the default
    estimate.measured(2600, 1, 0);
    estimate.measured(100, 0, 1);
    assert.equal(estimate.timeout(1), 300);
  });

  test('does not remember a default that was waited out: a later loss tells a lower bound', () => {
    const estimate = new RoundTrip();
    estimate.measured(2600, 1, 0);
    for (let i = 1; i <= 10; i++) estimate.measured(100, 0, i);
    const before = estimate.timeout(10);
    estimate.measured(300, 1, 11);
    assert.ok(estimate.timeout(11) <= 0.25 * 450 + 0.75 * before, `${before} → ${estimate.timeout(11)}`);
  });

  test('follows a device that answers late', () => {
    const estimate = new RoundTrip();
    for (let i = 0; i < 10; i++) estimate.measured(100, 0, i);
    const before = estimate.timeout(10);
    for (let i = 0; i < 5; i++) estimate.measured(1200, 0, 10 + i);
    assert.ok(estimate.timeout(15) > 1200, `${before} → ${estimate.timeout(15)}`);
  });

  test('moves little by an exchange that was repeated, and not at all by one repeated three times', () => {
    const estimate = new RoundTrip();
    for (let i = 0; i < 20; i++) estimate.measured(400, 0, i);
    const before = estimate.timeout(20);
    estimate.measured(1000, 1, 21);
    const after = estimate.timeout(21);
    assert.ok(after > before && after < 1000);
    estimate.measured(20_000, 3, 22);
    assert.equal(estimate.timeout(22), after);
  });

  test('ages towards the default when nobody confirms it', () => {
    const fast = new RoundTrip();
    for (let i = 0; i < 30; i++) fast.measured(100, 0, i);
    const rto = fast.timeout(30);
    assert.equal(fast.timeout(30 + 16 * rto), 2 * rto);
    const slow = new RoundTrip();
    for (let i = 0; i < 30; i++) slow.measured(8000, 0, i);
    const long = slow.timeout(30);
    assert.equal(slow.timeout(30 + 4 * long), 1000 + long / 2);
  });

  test('backs off the faster the shorter it was', () => {
    assert.equal(backOff(300, 300), 3);
    assert.equal(backOff(2500, 2500), 2);
    assert.equal(backOff(5000, 5000), 1.5);
    assert.equal(backOff(300, 2700), 2, 'but from a second on only doubles');
  });
});
