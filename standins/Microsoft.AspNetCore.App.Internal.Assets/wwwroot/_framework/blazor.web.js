// The browser's side of Blazor's interactive server components: a stand-in for the script of the same name. It speaks the
// wire formats of ASP.NET Core 10 (the hub at _blazor, render batches, JS interop) and leaves out what belongs to
// WebAssembly, streaming and enhanced navigation.
//
// blazor.web.js ── circuit ──┬── hub-connection ── message-pack     bytes from and to the server
//                            ├── dom-renderer ──┬── render-batch    what changed
//                            │                  ├── render-tree     where that is in the page
//                            │                  └── dom-events      what the user does
//                            ├── js-interop                         calls in both directions
//                            ├── navigation
//                            ├── virtualize                         lists of which only what can be seen is there
//                            └── reconnection                       what the user sees while the server is away
(() => {
    'use strict';

    if (window.Blazor) {
        return;
    }

    const script = document.currentScript;
    let started;

    window.Blazor = {
        _internal: {},

        /** Starts the interactive components of the page; called by itself unless the script has autostart="false". */
        start() {
            started ??= import('./blazor/circuit.js').then(({ startCircuit }) => startCircuit(window.Blazor));
            return started;
        },
    };

    if (script?.getAttribute('autostart') !== 'false') {
        const begin = () => window.Blazor.start().catch(error => console.error('Blazor could not start.', error));
        if (document.readyState === 'loading') {
            document.addEventListener('DOMContentLoaded', begin);
        } else {
            begin();
        }
    }
})();
