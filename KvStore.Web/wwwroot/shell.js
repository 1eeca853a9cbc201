// What needs no server: keys of the keyboard, the way past the bar, and what is said while the server is away.
(() => {
    'use strict';

    const isTyping = target => target.closest('input, select, textarea, [contenteditable]');
    const press = selector => document.querySelector(selector)?.click();

    function toMain() {
        const main = document.querySelector('main');
        main?.setAttribute('tabindex', '-1');
        main?.focus({ preventScroll: true });
    }

    window.kvstore = {
        /** Another page is there: it begins at its top, and who hears the page hears it. */
        arrive() {
            scrollTo(0, 0);
            toMain();
        },
    };

    // A picture of the page as a file of its own: what the style sheets say of it is written into it.
    const DRAWN = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'paint-order', 'opacity', 'font-size',
        'font-weight', 'font-family', 'text-anchor', 'dominant-baseline'];
    function save(name) {
        const drawing = document.querySelector(`[data-drawing="${name}"]`);
        const copy = drawing.cloneNode(true);
        const all = [...drawing.querySelectorAll('*')];
        [...copy.querySelectorAll('*')].forEach((element, i) => {
            const style = getComputedStyle(all[i]);
            element.setAttribute('style', DRAWN.map(one => `${one}:${style.getPropertyValue(one)}`).join(';'));
            element.removeAttribute('class');
        });
        const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
        for (const [attribute, value] of [['width', '100%'], ['height', '100%'], ['fill', getComputedStyle(drawing.parentElement).backgroundColor]]) {
            ground.setAttribute(attribute, value);
        }
        copy.prepend(ground);
        copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' }));
        link.download = `${name}.svg`;
        link.click();
        URL.revokeObjectURL(link.href);
    }

    document.addEventListener('keydown', event => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented
            || isTyping(event.target) || document.querySelector('dialog[open]')) {
            return;
        }
        if ((event.key === ' ' || event.key === 'Enter') && event.target.matches('svg [role=checkbox]')) {
            // A drawn one is pressed by the same keys as any other, and the page does not scroll.
            event.preventDefault();
            event.target.dispatchEvent(new MouseEvent('click', { bubbles: true }));
        } else if (event.key === '?') {
            document.getElementById('help').showModal();
        } else if (event.key === 'd') {
            press('[data-theme-toggle]');
        } else if (/^[a-z]$/.test(event.key)) {
            press(`[data-key="${event.key}"]`);
        }
    });

    document.addEventListener('click', event => {
        if (event.target.closest?.('[data-help]')) {
            document.getElementById('help').showModal();
        } else if (event.target.closest?.('[data-reload]')) {
            location.reload();
        } else if (event.target.closest?.('[data-export]')) {
            save(event.target.closest('[data-export]').dataset.export);
        } else if (event.target.closest?.('[data-skip]')) {
            // The address is relative to the base and would be another page's.
            event.preventDefault();
            toMain();
        }
    });

    document.addEventListener('DOMContentLoaded', () => {
        const banner = document.getElementById('components-reconnect-modal');
        const said = banner.querySelector('[data-reconnect]');
        let since = 0;
        let clock = 0;
        const tell = () => {
            said.textContent = `What it shows is ${Math.round((Date.now() - since) / 1000)} s old. Trying to reach it again.`;
        };
        banner.addEventListener('components-reconnect-state-changed', ({ detail: { state } }) => {
            if (state === 'hide') {
                clearInterval(clock);
                clock = 0;
            } else if (state === 'failed') {
                clearInterval(clock);
                said.textContent = 'It was tried often enough; what is shown is old.';
            } else if (!clock) {
                since = Date.now();
                said.textContent = 'What it shows is getting old. Trying to reach it again.';
                clock = setInterval(tell, 5000);
            }
        });
    });
})();
