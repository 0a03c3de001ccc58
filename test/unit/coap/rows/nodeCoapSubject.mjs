/**
 * node-coap, driven over IPC: a server and a client on one socket, serving and asking as `subject.ts` says.
 * A process of its own, since some of the exchanges end it.
 */
import coap from 'coap';
import dgram from 'node:dgram';
import { EventEmitter } from 'node:events';

const custom = process.argv[2] === 'custom';
const handled = [];
const notified = [];
const pattern = (length) =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 17 + (i >> 16) + 7) & 0xff));

const socket = dgram.createSocket('udp4');
await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));

/** A socket that is not of node:dgram's class, as one that decrypts would be. */
function wrapped() {
  const own = new EventEmitter();
  own.type = 'udp4';
  own.address = () => socket.address();
  own.send = (...args) => socket.send(...args);
  own.close = (...args) => socket.close(...args);
  socket.on('message', (...args) => own.emit('message', ...args));
  return own;
}

const channel = custom ? wrapped() : socket;
const agent = new coap.Agent({ socket: channel });
const server = coap.createServer((request, response) => {
  handled.push({ path: request.url, body: request.payload.toString('base64') });
  if (request.method === 'GET') {
    response.code = '2.05';
    response.end(request.url === '/big' ? pattern(5000) : Buffer.from('hello'));
  } else {
    response.code = '2.04';
    response.end();
  }
});
server.listen(channel);

function ask({ method, port, path, body, observe }) {
  return new Promise((resolve, reject) => {
    const request = agent.request({ hostname: '127.0.0.1', port, method, pathname: path, observe });
    if (body !== undefined) request.setOption('Block1', Buffer.of(6));
    request.on('error', reject);
    request.on('response', (response) => {
      if (observe) {
        response.on('data', (bytes) => notified.push(bytes.toString('base64')));
        resolve({ code: response.code, body: '' });
      } else resolve({ code: response.code, body: response.payload.toString('base64') });
    });
    request.end(body === undefined ? undefined : Buffer.from(body, 'base64'));
  });
}

process.on('message', async ({ id, op, args }) => {
  try {
    const result =
      op === 'ask' ? await ask(args) : op === 'handled' ? handled : op === 'notified' ? notified : undefined;
    process.send({ id, result });
  } catch (error) {
    process.send({ id, error: error.message });
  }
});
process.once('disconnect', () => process.exit(0));
process.send({ id: 0, result: socket.address().port });
