// A server of echo.proto, on a free port that it prints. It ends when its standard input does.
'use strict';

const { grpc, load, metadata } = require('./stock.js');

const { Echo } = load('echo.proto').kvstore.tests;
const MESSAGE_BYTES_MAX = 32 * 1024 * 1024;

let flooded = 0;

const service = {
  say(call, callback) {
    if (call.request.value === 'how many?') {
      callback(null, { value: String(flooded) });
      return;
    }
    const nonce = call.metadata.get('nonce-bin')[0] ?? Buffer.alloc(0);
    call.sendMetadata(metadata({ 'nonce-bin': nonce, method: call.getPath(), mark: call.metadata.get('mark')[0] ?? '' }));
    callback(null, call.request, metadata({ length: String(call.request.value.length) }));
  },

  spell(call) {
    [...call.request.value].forEach((value) => call.write({ value }));
    call.end();
  },

  join(call, callback) {
    let value = '';
    call.on('data', (text) => { value += text.value; });
    call.on('end', () => callback(null, { value }));
  },

  converse(call) {
    call.on('data', (text) => call.write({ value: text.value.toUpperCase() }));
    call.on('end', () => call.end());
  },

  fail(call, callback) {
    callback({
      code: grpc.status.FAILED_PRECONDITION,
      details: call.request.value,
      metadata: metadata({ reason: 'asked', 'reason-bin': Buffer.from([0, 255]) }),
    });
  },

  waitForCancellation(call) {
    console.log('waiting');
    call.on('cancelled', () => console.log('cancelled'));
  },

  flood(call) {
    const write = () => {
      while (!call.cancelled) {
        flooded++;
        if (!call.write(call.request)) {
          call.once('drain', write);
          return;
        }
      }
    };
    write();
  },
};

const server = new grpc.Server({
  'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
  'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip,
});
server.addService(Echo.service, service);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    throw error;
  }
  console.log(port);
});
process.stdin.on('end', () => server.forceShutdown());
process.stdin.resume();
