// What the user sees while the server is away: the page's own element with the id components-reconnect-modal, which gets
// one class for each state and an event at each change.

const ATTEMPTS_MAX = 60;
const DELAYS = [0, 500, 1000, 2000, 3000, 5000];

export class Reconnection {
    #element = document.getElementById('components-reconnect-modal');

    /** Tries until it works, is refused or is tried too often. Refused means that the server knows the page no more. */
    async run(reconnect) {
        this.#show('show');
        for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            await new Promise(resolve => setTimeout(resolve, DELAYS[Math.min(attempt, DELAYS.length - 1)]));
            try {
                if (await reconnect()) {
                    this.#show('hide');
                    return;
                }
                this.#show('rejected');
                location.reload();
                return;
            } catch {
                this.#show('retrying');
            }
        }
        this.#show('failed');
    }

    #show(state) {
        if (!this.#element) {
            return;
        }
        for (const other of ['show', 'hide', 'retrying', 'failed', 'rejected']) {
            this.#element.classList.toggle(`components-reconnect-${other}`, other === state);
        }
        this.#element.dispatchEvent(new CustomEvent('components-reconnect-state-changed', { detail: { state } }));
    }
}
