// What the programs of this folder share: protos as grpc-js takes them, calls as promises, and one scenario a run.
'use strict';

const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const protos = path.join(__dirname, 'protos');

exports.grpc = grpc;

exports.load = (file) => grpc.loadPackageDefinition(
  loader.loadSync(file, { includeDirs: [protos], longs: String, enums: String, defaults: true, oneofs: true }));

exports.metadata = (entries) => {
  const metadata = new grpc.Metadata();
  Object.entries(entries).forEach(([key, value]) => metadata.set(key, value));
  return metadata;
};

// Resolves, or rejects with the error, when the call has ended and its trailers are there.
exports.unary = (client, method, request, metadata = new grpc.Metadata(), options = {}) => new Promise((resolve, reject) => {
  let headers;
  let answer;
  const call = client[method](request, metadata, options, (error, response) => { answer = { error, response }; });
  call.on('metadata', (received) => { headers = received; });
  call.on('status', (status) => {
    if (answer.error) {
      reject(answer.error);
    } else {
      resolve({ response: answer.response, headers, trailers: status.metadata });
    }
  });
});

exports.collect = (stream) => new Promise((resolve, reject) => {
  const messages = [];
  stream.on('data', (message) => messages.push(message));
  stream.on('error', reject);
  stream.on('end', () => resolve(messages));
});

// The next message of a stream, which is paused before and after.
exports.next = (stream) => new Promise((resolve, reject) => {
  stream.once('data', (message) => {
    stream.pause();
    resolve(message);
  });
  stream.once('error', reject);
  stream.resume();
});

exports.codeOf = (promise) => promise.then(() => 'OK', (error) => grpc.status[error.code]);

exports.line = () => new Promise((resolve) => {
  process.stdin.once('data', () => {
    process.stdin.pause();
    resolve();
  });
});

// node PROGRAM ADDRESS SCENARIO
exports.run = async (open, scenarios) => {
  const [address, name] = process.argv.slice(2);
  const client = open(address, name);
  await scenarios[name](client);
  client.close();
  process.stdin.destroy(); // it may be open, and would keep the process
};
