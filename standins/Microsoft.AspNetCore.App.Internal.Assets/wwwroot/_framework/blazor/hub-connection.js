// One connection to the hub: a WebSocket that carries length-prefixed MessagePack messages of SignalR's protocol.

import { decode, encode } from './message-pack.js';

const RECORD_SEPARATOR = 0x1e;
const PING_EVERY = 15_000;
const SILENCE_MAX = 30_000;
const HANDSHAKE_MAX = 15_000;

const Invocation = 1;
const Completion = 3;
const Ping = 6;
const Close = 7;

export class HubConnection {
    #socket;
    #handlers = new Map();
    #pending = new Map();
    #nextInvocation = 1;
    #pingTimer = 0;
    #silenceTimer = 0;
    #isOpen = false;

    /** Called once, when the connection ends after it was opened. */
    onclose = () => { };

    /** What the server may call, by name. */
    on(target, handler) {
        this.#handlers.set(target, handler);
    }

    /** Connects and agrees on the protocol. */
    open(url) {
        return new Promise((resolve, reject) => {
            const socket = new WebSocket(url);
            socket.binaryType = 'arraybuffer';
            this.#socket = socket;
            const giveUp = setTimeout(() => socket.close(), HANDSHAKE_MAX);

            socket.onopen = () => socket.send(`{"protocol":"blazorpack","version":1}${String.fromCharCode(RECORD_SEPARATOR)}`);
            socket.onmessage = ({ data }) => {
                clearTimeout(giveUp);
                const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data);
                const end = bytes.indexOf(RECORD_SEPARATOR);
                const answer = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
                if (answer.error) {
                    reject(new Error(answer.error));
                    socket.close();
                    return;
                }
                this.#begin(socket);
                resolve();
                this.#receive(bytes.subarray(end + 1));
            };
            socket.onclose = () => {
                clearTimeout(giveUp);
                reject(new Error('The connection was closed before it was ready.'));
            };
        });
    }

    /** Calls a method of the hub without waiting for it. */
    send(target, ...args) {
        this.#write([Invocation, {}, null, target, args, []]);
    }

    /** Calls a method of the hub; the promise is its result. */
    invoke(target, ...args) {
        const id = String(this.#nextInvocation++);
        return new Promise((resolve, reject) => {
            this.#pending.set(id, { resolve, reject });
            this.#write([Invocation, {}, id, target, args, []]);
        });
    }

    close() {
        this.#socket?.close();
    }

    #begin(socket) {
        this.#isOpen = true;
        socket.onmessage = ({ data }) => this.#receive(new Uint8Array(data));
        socket.onclose = () => this.#end();
        this.#pingTimer = setInterval(() => this.#write([Ping]), PING_EVERY);
        this.#heard();
    }

    #end() {
        if (!this.#isOpen) {
            return;
        }
        this.#isOpen = false;
        clearInterval(this.#pingTimer);
        clearTimeout(this.#silenceTimer);
        const lost = new Error('The connection to the server was lost.');
        this.#pending.forEach(({ reject }) => reject(lost));
        this.#pending.clear();
        this.onclose();
    }

    // A half-open connection never closes by itself; the server pings, so silence means that it is gone.
    #heard() {
        clearTimeout(this.#silenceTimer);
        this.#silenceTimer = setTimeout(() => {
            this.#socket.close();
            this.#end();
        }, SILENCE_MAX);
    }

    #write(message) {
        if (this.#socket?.readyState !== WebSocket.OPEN) {
            return;
        }
        const body = encode(message);
        const head = [];
        let rest = body.length;
        do {
            head.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
            rest >>>= 7;
        } while (rest > 0);
        const bytes = new Uint8Array(head.length + body.length);
        bytes.set(head);
        bytes.set(body, head.length);
        this.#socket.send(bytes);
    }

    #receive(bytes) {
        this.#heard();
        let at = 0;
        while (at < bytes.length) {
            let length = 0;
            let shift = 0;
            let part;
            do {
                part = bytes[at++];
                length |= (part & 0x7f) << shift;
                shift += 7;
            } while (part & 0x80);
            this.#dispatch(decode(bytes.subarray(at, at + length)));
            at += length;
        }
    }

    #dispatch(message) {
        switch (message[0]) {
            case Invocation: {
                const [, , , target, args] = message;
                this.#handlers.get(target)?.(...args);
                break;
            }
            case Completion: {
                const [, , id, kind, result] = message;
                const call = this.#pending.get(id);
                this.#pending.delete(id);
                if (kind === 1) {
                    call?.reject(new Error(result));
                } else {
                    call?.resolve(result);
                }
                break;
            }
            case Close:
                if (message[1]) {
                    console.error(`The server closed the connection: ${message[1]}`);
                }
                break;
        }
    }
}
