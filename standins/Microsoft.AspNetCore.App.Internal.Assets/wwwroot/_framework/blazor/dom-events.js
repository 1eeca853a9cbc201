// What the user does, to the server. One listener on the document for each kind of event; who wants it is looked up.

// Events that do not bubble are caught on their way down and go to their target only.
const NotBubbling = new Set([
    'abort', 'blur', 'cancel', 'canplay', 'close', 'cuechange', 'durationchange', 'emptied', 'ended', 'error', 'focus', 'invalid',
    'load', 'loadeddata', 'loadedmetadata', 'loadend', 'loadstart', 'mouseenter', 'mouseleave', 'pause', 'play', 'playing',
    'pointerenter', 'pointerleave', 'progress', 'ratechange', 'reset', 'scroll', 'seeked', 'seeking', 'stalled', 'submit',
    'suspend', 'timeupdate', 'toggle', 'unload', 'volumechange', 'waiting',
]);

const MouseFields = [
    'detail', 'screenX', 'screenY', 'clientX', 'clientY', 'offsetX', 'offsetY', 'pageX', 'pageY', 'movementX', 'movementY',
    'button', 'buttons', 'ctrlKey', 'shiftKey', 'altKey', 'metaKey', 'type',
];
const PointerFields = [...MouseFields, 'pointerId', 'width', 'height', 'pressure', 'tiltX', 'tiltY', 'pointerType', 'isPrimary'];
const WheelFields = [...MouseFields, 'deltaX', 'deltaY', 'deltaZ', 'deltaMode'];
const KeyFields = ['key', 'code', 'location', 'repeat', 'ctrlKey', 'shiftKey', 'altKey', 'metaKey', 'type', 'isComposing'];

// The server refuses a field that it does not know, so each kind of event sends exactly its own.
const FieldsOf = new Map([
    ...['click', 'contextmenu', 'dblclick', 'mousedown', 'mouseenter', 'mouseleave', 'mousemove', 'mouseout', 'mouseover', 'mouseup']
        .map(name => [name, MouseFields]),
    ...['gotpointercapture', 'lostpointercapture', 'pointercancel', 'pointerdown', 'pointerenter', 'pointerleave', 'pointermove',
        'pointerout', 'pointerover', 'pointerup'].map(name => [name, PointerFields]),
    ...['wheel', 'mousewheel'].map(name => [name, WheelFields]),
    ...['keydown', 'keypress', 'keyup'].map(name => [name, KeyFields]),
    ...['focus', 'blur', 'focusin', 'focusout', 'copy', 'cut', 'paste'].map(name => [name, ['type']]),
]);

export class DomEvents {
    #elements = new WeakMap();
    #handlers = new Map();
    #listening = new Set();
    #dispatch;

    /** @param dispatch called with the descriptor and the arguments of each event that somebody wants */
    constructor(dispatch) {
        this.#dispatch = dispatch;
    }

    listen(element, eventName, handlerId, componentId) {
        this.#recordOf(element, eventName).handler = { id: handlerId, componentId };
        this.#handlers.set(handlerId, { element, eventName });
    }

    /** @param flag stopPropagation or preventDefault */
    setFlag(element, flag, eventName, isOn) {
        this.#recordOf(element, eventName)[flag] = isOn;
    }

    remove(handlerId) {
        const { element, eventName } = this.#handlers.get(handlerId) ?? {};
        this.#handlers.delete(handlerId);
        const record = element && this.#elements.get(element)?.get(eventName);
        if (record?.handler?.id === handlerId) {
            record.handler = null;
        }
    }

    #recordOf(element, eventName) {
        if (!this.#listening.has(eventName)) {
            this.#listening.add(eventName);
            document.addEventListener(eventName, event => this.#happened(event), { capture: NotBubbling.has(eventName), passive: false });
        }
        let records = this.#elements.get(element);
        if (!records) {
            this.#elements.set(element, records = new Map());
        }
        let record = records.get(eventName);
        if (!record) {
            records.set(eventName, record = {});
        }
        return record;
    }

    #happened(event) {
        const path = NotBubbling.has(event.type) ? [event.target] : event.composedPath();
        for (const element of path) {
            const record = this.#elements.get(element)?.get(event.type);
            if (!record) {
                continue;
            }
            // A form that the server handles must not also load a page.
            if (record.preventDefault || (record.handler && event.type === 'submit')) {
                event.preventDefault();
            }
            if (record.handler && !(element.disabled && event instanceof MouseEvent)) {
                this.#send(event, record.handler);
            }
            if (record.stopPropagation) {
                break;
            }
        }
    }

    #send(event, { id, componentId }) {
        const isEdit = event.type === 'change' || event.type === 'input';
        const value = isEdit ? valueOf(event.target) : undefined;
        const isSimple = typeof value === 'string' || typeof value === 'boolean';
        const descriptor = {
            eventHandlerId: id,
            eventName: event.type,
            // Lets the server know what the field shows by now, so that it does not set it back.
            eventFieldInfo: isSimple ? { componentId, fieldValue: value } : null,
        };
        this.#dispatch(descriptor, isEdit ? { value } : argumentsOf(event));
    }
}

function argumentsOf(event) {
    const fields = FieldsOf.get(event.type) ?? [];
    return Object.fromEntries(fields.map(name => [name, event[name]]));
}

function valueOf(element) {
    if (element.localName === 'input' && (element.type === 'checkbox' || element.type === 'radio' && typeof element.value !== 'string')) {
        return element.checked;
    }
    if (element.localName === 'select' && element.multiple) {
        return [...element.selectedOptions].map(option => option.value);
    }
    return element.value;
}
