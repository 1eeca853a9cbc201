// A client of echo.proto: runs one scenario and prints what came of it.
'use strict';

const { grpc, load, metadata, unary, collect, next, codeOf, line, run } = require('./stock.js');

const { Echo } = load('echo.proto').kvstore.tests;
const MESSAGE_BYTES_MAX = 32 * 1024 * 1024;

const values = (messages) => messages.map((message) => message.value).join(' ');

run((address, scenario) => new Echo(address, grpc.credentials.createInsecure(), {
  ...(scenario === 'limit' ? {} : { 'grpc.max_receive_message_length': MESSAGE_BYTES_MAX }),
  ...(scenario === 'gzip' ? { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip } : {}),
}), {
  async kinds(client) {
    console.log('unary:', (await unary(client, 'say', { value: 'hello' })).response.value);
    console.log('server:', values(await collect(client.spell({ value: 'abc' }))));
    const joined = await new Promise((resolve, reject) => {
      const call = client.join((error, response) => (error ? reject(error) : resolve(response)));
      ['a', 'b', 'c'].forEach((value) => call.write({ value }));
      call.end();
    });
    console.log('client:', joined.value);
    const call = client.converse();
    const answers = collect(call);
    ['one', 'two'].forEach((value) => call.write({ value }));
    call.end();
    console.log('duplex:', values(await answers));
  },

  async metadata(client) {
    const sent = metadata({ 'nonce-bin': Buffer.from([0, 1, 254, 255]) });
    const { headers, trailers } = await unary(client, 'say', { value: 'hello' }, sent);
    console.log('headers:', headers.get('method')[0], headers.get('nonce-bin')[0].toString('hex'));
    console.log('trailers:', trailers.get('length')[0]);
  },

  async errors(client) {
    const error = await unary(client, 'fail', { value: 'not now: ä' }).catch((failure) => failure);
    console.log(grpc.status[error.code], error.details);
    console.log(error.metadata.get('reason')[0], error.metadata.get('reason-bin')[0].toString('hex'));
    const nothing = (request) => request;
    await new Promise((resolve) => {
      client.makeUnaryRequest('/kvstore.tests.Echo/Nothing', nothing, nothing, Buffer.alloc(0), (failure) => {
        console.log(grpc.status[failure.code]);
        resolve();
      });
    });
  },

  async deadline(client) {
    await unary(client, 'say', { value: 'hello' }); // so that the time is not spent on connecting
    console.log(await codeOf(unary(client, 'waitForCancellation', {}, undefined, { deadline: Date.now() + 2000 })));
  },

  async cancel(client) {
    const ended = new Promise((resolve) => {
      const call = client.waitForCancellation({}, (error) => resolve(grpc.status[error.code]));
      line().then(() => call.cancel());
    });
    console.log('waiting');
    console.log(await ended);
  },

  async gzip(client) {
    const value = 'a'.repeat(100000);
    const { response, headers } = await unary(client, 'say', { value });
    console.log('sent as', headers.get('request-encoding')[0]);
    console.log('the same:', response.value === value);
  },

  async large(client) {
    const value = 'ä'.repeat(8 * 1024 * 1024);
    const { response } = await unary(client, 'say', { value });
    console.log(Buffer.byteLength(response.value), response.value === value);
  },

  async limit(client) {
    console.log(await codeOf(unary(client, 'say', { value: 'a'.repeat(4 * 1024 * 1024) })));
    console.log(await codeOf(unary(client, 'say', { value: 'a'.repeat(40 * 1024 * 1024) })));
  },

  // Reads one message and then none until it is told to; the connection goes on serving other calls.
  async slowReader(client) {
    const call = client.flood({ value: 'a'.repeat(64 * 1024) });
    await next(call);
    for (let i = 0; i < 300; i++) {
      await unary(client, 'say', { value: 'meanwhile' });
    }
    console.log('paused');
    await line();
    let received = 1;
    await new Promise((resolve) => {
      call.on('data', () => {
        received++;
        if (received === 2000) {
          resolve();
        }
      });
      call.on('error', () => {}); // the cancellation below
      call.resume();
    });
    console.log('received', received);
    call.cancel();
  },
});
