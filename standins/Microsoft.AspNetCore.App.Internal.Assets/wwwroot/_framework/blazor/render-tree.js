// The server's picture of the page. It counts children in a way the DOM does not: a component and a piece of markup are one
// child each, whatever they are made of. So a node here is either one DOM node or virtual: a comment that marks where it
// begins, with its children after it in the same DOM parent.

const SVG = 'http://www.w3.org/2000/svg';

export class RenderNode {
    /** @param isVirtual whether its children stand beside its DOM node rather than in it */
    constructor(dom, isVirtual) {
        this.dom = dom;
        this.isVirtual = isVirtual;
        this.parent = null;
        this.children = [];
        this.end = null;
    }

    /** A component of the page: everything between two comments. What was prerendered there goes away. */
    static root(start, end) {
        const node = new RenderNode(start, true);
        node.end = end ?? start.parentNode.insertBefore(document.createComment(''), start.nextSibling);
        while (start.nextSibling !== node.end) {
            start.nextSibling.remove();
        }
        return node;
    }

    /** Whether elements made in it belong to SVG. */
    get isSvg() {
        const host = this.#host;
        return host.namespaceURI === SVG && host.localName !== 'foreignObject';
    }

    createElement(name) {
        return this.isSvg || name === 'svg' ? document.createElementNS(SVG, name) : document.createElement(name);
    }

    insert(child, index) {
        this.#host.insertBefore(child.dom, this.#domAt(index));
        child.parent = this;
        this.children.splice(index, 0, child);
    }

    removeAt(index) {
        const [child] = this.children.splice(index, 1);
        child.domNodes().forEach(node => node.remove());
    }

    /** Replaces what a virtual node is made of. */
    setMarkup(markup) {
        this.children.forEach(child => child.dom.remove());
        this.children = [];
        const template = this.isSvg ? svgFragment(markup) : htmlFragment(markup);
        [...template.childNodes].forEach((node, index) => this.insert(new RenderNode(node, false), index));
    }

    /** Children at the old indices come to stand at the new ones; the others stay. */
    permute(moves) {
        const moved = moves.map(({ from, to }) => ({ to, child: this.children[from] }));
        moved.forEach(({ to, child }) => { this.children[to] = child; });
        moved.sort((a, b) => b.to - a.to).forEach(({ to, child }) => {
            const before = this.#domAt(to + 1);
            child.domNodes().forEach(node => this.#host.insertBefore(node, before));
        });
    }

    domNodes() {
        return this.isVirtual ? [this.dom, ...this.children.flatMap(child => child.domNodes())] : [this.dom];
    }

    get #host() {
        return this.isVirtual ? this.dom.parentNode : this.dom;
    }

    // The DOM node that a child at this index stands before; null at the end of an element.
    #domAt(index) {
        return index < this.children.length ? this.children[index].dom : this.#domAfterChildren();
    }

    #domAfterChildren() {
        if (!this.isVirtual) {
            return null;
        }
        return this.end ?? this.parent.#domAt(this.parent.children.indexOf(this) + 1);
    }
}

function htmlFragment(markup) {
    const template = document.createElement('template');
    template.innerHTML = markup;
    return template.content;
}

function svgFragment(markup) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.innerHTML = markup;
    return svg;
}
