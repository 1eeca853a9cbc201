// What needs no server: keys, the list of them, rows by arrow keys, consoles that follow their end, widths of columns.
(() => {
    'use strict';

    const isTyping = target => target.closest('input, select, textarea, [contenteditable]');

    document.addEventListener('keydown', event => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) {
            return;
        }
        if (event.key === 'Escape') {
            const dialog = event.target.closest('[data-dialog]');
            if (dialog) {
                dialog.querySelector('[data-close]')?.click();
            } else if (isTyping(event.target)) {
                event.target.blur();
            } else {
                press('[data-close]');
            }
            return;
        }
        if (isTyping(event.target) || document.querySelector('dialog[open]')) {
            return;
        }
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            if (moveRow(event.key === 'ArrowDown' ? 1 : -1)) {
                event.preventDefault();
            }
        } else if (event.key === 'Enter' && event.target.matches('[role=row]:not(a)')) {
            event.target.click();
        } else if (event.key === '/') {
            document.querySelector('[data-search]')?.focus();
            event.preventDefault();
        } else if (event.key === '?') {
            document.getElementById('help').showModal();
        } else if (event.key === 'p') {
            press('[data-pause]');
        } else if (event.key === 'd') {
            press('[data-theme-toggle]');
        } else if (/^[a-z]$/.test(event.key)) {
            press(`[data-key="${event.key}"]`);
        }
    });

    document.addEventListener('click', event => {
        if (event.target.closest?.('[data-help]')) {
            document.getElementById('help').showModal();
        }
    });

    function press(selector) {
        document.querySelector(selector)?.click();
    }

    function moveRow(step) {
        const rows = [...document.querySelectorAll('[data-rows] .row')];
        const from = rows.indexOf(document.activeElement.closest('.row'));
        const selected = rows.findIndex(row => row.classList.contains('selected'));
        const next = rows[from >= 0 ? from + step : selected >= 0 ? selected + step : 0];
        next?.focus();
        next?.scrollIntoView({ block: 'nearest' });
        return Boolean(next);
    }

    // A console stays at its end until somebody scrolls up.
    const following = new WeakMap();
    function follow(element) {
        following.set(element, true);
        element.addEventListener('scroll', () => {
            following.set(element, element.scrollHeight - element.scrollTop - element.clientHeight < 48);
        }, { passive: true });
        const toEnd = () => {
            if (following.get(element)) {
                element.scrollTop = element.scrollHeight;
            }
        };
        new MutationObserver(toEnd).observe(element, { childList: true, subtree: true, attributes: true, attributeFilter: ['style'] });
        toEnd();
    }

    // Columns are as wide as they were drawn last time. A table names its columns by itself: --c0, --c1, ...
    // By the mouse, or by arrow keys where the edge of a column has the keyboard; Home, or a double click, undoes it.
    const WIDTH_MIN = 48;
    const WIDTH_MAX = 1600;
    const WIDTH_STEP = 16;
    function resizable(table) {
        const key = `dashboard-columns-${table.dataset.columns}`;
        const widths = JSON.parse(localStorage.getItem(key) ?? '{}');
        for (const [index, width] of Object.entries(widths)) {
            table.style.setProperty(`--c${index}`, `${width}px`);
        }
        [...table.querySelectorAll('[role=columnheader]')].slice(0, -1).forEach((head, index) => {
            const grip = document.createElement('span');
            const widthNow = () => Math.round(head.getBoundingClientRect().width);
            const tell = () => grip.setAttribute('aria-valuenow', widthNow());
            const set = width => {
                if (width === null) {
                    delete widths[index];
                    table.style.removeProperty(`--c${index}`);
                } else {
                    widths[index] = Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, Math.round(width)));
                    table.style.setProperty(`--c${index}`, `${widths[index]}px`);
                }
                tell();
            };
            const keep = () => localStorage.setItem(key, JSON.stringify(widths));
            const traits = {
                role: 'separator', tabindex: 0, 'aria-orientation': 'vertical', 'aria-label': `Width of ${head.textContent.trim()}`,
                'aria-valuemin': WIDTH_MIN, 'aria-valuemax': WIDTH_MAX,
            };
            for (const [name, value] of Object.entries(traits)) {
                grip.setAttribute(name, value);
            }
            grip.className = 'grip';
            grip.addEventListener('focus', tell);
            grip.addEventListener('keydown', event => {
                const step = { ArrowLeft: -WIDTH_STEP, ArrowRight: WIDTH_STEP }[event.key];
                if (event.ctrlKey || event.metaKey || event.altKey || (!step && event.key !== 'Home')) {
                    return;
                }
                event.preventDefault();
                set(step ? widthNow() + step : null);
                keep();
            });
            grip.addEventListener('dblclick', () => {
                set(null);
                keep();
            });
            grip.addEventListener('pointerdown', down => {
                down.preventDefault();
                grip.setPointerCapture(down.pointerId);
                const start = widthNow();
                const move = event => set(start + event.clientX - down.clientX);
                grip.addEventListener('pointermove', move);
                grip.addEventListener('pointerup', () => {
                    grip.removeEventListener('pointermove', move);
                    keep();
                }, { once: true });
            });
            head.append(grip);
            tell();
        });
    }

    const met = new WeakSet();
    function meet() {
        for (const [selector, made] of [['[data-follow]', follow], ['[data-columns]', resizable]]) {
            for (const element of document.querySelectorAll(selector)) {
                if (!met.has(element)) {
                    met.add(element);
                    made(element);
                }
            }
        }
    }
    new MutationObserver(meet).observe(document.body, { childList: true, subtree: true });
    meet();
})();
