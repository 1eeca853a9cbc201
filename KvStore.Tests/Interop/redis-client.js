// Clients of Redis as they are, against a node: node redis-client.js <port> <client> <scenario>. What is printed is what the tests compare.
'use strict';

const [port, library, scenario] = process.argv.slice(2);
const print = (...values) => console.log(values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' '));

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
