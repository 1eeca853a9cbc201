// The part of MessagePack that the hub's protocol uses: nil, booleans, numbers, text, bytes, arrays and maps.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of a value. Text of any length, bytes as Uint8Array, whole numbers up to 2^53. */
export function encode(value) {
    const parts = [];
    write(value, parts);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
    }
    return bytes;
}

function write(value, parts) {
    if (value === null || value === undefined) {
        parts.push([0xc0]);
    } else if (typeof value === 'boolean') {
        parts.push([value ? 0xc3 : 0xc2]);
    } else if (typeof value === 'number') {
        writeNumber(value, parts);
    } else if (typeof value === 'string') {
        const bytes = encoder.encode(value);
        writeHead(bytes.length, parts, { fix: 0xa0, fixMax: 31, byte: 0xd9, short: 0xda, long: 0xdb });
        parts.push(bytes);
    } else if (value instanceof Uint8Array) {
        writeHead(value.length, parts, { fixMax: -1, byte: 0xc4, short: 0xc5, long: 0xc6 });
        parts.push(value);
    } else if (Array.isArray(value)) {
        writeHead(value.length, parts, { fix: 0x90, fixMax: 15, short: 0xdc, long: 0xdd });
        value.forEach(item => write(item, parts));
    } else {
        const entries = Object.entries(value);
        writeHead(entries.length, parts, { fix: 0x80, fixMax: 15, short: 0xde, long: 0xdf });
        entries.flat().forEach(item => write(item, parts));
    }
}

function writeHead(length, parts, codes) {
    if (length <= codes.fixMax) {
        parts.push([codes.fix | length]);
    } else if (codes.byte && length <= 0xff) {
        parts.push([codes.byte, length]);
    } else if (length <= 0xffff) {
        parts.push([codes.short, length >> 8, length & 0xff]);
    } else {
        parts.push([codes.long, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff]);
    }
}

function writeNumber(value, parts) {
    const bytes = new Uint8Array(9);
    const view = new DataView(bytes.buffer);
    if (Number.isSafeInteger(value)) {
        if (value >= 0 && value <= 0x7f) {
            parts.push([value]);
            return;
        }
        bytes[0] = 0xd3;
        view.setBigInt64(1, BigInt(value));
    } else {
        bytes[0] = 0xcb;
        view.setFloat64(1, value);
    }
    parts.push(bytes);
}

/** The one value in these bytes. Bytes in it are views of them, not copies. */
export function decode(bytes) {
    return new Reader(bytes).read();
}

class Reader {
    constructor(bytes) {
        this.bytes = bytes;
        this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.at = 0;
    }

    read() {
        const code = this.bytes[this.at++];
        if (code <= 0x7f) {
            return code;
        }
        if (code >= 0xe0) {
            return code - 0x100;
        }
        if (code <= 0x8f) {
            return this.map(code & 0x0f);
        }
        if (code <= 0x9f) {
            return this.array(code & 0x0f);
        }
        if (code <= 0xbf) {
            return this.text(code & 0x1f);
        }
        return this.readLong(code);
    }

    readLong(code) {
        switch (code) {
            case 0xc0: return null;
            case 0xc2: return false;
            case 0xc3: return true;
            case 0xc4: return this.binary(this.take(1, 'getUint8'));
            case 0xc5: return this.binary(this.take(2, 'getUint16'));
            case 0xc6: return this.binary(this.take(4, 'getUint32'));
            case 0xca: return this.take(4, 'getFloat32');
            case 0xcb: return this.take(8, 'getFloat64');
            case 0xcc: return this.take(1, 'getUint8');
            case 0xcd: return this.take(2, 'getUint16');
            case 0xce: return this.take(4, 'getUint32');
            case 0xcf: return Number(this.take(8, 'getBigUint64'));
            case 0xd0: return this.take(1, 'getInt8');
            case 0xd1: return this.take(2, 'getInt16');
            case 0xd2: return this.take(4, 'getInt32');
            case 0xd3: return Number(this.take(8, 'getBigInt64'));
            case 0xd9: return this.text(this.take(1, 'getUint8'));
            case 0xda: return this.text(this.take(2, 'getUint16'));
            case 0xdb: return this.text(this.take(4, 'getUint32'));
            case 0xdc: return this.array(this.take(2, 'getUint16'));
            case 0xdd: return this.array(this.take(4, 'getUint32'));
            case 0xde: return this.map(this.take(2, 'getUint16'));
            case 0xdf: return this.map(this.take(4, 'getUint32'));
            default: throw new Error(`MessagePack code 0x${code.toString(16)} is not used by the hub's protocol.`);
        }
    }

    take(size, getter) {
        const value = this.view[getter](this.at);
        this.at += size;
        return value;
    }

    binary(length) {
        const value = this.bytes.subarray(this.at, this.at + length);
        this.at += length;
        return value;
    }

    text(length) {
        return decoder.decode(this.binary(length));
    }

    array(length) {
        return Array.from({ length }, () => this.read());
    }

    map(length) {
        const value = {};
        for (let i = 0; i < length; i++) {
            const name = this.read();
            value[name] = this.read();
        }
        return value;
    }
}
