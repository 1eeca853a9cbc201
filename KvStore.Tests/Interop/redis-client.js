// Clients of Redis as they are, against a node: node redis-client.js <port> <client> <scenario>. What is printed is what the tests compare.
'use strict';

const [port, library, scenario] = process.argv.slice(2);
const print = (...values) => console.log(values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' '));

const together = (call) => (commands) => Promise.all(commands.map((words) => call(...words).catch((error) => error.message)));

// One way to speak to both: a command as its words.
const libraries = {
  async ioredis() {
    const Redis = require('ioredis');
    const client = new Redis({ port: Number(port), host: '127.0.0.1', connectionName: 'io' });
    return {
      client,
      call: (...words) => client.call(...words),
      pipeline: async (commands) => (await client.pipeline(commands.map(([name, ...rest]) => [name.toLowerCase(), ...rest])).exec()).map(([error, value]) => (error ? error.message : value)),
      end: () => client.quit(),
    };
  },
  async redis(RESP = 2) {
    const { createClient } = require('redis');
    const client = createClient({ url: `redis://127.0.0.1:${port}`, name: 'node', RESP });
    client.on('error', (error) => print('error', error.message));
    await client.connect();
    return {
      client,
      call: (...words) => client.sendCommand(words),
      pipeline: (commands) => Promise.all(commands.map((words) => client.sendCommand(words).catch((error) => error.message))),
      end: () => client.close(),
    };
  },
  redis3: () => libraries.redis(3),

  // In cluster mode they ask for the slots and bring each command to its key's node. A pipeline is commands that are not waited for.
  async ioredisCluster() {
    const Redis = require('ioredis');
    const client = new Redis.Cluster([{ port: Number(port), host: '127.0.0.1' }], { redisOptions: { connectionName: 'io' } });
    const call = (...words) => client.call(...words);
    return { client, call, pipeline: together(call), nodes: () => client.nodes('master').length, end: () => client.quit() };
  },
  async redisCluster(RESP = 2) {
    const { createCluster } = require('redis');
    const client = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }], RESP });
    client.on('error', (error) => print('error', error.message));
    await client.connect();
    const call = (...words) => client.sendCommand(words[1], false, words);
    return { client, call, pipeline: together(call), nodes: () => client.masters.length, end: () => client.close() };
  },
  redisCluster3: () => libraries.redisCluster(3),
};

