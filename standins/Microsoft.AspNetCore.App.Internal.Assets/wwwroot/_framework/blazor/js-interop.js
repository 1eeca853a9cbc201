// Calls between .NET and JavaScript: what a call names and carries is JSON, in which references to objects, elements and
// functions of either side have a shape of their own.

const CallType = Object.freeze({ call: 1, construct: 2, getValue: 3, setValue: 4 });
const ResultType = Object.freeze({ value: 0, objectReference: 1, nothing: 3 });

/** An object that lives on the server. */
class DotNetObject {
    #interop;
    #id;

    constructor(interop, id) {
        this.#interop = interop;
        this.#id = id;
    }

    invokeMethodAsync(method, ...args) {
        return this.#interop.invoke(null, method, this.#id, args);
    }

    dispose() {
        return this.#interop.invoke(null, '__Dispose', this.#id, []);
    }

    toJSON() {
        return { __dotNetObject: this.#id };
    }
}

export class JsInterop {
    #connection;
    #objects = new Map([[0, window]]);
    #nextObject = 1;
    #pending = new Map();
    #nextCall = 1;

    constructor(connection) {
        this.connect(connection);
    }

    /** Goes on over a new connection of the same circuit. */
    connect(connection) {
        this.#connection = connection;
        connection.on('JS.BeginInvokeJS', (...call) => this.#called(...call));
        connection.on('JS.EndInvokeDotNet', (...result) => this.#answered(...result));
    }

    /** Calls a .NET method: static in an assembly, or of an object. */
    invoke(assembly, method, objectId, args) {
        const id = String(this.#nextCall++);
        return new Promise((resolve, reject) => {
            this.#pending.set(id, { resolve, reject });
            this.#connection.send('BeginInvokeDotNetFromJS', id, assembly, method, objectId, JSON.stringify(args));
        });
    }

    #answered(id, succeeded, result) {
        const call = this.#pending.get(id);
        this.#pending.delete(id);
        if (succeeded) {
            call?.resolve(result === null || result === '' ? null : this.#parse(result));
        } else {
            call?.reject(new Error(result));
        }
    }

    async #called(handle, identifier, argsJson, resultType, targetId, callType) {
        let succeeded = true;
        let result;
        try {
            const args = argsJson ? this.#parse(argsJson) : [];
            result = await this.#run(identifier, args, this.#objects.get(targetId), callType);
            if (resultType === ResultType.objectReference) {
                result = this.#referTo(result);
            } else if (resultType === ResultType.nothing) {
                result = null;
            }
        } catch (error) {
            succeeded = false;
            result = `${error.message}\n${error.stack}`;
        }
        if (handle !== 0) {
            this.#connection.send('EndInvokeJSFromDotNet', handle, succeeded, JSON.stringify([handle, succeeded, result ?? null]));
        }
    }

    #run(identifier, args, target, callType) {
        if (identifier === 'import' && target === window) {
            return import(new URL(args[0], document.baseURI).href);
        }
        if (identifier === 'DotNet.disposeJSObjectReferenceById') {
            this.#objects.delete(args[0]);
            return null;
        }
        const path = identifier.split('.');
        const name = path.pop();
        const owner = path.reduce((object, part) => object?.[part], target);
        if (owner === undefined || owner === null || (callType !== CallType.setValue && !(name in owner))) {
            throw new Error(`'${identifier}' does not exist.`);
        }
        switch (callType) {
            case CallType.construct: return new owner[name](...args);
            case CallType.getValue: return owner[name];
            case CallType.setValue: owner[name] = args[0]; return null;
            default: return owner[name](...args);
        }
    }

    #referTo(object) {
        const id = this.#nextObject++;
        this.#objects.set(id, object);
        return { __jsObjectId: id };
    }

    #parse(json) {
        return JSON.parse(json, (_, value) => {
            if (value === null || typeof value !== 'object') {
                return value;
            }
            if ('__dotNetObject' in value) {
                return new DotNetObject(this, value.__dotNetObject);
            }
            if ('__jsObjectId' in value) {
                return this.#objects.get(value.__jsObjectId);
            }
            return '__internalId' in value ? document.querySelector(`[_bl_${CSS.escape(value.__internalId)}]`) : value;
        });
    }
}
