// The square of slots: draws what the server says, and tells it which slot is pointed at and which are brushed.
const SIDE = 128;
const squares = new Map();

const clamp = (value, most) => Math.min(most, Math.max(0, value));

class Square {
    constructor(root, page) {
        this.root = root;
        this.page = page;
        this.canvas = root.querySelector('canvas');
        this.brush = root.querySelector('[data-brush]');
        this.cursor = root.querySelector('[data-cursor]');
        this.at = 0;
        this.anchor = null;
        this.asked = null;
        this.isAsking = false;
        this.isDragging = false;
        this.stop = new AbortController();
        const on = (type, handle) => root.addEventListener(type, handle, { signal: this.stop.signal });
        on('pointerdown', event => this.press(event));
        on('pointermove', event => this.move(event));
        on('pointerup', event => this.release(event));
        on('pointercancel', () => { this.isDragging = false; });
        on('keydown', event => this.key(event));
        on('focus', () => this.point(this.at, true));
        on('blur', () => this.place(this.cursor, null));
        this.theme = new MutationObserver(() => this.draw());
        this.theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
        this.media = matchMedia('(prefers-color-scheme: dark)');
        this.media.addEventListener('change', () => this.draw(), { signal: this.stop.signal });
        root.dataset.heard = '';
    }

    close() {
        this.stop.abort();
        this.theme.disconnect();
    }

    /** Colours as places in the palettes: a byte a slot, in base64. */
    paint(colors, dark, light) {
        this.colors = Uint8Array.from(atob(colors), character => character.charCodeAt(0));
        Object.assign(this, { dark, light });
        this.draw();
    }

    draw() {
        if (!this.colors) {
            return;
        }
        const chosen = document.documentElement.dataset.theme;
        const isDark = chosen ? chosen === 'dark' : this.media.matches;
        const palette = (isDark ? this.dark : this.light).map(color => [1, 3, 5].map(i => parseInt(color.slice(i, i + 2), 16)));
        const pen = this.canvas.getContext('2d');
        const image = pen.createImageData(SIDE, SIDE);
        this.colors.forEach((color, slot) => image.data.set([...palette[color], 255], slot * 4));
        pen.putImageData(image, 0, 0);
    }

    slotAt(event) {
        const box = this.canvas.getBoundingClientRect();
        const cell = (offset, length) => clamp(Math.floor(offset / length * SIDE), SIDE - 1);
        return cell(event.clientY - box.top, box.height) * SIDE + cell(event.clientX - box.left, box.width);
    }

    // The server hears of the latest slot, and of no more than it can answer.
    async point(slot, isFocus) {
        this.at = slot;
        this.place(this.cursor, isFocus ? [slot, slot] : null);
        this.asked = slot;
        if (this.isAsking) {
            return;
        }
        this.isAsking = true;
        try {
            while (this.asked !== null) {
                const next = this.asked;
                this.asked = null;
                await this.page.invokeMethodAsync('PointAsync', next);
            }
        } finally {
            this.isAsking = false;
        }
    }

    place(box, corners) {
        box.hidden = !corners;
        if (corners) {
            const rows = corners.map(slot => Math.floor(slot / SIDE)).sort((a, b) => a - b);
            const columns = corners.map(slot => slot % SIDE).sort((a, b) => a - b);
            const percent = cells => `${cells / SIDE * 100}%`;
            Object.assign(box.style, {
                top: percent(rows[0]), left: percent(columns[0]),
                height: percent(rows[1] - rows[0] + 1), width: percent(columns[1] - columns[0] + 1),
            });
        }
    }

    press(event) {
        if (event.button === 0) {
            this.isDragging = true;
            this.anchor = this.slotAt(event);
            this.root.setPointerCapture(event.pointerId);
            this.place(this.brush, [this.anchor, this.anchor]);
        }
    }

    move(event) {
        const slot = this.slotAt(event);
        if (this.isDragging) {
            this.place(this.brush, [this.anchor, slot]);
        }
        if (slot !== this.at) {
            this.point(slot, false);
        }
    }

    release(event) {
        if (this.isDragging) {
            this.isDragging = false;
            this.page.invokeMethodAsync('BrushAsync', this.anchor, this.slotAt(event));
        }
    }

    key(event) {
        const row = Math.floor(this.at / SIDE);
        const column = this.at % SIDE;
        const to = (y, x) => clamp(y, SIDE - 1) * SIDE + clamp(x, SIDE - 1);
        const steps = {
            ArrowUp: () => to(row - 1, column), ArrowDown: () => to(row + 1, column),
            ArrowLeft: () => to(row, column - 1), ArrowRight: () => to(row, column + 1),
            PageUp: () => to(row - 16, column), PageDown: () => to(row + 16, column),
            Home: () => to(row, 0), End: () => to(row, SIDE - 1),
        };
        if (event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        if (steps[event.key]) {
            this.anchor = event.shiftKey ? this.anchor ?? this.at : null;
            this.point(steps[event.key](), true);
            if (this.anchor !== null) {
                this.place(this.brush, [this.anchor, this.at]);
            }
        } else if (event.key === 'Enter' || event.key === ' ') {
            this.page.invokeMethodAsync('BrushAsync', this.anchor ?? this.at, this.at);
        } else if (event.key === 'Escape') {
            this.anchor = null;
            this.page.invokeMethodAsync('ClearAsync');
        } else {
            return;
        }
        event.preventDefault();
    }
}

export function attach(root, page) {
    squares.set(root, new Square(root, page));
}

export function paint(root, colors, dark, light) {
    squares.get(root)?.paint(colors, dark, light);
}

export function brush(root, from, to) {
    const square = squares.get(root);
    square?.place(square.brush, from < 0 ? null : [from, to]);
}

export function detach(root) {
    squares.get(root)?.close();
    squares.delete(root);
}