const scenarios = {
  async commands({ call }) {
    print(await call('SET', 'stock', 'hello'), await call('GET', 'stock'), await call('GET', 'stock:absent'));
    print(await call('INCRBY', 'stock:n', '5'), await call('APPEND', 'stock', '!'), await call('STRLEN', 'stock'));
    print(await call('MSET', 'stock:a', '1', 'stock:b', '2'), await call('MGET', 'stock:a', 'stock:b', 'stock:absent'));
    print(await call('EXPIRE', 'stock', '100'), await call('TTL', 'stock') > 0, await call('PERSIST', 'stock'));
    print(await call('DEL', 'stock', 'stock:a', 'stock:b', 'stock:n'), await call('EXISTS', 'stock'));
  },
  async errors({ call }) {
    for (const words of [['NOSUCH'], ['GET'], ['INCR', 'stock:text'], ['LPUSH', 'stock:list', 'a']]) {
      await call('SET', 'stock:text', 'text');
      print(await call(...words).catch((error) => error.message));
    }
  },
  async pipeline({ pipeline }) {
    const commands = [];
    for (let i = 0; i < 500; i++) {
      commands.push(['SET', `stock:p${i % 50}`, String(i)], ['GET', `stock:p${i % 50}`]);
    }
    const answers = await pipeline(commands);
    print(answers.length, answers.every((answer, at) => answer === (at % 2 ? String((at - 1) / 2) : 'OK')));
  },
  // As the libraries send it: MULTI, the commands and EXEC at once.
  async transaction({ client, call }) {
    await call('DEL', '{stock}t', '{stock}n');
    print(await client.multi().set('{stock}t', '1').incr('{stock}n').exec().catch((error) => error.message));
    print(await call('EXISTS', '{stock}t', '{stock}n'), await call('SET', '{stock}t', '2'));
  },
  // Keys of every node, each brought to its own.
  async spread({ client, call, nodes }) {
    const isIo = library.startsWith('ioredis');
    await call('DEL', 'stock:hash');
    const keys = Array.from({ length: 300 }, (_, i) => `stock:spread:${i}`);
    await Promise.all(keys.map((key, i) => client.set(key, String(i))));
    const values = await Promise.all(keys.map((key) => client.get(key)));
    print(nodes(), values.every((value, i) => value === String(i)));
    print(await (isIo ? client.hset('stock:hash', { f: '1' }) : client.hSet('stock:hash', { f: '1' })), await call('TYPE', 'stock:hash'));
    print(await (isIo ? client.mset('{stock}a', '1', '{stock}b', '2') : client.mSet({ '{stock}a': '1', '{stock}b': '2' })));
    print(await (isIo ? client.mget('{stock}a', '{stock}b') : client.mGet(['{stock}a', '{stock}b'])));
  },

  // Two clients count by turns, and see what the other wrote, until they are told to go on, and some more. What was not applied is
  // said again; of what is UNKNOWN the count may be one higher from then on.
  async loop({ call }) {
    const other = new (require('ioredis'))({ port: Number(process.argv[5]), host: '127.0.0.1' });
    let [wrong, counted, unknown] = [0, 0, 0];
    const say = async (client, ...words) => {
      for (;;) {
        try {
          return await client(...words);
        } catch (error) {
          if (words[0] === 'INCR' && error.message.startsWith('UNKNOWN')) {
            unknown++;
            return null;
          }
          if (!/^(UNKNOWN|UNAVAILABLE|OVERLOADED) /.test(error.message)) {
            throw error;
          }
        }
      }
    };
    const see = (count) => {
      wrong += count >= counted && count <= counted + unknown ? 0 : 1;
      unknown -= Math.max(0, count - counted);
      counted = Math.max(counted, count);
    };
    const round = async (one, two) => {
      const count = await say(one, 'INCR', 'stock:counter');
      if (count !== null) {
        counted++;
        see(Number(count));
      }
      see(Number(await say(two, 'GET', 'stock:counter')));
      const [key, value] = [`stock:loop:${counted % 100}`, String(counted)];
      wrong += (await say(one, 'SET', key, value)) === 'OK' ? 0 : 1;
      wrong += (await say(two, 'GET', key)) === value ? 0 : 1;
    };
    const rounds = async (goesOn) => {
      for (let i = 0; goesOn(i); i++) {
        await round(...(i % 2 ? [call, (...words) => other.call(...words)] : [(...words) => other.call(...words), call]));
      }
    };
    await call('DEL', 'stock:counter');
    await rounds((i) => i < 200);
    print('ready');
    let told = false;
    process.stdin.once('data', () => { told = true; });
    await rounds(() => !told);
    await rounds((i) => i < 400);
    print(wrong, 'wrong');
    await other.quit();
    process.stdin.destroy();
  },

  // Methods of the libraries, which read the answers in their own way.
  async methods({ client }) {
    const isIo = library === 'ioredis';
    print(await (isIo ? client.hset('stock:h', { f: '1', g: '2' }) : client.hSet('stock:h', { f: '1', g: '2' })));
    print(await (isIo ? client.hgetall('stock:h') : client.hGetAll('stock:h')));
    print(await (isIo ? client.set('stock:m', 'v', 'EX', 50, 'NX') : client.set('stock:m', 'v', { expiration: { type: 'EX', value: 50 }, condition: 'NX' })));
    print(await client.ttl('stock:m') > 0, await client.type('stock:h'));
    const keys = [];
    if (isIo) {
      for await (const page of client.scanStream({ match: 'stock:[hm]', count: 100 })) {
        keys.push(...page);
      }
    } else {
      for await (const page of client.scanIterator({ MATCH: 'stock:[hm]', COUNT: 100 })) {
        keys.push(...page);
      }
    }
    print(keys.sort(), /redis_version:7.4.0/.test(await client.info()), await client.del('stock:h'));
  },
};

(async () => {
  const opened = await libraries[library]();
  await scenarios[scenario](opened);
  await opened.end();
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
