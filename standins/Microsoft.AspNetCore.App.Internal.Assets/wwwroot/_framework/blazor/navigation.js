// Moving between pages of the application without loading them anew.

export class Navigation {
    #connection;
    #isIntercepting = false;

    constructor(connection) {
        this.connect(connection);
        window.addEventListener('popstate', () => this.#changed(false));
        document.addEventListener('click', event => this.#clicked(event));
    }

    connect(connection) {
        this.#connection = connection;
    }

    /** The functions that the server calls. */
    get functions() {
        return {
            enableNavigationInterception: () => { this.#isIntercepting = true; },
            navigateTo: (uri, options) => this.#navigateTo(uri, options ?? {}),
            refresh: () => location.reload(),
            scrollToElement: id => document.getElementById(id)?.scrollIntoView(),
            setHasLocationChangingListeners: () => { },
        };
    }

    #clicked(event) {
        const isPlain = event.button === 0 && !event.ctrlKey && !event.shiftKey && !event.altKey && !event.metaKey;
        if (!this.#isIntercepting || !isPlain || event.defaultPrevented) {
            return;
        }
        const anchor = event.composedPath().find(node => node.localName === 'a' && node.hasAttribute('href'));
        if (!anchor || anchor.hasAttribute('download') || (anchor.target && anchor.target !== '_self') || !isOurs(anchor.href)) {
            return;
        }
        event.preventDefault();
        this.#push(anchor.href, false, null);
        this.#changed(true);
    }

    #navigateTo(uri, { forceLoad, replaceHistoryEntry, historyEntryState }) {
        const target = new URL(uri, document.baseURI).href;
        if (forceLoad || !isOurs(target)) {
            location.assign(target);
            return;
        }
        this.#push(target, replaceHistoryEntry, historyEntryState ?? null);
        this.#changed(false);
    }

    #push(uri, replace, userState) {
        const state = { userState };
        if (replace) {
            history.replaceState(state, '', uri);
        } else {
            history.pushState(state, '', uri);
        }
    }

    #changed(isIntercepted) {
        this.#connection.send('OnLocationChanged', location.href, history.state?.userState ?? null, isIntercepted);
    }
}

function isOurs(uri) {
    const base = document.baseURI.slice(0, document.baseURI.lastIndexOf('/') + 1);
    return uri.startsWith(base) || uri === base.slice(0, -1);
}
