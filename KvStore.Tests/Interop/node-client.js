// A client of a node: runs one scenario and prints what came of it.
'use strict';

const { grpc, load, unary, collect, next, run } = require('./stock.js');

const store = load('kv.proto').kvstore.v1;
const cluster = load('cluster.proto').kvstore.v1;
const { health } = load('health.proto').grpc;
const reflection = {
  v1: load('grpc/reflection/v1/reflection.proto').grpc.reflection.v1,
  v1alpha: load('grpc/reflection/v1alpha/reflection.proto').grpc.reflection.v1alpha,
};
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

const clientOf = {
  watch: cluster.Cluster, health: health.v1.Health, reflection: reflection.v1.ServerReflection, reflectionAlpha: reflection.v1alpha.ServerReflection,
};

async function ask(client, ...requests) {
  const call = client.serverReflectionInfo();
  const answers = collect(call);
  requests.forEach((request) => call.write(request));
  call.end();
  return answers;
}

async function reflect(client) {
  const [services, file, none] = await ask(
    client, { listServices: '' }, { fileContainingSymbol: 'kvstore.v1.Kv' }, { fileContainingSymbol: 'kvstore.v1.Nothing' });
  services.listServicesResponse.service.map((service) => service.name).sort().forEach((name) => console.log(name));
  console.log(file.fileDescriptorResponse.fileDescriptorProto.some((proto) => proto.includes('IncrementRequest')));
  console.log(grpc.status[none.errorResponse.errorCode]);
}

run((address, scenario) => new (clientOf[scenario] ?? store.Kv)(address, grpc.credentials.createInsecure(), {
  'grpc.max_receive_message_length': MESSAGE_BYTES_MAX, 'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
}), {
  async store(client) {
    const key = Buffer.from([0, 255, 128]);
    const put = (await unary(client, 'put', { key, value: Buffer.from('hello') })).response;
    const got = (await unary(client, 'get', { key, consistency: { named: 'LEVEL_ALL' } })).response;
    console.log('get:', got.value.toString(), got.version === put.version);
    console.log('increment:', (await unary(client, 'increment', { key: Buffer.from('n'), by: '5' })).response.value);
    const batch = (await unary(client, 'batch', { operations: [{ get: { key } }, { get: { key: Buffer.from('none') } }] })).response;
    console.log('batch:', batch.results[0].get.value.toString(), batch.results[1].error.type);
    console.log('delete:', (await unary(client, 'delete', { key })).response.existed);
  },

  async errors(client) {
    const key = Buffer.from('a');
    await unary(client, 'put', { key, value: key });
    const error = await unary(client, 'put', { key, value: key, condition: { absent: true } }).catch((failure) => failure);
    const detail = store.ErrorDetail.deserialize(error.metadata.get('kvstore-error-bin')[0]);
    console.log(grpc.status[error.code], detail.type, detail.outcome, detail.message === error.details);
  },

  async scan(client) {
    const operations = Array.from({ length: 600 }, (_, i) => ({ put: { key: Buffer.from(`scan/${i}`), value: Buffer.from('v') } }));
    await unary(client, 'batch', { operations });
    const replies = await collect(client.scan({ prefix: Buffer.from('scan/') }));
    console.log(replies.flatMap((reply) => reply.entries).length, replies.length > 1);
  },

  async large(client) {
    const value = Buffer.alloc(16 * 1024 * 1024, 7);
    await unary(client, 'put', { key: Buffer.from('large'), value });
    console.log((await unary(client, 'get', { key: Buffer.from('large') })).response.value.equals(value));
  },

  async watch(client) {
    const call = client.watchTopology({});
    const topology = await next(call);
    console.log('epoch', topology.epoch);
    const ended = new Promise((resolve) => { call.on('error', (error) => resolve(grpc.status[error.code])); });
    call.cancel();
    console.log(await ended);
  },

  // Until the node stops.
  async health(client) {
    console.log((await unary(client, 'check', {})).response.status);
    console.log(grpc.status[(await unary(client, 'check', { service: 'nothing' }).catch((error) => error)).code]);
    const call = client.watch({});
    const ended = new Promise((resolve) => { call.on('end', resolve); });
    call.on('data', (message) => console.log('watch:', message.status));
    call.on('error', (error) => console.log(grpc.status[error.code]));
    await ended;
  },

  reflection: reflect,
  reflectionAlpha: reflect,
});
