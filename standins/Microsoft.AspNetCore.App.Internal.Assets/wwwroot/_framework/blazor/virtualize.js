// Lists of which only what can be seen is in the page. Before and after it stands a spacer as high as all the rest; when one of
// the two comes into view, the server is told how much of it can be seen, and draws other rows.

const MARGIN = 50;

export class Virtualize {
    // By reference: each call brings another object for the same list.
    #lists = new Map();

    /** The functions that the server calls. */
    get functions() {
        return {
            init: (list, before, after, margin = MARGIN) => this.#init(list, before, after, margin),
            dispose: list => this.#dispose(list),
        };
    }

    #init(list, before, after, margin) {
        const root = scrollingParent(before);
        // The browser would hold on to a row that is about to be drawn elsewhere.
        (root ?? document.documentElement).style.overflowAnchor = 'none';
        const seen = new IntersectionObserver(entries => tell(list, before, after, entries), { root, rootMargin: `${margin}px` });
        seen.observe(before);
        seen.observe(after);

        // A spacer that changes while it stays in view is not reported by itself.
        const changed = new MutationObserver(records => {
            for (const spacer of new Set(records.map(record => record.target))) {
                seen.unobserve(spacer);
                seen.observe(spacer);
            }
        });
        changed.observe(before, { attributes: true });
        changed.observe(after, { attributes: true });
        this.#lists.set(keyOf(list), { seen, changed });
    }

    #dispose(list) {
        const { seen, changed } = this.#lists.get(keyOf(list)) ?? {};
        if (seen) {
            this.#lists.delete(keyOf(list));
            seen.disconnect();
            changed.disconnect();
            list.dispose();
        }
    }
}

function keyOf(list) {
    return JSON.stringify(list);
}

function tell(list, before, after, entries) {
    for (const entry of entries) {
        if (!entry.isIntersecting) {
            continue;
        }
        const between = after.getBoundingClientRect().top - before.getBoundingClientRect().bottom;
        const { boundingClientRect: whole, intersectionRect: part, rootBounds } = entry;
        if (entry.target === before) {
            list.invokeMethodAsync('OnSpacerBeforeVisible', part.top - whole.top, between, rootBounds.height);
        } else if (after.offsetHeight > 0) {
            // Without height there is nothing after what is shown.
            list.invokeMethodAsync('OnSpacerAfterVisible', whole.bottom - part.bottom, between, rootBounds.height);
        }
    }
}

function scrollingParent(element) {
    for (let parent = element.parentElement; parent && parent !== document.body && parent !== document.documentElement; parent = parent.parentElement) {
        if (getComputedStyle(parent).overflowY !== 'visible') {
            return parent;
        }
    }
    return null;
}
