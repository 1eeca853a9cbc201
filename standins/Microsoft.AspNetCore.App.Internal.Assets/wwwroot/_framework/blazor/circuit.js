// One page's life on the server: finds the interactive components in the page, connects them, and keeps them connected.

import { DomEvents } from './dom-events.js';
import { DomRenderer } from './dom-renderer.js';
import { HubConnection } from './hub-connection.js';
import { JsInterop } from './js-interop.js';
import { Navigation } from './navigation.js';
import { Reconnection } from './reconnection.js';
import { Virtualize } from './virtualize.js';

const MarkerPattern = /^\s*Blazor:\s*(\{.*\})\s*$/s;
const StatePattern = /^\s*Blazor-Server-Component-State:(\S+)\s*$/;

/** Starts the circuit of this page, if it has interactive components. */
export async function startCircuit(blazor) {
    const { components, state } = findComponents();
    if (components.length > 0) {
        await new Circuit(blazor, components, state).start();
    }
}

class Circuit {
    #blazor;
    #components;
    #state;
    #id;
    #interop;
    #navigation;
    #renderer;
    #webRenderer;
    #lastBatch = 0;
    #isOver = false;

    constructor(blazor, components, state) {
        this.#blazor = blazor;
        this.#components = components;
        this.#state = state;
        this.#renderer = new DomRenderer(new DomEvents((descriptor, args) =>
            this.#webRenderer?.invokeMethodAsync('DispatchEventAsync', descriptor, args)));
    }

    async start() {
        const connection = await this.#connect();
        this.#blazor._internal.attachWebRendererInterop = (_, methods) => { this.#webRenderer = methods; };
        this.#blazor._internal.navigationManager = this.#navigation.functions;
        this.#blazor._internal.domWrapper = { focus: (element, preventScroll) => element?.focus({ preventScroll }) };
        this.#blazor._internal.Virtualize = new Virtualize().functions;
        this.#blazor._internal.PageTitle = {
            getAndRemoveExistingTitle: () => getAndRemoveExistingTitle(this.#renderer),
        };
        this.#blazor.navigateTo = (uri, options) => this.#navigation.functions.navigateTo(uri, options);

        this.#id = await connection.invoke('StartCircuit', document.baseURI, location.href, '[]', '');
        if (!this.#id) {
            throw new Error('The server did not start a circuit.');
        }
        const operations = this.#components.map(({ marker }, index) => ({ type: 'add', ssrComponentId: index, marker }));
        connection.send('UpdateRootComponents', JSON.stringify({ batchId: 1, operations }), this.#state);
        window.addEventListener('pagehide', () => {
            this.#isOver = true;
            connection.close();
        });
    }

    async #connect() {
        const connection = new HubConnection();
        const url = new URL('_blazor', document.baseURI);
        url.protocol = url.protocol.replace('http', 'ws');

        connection.on('JS.AttachComponent', (componentId, index) => {
            const { start, end } = this.#components[Number(index)];
            this.#renderer.attach(componentId, start, end);
        });
        connection.on('JS.RenderBatch', (id, bytes) => this.#render(connection, id, bytes));
        connection.on('JS.Error', message => this.#failed(connection, message));
        if (this.#interop) {
            this.#interop.connect(connection);
            this.#navigation.connect(connection);
        } else {
            this.#interop = new JsInterop(connection);
            this.#navigation = new Navigation(connection);
        }

        await connection.open(url);
        connection.onclose = () => this.#lost();
        return connection;
    }

    #render(connection, id, bytes) {
        // After a reconnection the server sends again what it has seen no answer to.
        let error = null;
        if (id > this.#lastBatch) {
            this.#lastBatch = id;
            try {
                this.#renderer.apply(bytes);
            } catch (thrown) {
                console.error(thrown);
                error = String(thrown);
            }
        }
        connection.send('OnRenderCompleted', id, error);
    }

    #failed(connection, message) {
        console.error(message);
        this.#isOver = true;
        connection.close();
        const notice = document.getElementById('blazor-error-ui');
        if (notice) {
            notice.style.display = 'block';
        }
    }

    #lost() {
        if (this.#isOver) {
            return;
        }
        new Reconnection().run(async () => {
            const connection = await this.#connect();
            return connection.invoke('ConnectCircuit', this.#id);
        });
    }
}

function findComponents() {
    const comments = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
    const components = [];
    const open = new Map();
    let state = '';
    while (comments.nextNode()) {
        const comment = comments.currentNode;
        state = StatePattern.exec(comment.data)?.[1] ?? state;
        const json = MarkerPattern.exec(comment.data)?.[1];
        if (!json) {
            continue;
        }
        const marker = JSON.parse(json);
        if (marker.type === 'server') {
            const component = { marker, start: comment, end: null };
            components.push(component);
            open.set(marker.prerenderId, component);
        } else if (!marker.type && open.has(marker.prerenderId)) {
            open.get(marker.prerenderId).end = comment;
        }
    }
    return { components, state };
}

// The title that was there before; one that a component has drawn meanwhile stays.
function getAndRemoveExistingTitle(renderer) {
    const titles = [...document.head.querySelectorAll('title')].filter(title => !renderer.hasDrawn(title));
    titles.forEach(title => title.remove());
    return titles[0]?.textContent ?? null;
}
