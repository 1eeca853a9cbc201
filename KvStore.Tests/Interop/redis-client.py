# redis-py as it is, against a node: python3 redis-client.py <port> <client> <scenario>. What is printed is what the tests compare,
# and the same as redis-client.js prints.
import json
import sys

import redis

port, library, scenario = sys.argv[1:4]


def show(*values):
    print(*(value if isinstance(value, str) else json.dumps(value, separators=(',', ':')) for value in values))


def text(answer):
    if isinstance(answer, bytes):
        return answer.decode()
    if isinstance(answer, list):
        return [text(each) for each in answer]
    return 'OK' if answer is True else answer


def connect():
    if library == 'pythonCluster':
        return redis.cluster.RedisCluster(host='127.0.0.1', port=int(port))
    return redis.Redis(host='127.0.0.1', port=int(port), client_name='python')


def commands(client):
    show(text(client.set('stock', 'hello')), text(client.get('stock')), text(client.get('stock:absent')))
    show(client.incrby('stock:n', 5), client.append('stock', '!'), client.strlen('stock'))
    mset, mget = (client.mset_nonatomic, client.mget_nonatomic) if library == 'pythonCluster' else (client.mset, client.mget)
    done = mset({'stock:a': '1', 'stock:b': '2'})
    show('OK' if done is True or all(done) else done, text(mget('stock:a', 'stock:b', 'stock:absent')))
    show(int(client.expire('stock', 100)), client.ttl('stock') > 0, int(client.persist('stock')))
    show(client.delete('stock', 'stock:a', 'stock:b', 'stock:n'), client.exists('stock'))


def errors(client):
    for words in (['NOSUCH'], ['GET'], ['INCR', 'stock:text'], ['LPUSH', 'stock:list', 'a']):
        client.set('stock:text', 'text')
        try:
            show(text(client.execute_command(*words)))
        except redis.ResponseError as error:
            # redis-py takes the "ERR" away; the blank at the end is the server's.
            show('ERR ' + str(error))


def pipeline(client):
    # Without transaction=False redis-py puts a pipeline between MULTI and EXEC.
    pipe = client.pipeline() if library == 'pythonCluster' else client.pipeline(transaction=False)
    for i in range(500):
        pipe.set('stock:p%d' % (i % 50), str(i))
        pipe.get('stock:p%d' % (i % 50))
    answers = pipe.execute()
    show(len(answers), all(text(answer) == (str((at - 1) // 2) if at % 2 else 'OK') for at, answer in enumerate(answers)))


def methods(client):
    show(client.hset('stock:h', mapping={'f': '1', 'g': '2'}))
    show({text(name): text(value) for name, value in client.hgetall('stock:h').items()})
    show(text(client.set('stock:m', 'v', ex=50, nx=True)))
    show(client.ttl('stock:m') > 0, text(client.type('stock:h')))
    keys = sorted(text(key) for key in client.scan_iter(match='stock:[hm]', count=100))
    show(keys, client.info()['redis_version'] == '7.4.0', client.delete('stock:h'))


# As redis-py sends it: MULTI, the commands and EXEC at once.
def transaction(client):
    client.delete('{stock}t', '{stock}n')
    try:
        show(text(client.pipeline(transaction=True).set('{stock}t', '1').incr('{stock}n').execute()))
    except redis.ResponseError as error:
        show(str(error))
    show(client.exists('{stock}t', '{stock}n'), text(client.set('{stock}t', '2')))


# Keys of every node, each brought to its own.
def spread(client):
    client.delete('stock:hash')
    keys = ['stock:spread:%d' % i for i in range(300)]
    for i, key in enumerate(keys):
        client.set(key, str(i))
    show(len(client.get_primaries()), all(text(client.get(key)) == str(i) for i, key in enumerate(keys)))
    show(client.hset('stock:hash', mapping={'f': '1'}), text(client.type('stock:hash')))
    show(text(client.mset({'{stock}a': '1', '{stock}b': '2'})))
    show(text(client.mget('{stock}a', '{stock}b')))


opened = connect()
{'commands': commands, 'errors': errors, 'pipeline': pipeline, 'methods': methods, 'transaction': transaction, 'spread': spread}[scenario](opened)
opened.close()
