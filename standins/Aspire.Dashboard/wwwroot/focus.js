// Where the keyboard is: what opens ([data-dialog]) takes it, and gives it back to what it was opened from when it closes.
(() => {
    'use strict';

    const FOCUSABLE = 'a[href], button:not(:disabled), input, select, textarea, [tabindex]';

    // What has the keyboard, or had it last, and all that it is in: the nearest first.
    let trail = [];
    // For each that is open, the trail that it was opened from.
    const openers = new Map();

    const trailOf = element => {
        const all = [];
        for (let each = element; each && each !== document.body; each = each.parentElement) {
            all.push(each);
        }
        return all;
    };

    const isNowhere = () => !document.activeElement || document.activeElement === document.body;

    function enter(dialog) {
        (dialog.querySelector('[data-first]') ?? dialog).focus({ preventScroll: true });
    }

    // The nearest of these that is still there; else what the dialog names, else the page.
    function goBack(from, instead) {
        const [own, ...around] = from;
        const to = own?.isConnected && own.matches(FOCUSABLE) ? own
            : (instead && document.querySelector(instead)) || around.find(each => each.isConnected && each.matches(FOCUSABLE)) || document.querySelector('main');
        to?.focus({ preventScroll: true });
    }

    document.addEventListener('focusin', event => {
        trail = trailOf(event.target);
    });

    document.addEventListener('keydown', event => {
        // Another row is opened while the details of one are: no element is new then, and the keyboard goes there all the same.
        const row = event.key === 'Enter' && event.target.closest('[data-rows] .row:not(a)');
        const dialog = row && document.querySelector('aside[data-dialog]');
        if (dialog && !row.classList.contains('selected') && !event.target.closest('.fold, a, .tool')) {
            openers.set(dialog, trailOf(event.target));
            setTimeout(() => dialog.isConnected && enter(dialog));
        }
    });

    document.addEventListener('click', event => {
        if (event.target.closest?.('[data-skip]')) {
            event.preventDefault();
            document.querySelector('main').focus();
        }
    }, { capture: true });

    function look() {
        for (const [dialog, from] of openers) {
            if (!dialog.isConnected) {
                openers.delete(dialog);
                if (isNowhere()) {
                    goBack(from, dialog.dataset.dialog);
                }
            }
        }
        for (const dialog of document.querySelectorAll('[data-dialog]')) {
            if (!openers.has(dialog)) {
                openers.set(dialog, trail);
                // A page that is loaded with something open leaves the keyboard at its beginning.
                if (trail.some(each => each.isConnected)) {
                    enter(dialog);
                }
            }
        }
        if (trail.length > 0 && !trail[0].isConnected && isNowhere()) {
            goBack(trail); // a button that was pressed and is gone, or a link to the page that came
        }
        for (const main of document.querySelectorAll('main:not([tabindex])')) {
            main.tabIndex = -1;
        }
    }

    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    look();
})();
