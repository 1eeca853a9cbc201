// The theme chosen here wins over the system's and is remembered. Runs before the page is drawn, so that it never flashes.
(() => {
    'use strict';

    const KEY = 'dashboard-theme';
    const root = document.documentElement;
    const chosen = localStorage.getItem(KEY);
    if (chosen === 'light' || chosen === 'dark') {
        root.dataset.theme = chosen;
    }

    document.addEventListener('click', event => {
        if (!event.target.closest?.('[data-theme-toggle]')) {
            return;
        }
        const now = root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
        root.dataset.theme = now === 'dark' ? 'light' : 'dark';
        localStorage.setItem(KEY, root.dataset.theme);
    });
})();
