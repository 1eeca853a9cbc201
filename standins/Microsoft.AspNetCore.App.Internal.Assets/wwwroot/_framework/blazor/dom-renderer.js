// Applies render batches to the page.

import { EditType, FrameType, RenderBatch } from './render-batch.js';
import { RenderNode } from './render-tree.js';

const FlagPattern = /^__internal_(stopPropagation|preventDefault)_on(.*)$/;

export class DomRenderer {
    #components = new Map();
    #events;
    // Values wait until an element has its other attributes and its options, which decide what values it can take.
    #values = new Map();
    #drawn = new WeakSet();

    constructor(events) {
        this.#events = events;
    }

    /** A component takes the place between two comments of the page; its first batch fills it. */
    attach(componentId, start, end) {
        this.#components.set(componentId, { start, end });
    }

    hasDrawn(element) {
        return this.#drawn.has(element);
    }

    apply(bytes) {
        const batch = new RenderBatch(bytes);
        for (const { componentId, edits } of batch.updatedComponents()) {
            this.#edit(batch, componentId, this.#nodeOf(componentId), edits);
            this.#values.forEach((value, element) => setValue(element, value));
            this.#values.clear();
        }
        for (const id of batch.disposedComponentIds()) {
            this.#components.delete(id);
        }
        for (const id of batch.disposedEventHandlerIds()) {
            this.#events.remove(id);
        }
    }

    #nodeOf(componentId) {
        const component = this.#components.get(componentId);
        if (component instanceof RenderNode) {
            return component;
        }
        const node = RenderNode.root(component.start, component.end);
        this.#components.set(componentId, node);
        return node;
    }

    #edit(batch, componentId, component, edits) {
        let node = component;
        let moves = [];
        for (const edit of edits) {
            const child = node.children[edit.siblingIndex];
            switch (edit.type) {
                case EditType.prependFrame:
                    this.#insert(batch, componentId, node, edit.siblingIndex, edit.frameIndex);
                    break;
                case EditType.removeFrame:
                    node.removeAt(edit.siblingIndex);
                    break;
                case EditType.setAttribute:
                    this.#setAttribute(componentId, child.dom, batch.frame(edit.frameIndex));
                    break;
                case EditType.removeAttribute:
                    this.#setAttribute(componentId, child.dom, { name: edit.attribute, value: null, handlerId: 0 });
                    break;
                case EditType.updateText:
                    child.dom.textContent = batch.frame(edit.frameIndex).content;
                    break;
                case EditType.updateMarkup:
                    child.setMarkup(batch.frame(edit.frameIndex).content);
                    break;
                case EditType.stepIn:
                    node = child;
                    break;
                case EditType.stepOut:
                    node = node.parent;
                    break;
                case EditType.permutationEntry:
                    moves.push({ from: edit.siblingIndex, to: edit.moveTo });
                    break;
                case EditType.permutationEnd:
                    node.permute(moves);
                    moves = [];
                    break;
                default:
                    throw new Error(`Edit ${edit.type} is unknown.`);
            }
        }
    }

    /** Makes what a frame says at an index of a node; returns how many children that were. */
    #insert(batch, componentId, parent, index, frameIndex) {
        const frame = batch.frame(frameIndex);
        switch (frame.type) {
            case FrameType.element:
                this.#insertElement(batch, componentId, parent, index, frame, frameIndex);
                return 1;
            case FrameType.text:
                parent.insert(new RenderNode(document.createTextNode(frame.content), false), index);
                return 1;
            case FrameType.component: {
                const node = new RenderNode(document.createComment(''), true);
                parent.insert(node, index);
                this.#components.set(frame.componentId, node);
                return 1;
            }
            case FrameType.markup: {
                const node = new RenderNode(document.createComment(''), true);
                parent.insert(node, index);
                node.setMarkup(frame.content);
                return 1;
            }
            case FrameType.region:
                return this.#insertAll(batch, componentId, parent, index, frameIndex + 1, frameIndex + frame.subtreeLength);
            case FrameType.elementReference:
                parent.dom.setAttribute(`_bl_${frame.id}`, '');
                return 0;
            default:
                return 0;
        }
    }

    #insertAll(batch, componentId, parent, index, first, end) {
        let inserted = 0;
        for (let i = first; i < end; i++) {
            inserted += this.#insert(batch, componentId, parent, index + inserted, i);
            // A frame's descendants follow it; whoever made it has made them.
            i += (batch.frame(i).subtreeLength ?? 1) - 1;
        }
        return inserted;
    }

    #insertElement(batch, componentId, parent, index, frame, frameIndex) {
        const element = parent.createElement(frame.name);
        this.#drawn.add(element);
        const node = new RenderNode(element, false);
        const end = frameIndex + frame.subtreeLength;
        let next = frameIndex + 1;
        for (; next < end; next++) {
            const attribute = batch.frame(next);
            if (attribute.type !== FrameType.attribute) {
                break;
            }
            this.#setAttribute(componentId, element, attribute);
        }
        // In the page first: what stands in it asks it for its namespace and its place.
        parent.insert(node, index);
        this.#insertAll(batch, componentId, node, 0, next, end);
    }

    #setAttribute(componentId, element, { name, value, handlerId }) {
        const flag = FlagPattern.exec(name);
        if (flag) {
            this.#events.setFlag(element, flag[1], flag[2], value !== null);
        } else if (handlerId !== 0) {
            this.#events.listen(element, name.slice(2), handlerId, componentId);
        } else if (name === 'value' && 'value' in element && element.localName !== 'li' && element.localName !== 'option') {
            this.#values.set(element, value);
        } else if (name === 'checked' && element.localName === 'input') {
            element.checked = value !== null;
        } else if (value === null) {
            element.removeAttribute(name);
        } else {
            element.setAttribute(name, value);
        }
    }
}

// Only where it differs: setting what is there already would move the caret.
function setValue(element, value) {
    if (element.value !== (value ?? '')) {
        element.value = value ?? '';
    }
}
