import assert from 'node:assert/strict';
import { equalBytes, NO_BYTES } from '../../../../src/base/bytes';
import { Codes, printCode } from '../../../../src/coap/code';
import { MessageTypes } from '../../../../src/coap/message';
import { pattern } from '../pair';
import { row } from './row';
import { block1, block2, block2Of, con, path } from './scriptedPeer';

row(
  'a: Block1 with a new token for every block',
  /ended: Error: Byte offset not the next in line|no datagram came|5\.00/,
  async (subject, peer) => {
    const image = pattern(2500);
    for (const num of [0, 1, 2]) {
      const more = num < 2;
      const part = image.subarray(num * 1024, (num + 1) * 1024);
      const options = [path('fw'), block1(num, more, 6)];
      const request = con(Codes.PUT, 100 + num, [7, num], options, part);
      const answer = await peer.ask(request, subject.port, `the answer to block ${num}`);
      assert.equal(printCode(answer.code), more ? '2.31' : '2.04');
    }
    const [handled] = await subject.handled();
    assert.ok(handled && equalBytes(handled.body, image), 'the body arrived as it was sent');
  },
);

row(
  'a: Block2 with a new token for every block asks the handler once',
  /the handler was asked once/,
  async (subject, peer) => {
    for (let num = 0; num < 5; num++) {
      const request = con(Codes.GET, 200 + num, [8, num], [path('big'), block2(num, false, 6)]);
      const answer = await peer.ask(request, subject.port, `block ${num}`);
      assert.equal(block2Of(answer)?.num, num);
      assert.ok(equalBytes(answer.payload, pattern(5000).subarray(num * 1024, (num + 1) * 1024)));
    }
    assert.equal((await subject.handled()).length, 1, 'the handler was asked once');
  },
);

row(
  'h: a repeated POST over a channel that is not a UDP socket is handled once',
  /the handler was asked once/,
  async (subject, peer) => {
    const request = con(Codes.POST, 300, [9], [path('act')]);
    for (let i = 0; i < 3; i++) await peer.ask(request, subject.port, `answer ${i}`);
    assert.equal((await subject.handled()).length, 1, 'the handler was asked once');
  },
  true,
);

row('i: a ping is answered by a reset', /a reset came|the handler was not asked/, async (subject, peer) => {
  const answer = await peer.ask(con(Codes.EMPTY, 400, []), subject.port, 'the answer to a ping');
  assert.equal(answer.type, MessageTypes.RST, 'a reset came');
  assert.equal(answer.messageId, 400);
  assert.equal((await subject.handled()).length, 0, 'the handler was not asked');
});

row('j: an unknown critical option is refused with 4.02', /4\.02/, async (subject, peer) => {
  const options = [path('x'), { number: 9999, value: NO_BYTES }];
  const answer = await peer.ask(con(Codes.GET, 500, [1], options), subject.port, 'the refusal');
  assert.equal(printCode(answer.code), '4.02');
});
