// Reads a render batch: what changed in which components since the last one. Tables come first and where they begin last.
// Numbers are little-endian. An index of -1 into the table of texts is null.

const DIFF_HEAD = 8;
const EDIT_SIZE = 16;
const FRAME_SIZE = 20;
const TABLES = 5;

export const EditType = Object.freeze({
    prependFrame: 1,
    removeFrame: 2,
    setAttribute: 3,
    removeAttribute: 4,
    updateText: 5,
    stepIn: 6,
    stepOut: 7,
    updateMarkup: 8,
    permutationEntry: 9,
    permutationEnd: 10,
});

export const FrameType = Object.freeze({
    element: 1,
    text: 2,
    attribute: 3,
    component: 4,
    region: 5,
    elementReference: 6,
    markup: 8,
});

export class RenderBatch {
    #view;
    #bytes;
    #diffs;
    #frames;
    #disposedComponents;
    #disposedHandlers;
    #texts;
    #decoder = new TextDecoder();

    constructor(bytes) {
        this.#bytes = bytes;
        this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const tables = Array.from({ length: TABLES }, (_, i) => this.#int(bytes.length - (TABLES - i) * 4));
        [this.#diffs, this.#frames, this.#disposedComponents, this.#disposedHandlers, this.#texts] = tables;
    }

    /** The components that changed, each with its edits, in the order to apply them. */
    *updatedComponents() {
        const count = this.#int(this.#diffs);
        for (let i = 0; i < count; i++) {
            const diff = this.#int(this.#diffs + 4 + i * 4);
            yield { componentId: this.#int(diff), edits: this.#edits(diff + DIFF_HEAD, this.#int(diff + 4)) };
        }
    }

    *disposedComponentIds() {
        const count = this.#int(this.#disposedComponents);
        for (let i = 0; i < count; i++) {
            yield this.#int(this.#disposedComponents + 4 + i * 4);
        }
    }

    *disposedEventHandlerIds() {
        const count = this.#int(this.#disposedHandlers);
        for (let i = 0; i < count; i++) {
            yield this.#long(this.#disposedHandlers + 4 + i * 8);
        }
    }

    /** A node, attribute or component to be made. Which of the fields mean something depends on its type. */
    frame(index) {
        const at = this.#frames + 4 + index * FRAME_SIZE;
        const type = this.#int(at);
        const first = this.#int(at + 4);
        switch (type) {
            case FrameType.element:
                return { type, subtreeLength: first, name: this.#text(this.#int(at + 8)) };
            case FrameType.component:
                return { type, subtreeLength: first, componentId: this.#int(at + 8) };
            case FrameType.region:
                return { type, subtreeLength: first };
            case FrameType.attribute:
                return { type, name: this.#text(first), value: this.#text(this.#int(at + 8)), handlerId: this.#long(at + 12) };
            case FrameType.text:
            case FrameType.markup:
                return { type, content: this.#text(first) ?? '' };
            case FrameType.elementReference:
                return { type, id: this.#text(first) };
            default:
                // The captures of components and render modes, which matter to the server only.
                return { type };
        }
    }

    *#edits(start, count) {
        for (let i = 0; i < count; i++) {
            const at = start + i * EDIT_SIZE;
            const other = this.#int(at + 8);
            yield {
                type: this.#int(at),
                siblingIndex: this.#int(at + 4),
                frameIndex: other,
                moveTo: other,
                attribute: this.#text(this.#int(at + 12)),
            };
        }
    }

    #int(at) {
        return this.#view.getInt32(at, true);
    }

    #long(at) {
        return Number(this.#view.getBigUint64(at, true));
    }

    #text(index) {
        if (index === -1) {
            return null;
        }
        let at = this.#int(this.#texts + index * 4);
        let length = 0;
        let shift = 0;
        let part;
        do {
            part = this.#bytes[at++];
            length |= (part & 0x7f) << shift;
            shift += 7;
        } while (part & 0x80);
        return this.#decoder.decode(this.#bytes.subarray(at, at + length));
    }
}
