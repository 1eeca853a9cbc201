using Microsoft.Playwright;

namespace KvStore.Tests.Browser;

/// <summary>
/// What of a page can be told to be hard to read or to name: text with too little contrast to what is behind it (WCAG 2.2,
/// 1.4.3: 4.5, or 3 if it is large), and controls without a name.
/// </summary>
internal static class Legibility
{
    private const string Findings = """
        () => {
            const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
            const known = new Map();
            const rgba = text => {
                if (!known.has(text)) {
                    pen.clearRect(0, 0, 1, 1);
                    pen.fillStyle = text;
                    pen.fillRect(0, 0, 1, 1);
                    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
                    known.set(text, [r, g, b, a / 255]);
                }
                return known.get(text);
            };
            const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
            // What is drawn below the middle of a text, whose box may lie outside of its parent's; null if the text is covered or off the screen.
            const behind = text => {
                const range = document.createRange();
                range.selectNodeContents(text);
                const box = range.getClientRects()[0];
                const all = box ? document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2) : [];
                const from = all.indexOf(text.parentElement);
                return from < 0 ? null : all.slice(from).reverse()
                    .reduce((color, element) => over(rgba(getComputedStyle(element).backgroundColor), color), rgba('Canvas').slice(0, 3));
            };
            const luminance = color => color
                .map(part => part / 255)
                .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
                .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
            const contrast = (a, b) => {
                const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
                return (high + 0.05) / (low + 0.05);
            };
            const isSeen = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
                && element.getBoundingClientRect().width > 1;
            const findings = new Set();
            let texts = 0;
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const element = walker.currentNode.parentElement;
                const text = walker.currentNode.data.trim();
                if (!text || element.closest('script, style, datalist, option, :disabled, [aria-hidden=true]') || !isSeen(element)) {
                    continue;
                }
                const background = behind(walker.currentNode);
                if (!background) {
                    continue;
                }
                texts++;
                const style = getComputedStyle(element);
                const size = parseFloat(style.fontSize);
                const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
                const found = contrast(over(rgba(style.color), background), background);
                if (found < needed) {
                    findings.add(`'${text.slice(0, 30)}' (${element.className || element.localName}): contrast ${found.toFixed(2)}`);
                }
            }
            for (const control of document.querySelectorAll('button, a[href], input, select, textarea')) {
                const name = control.getAttribute('aria-label') || control.textContent.trim() || control.title
                    || [...(control.labels ?? [])].map(label => label.textContent.trim()).join(' ');
                if (!name && isSeen(control)) {
                    findings.add(`no name: ${control.outerHTML.slice(0, 80)}`);
                }
            }
            if (texts === 0) {
                findings.add('no text was looked at');
            }
            return [...findings];
        }
        """;

    public static Task<string[]> FindingsAsync(IPage page) => page.EvaluateAsync<string[]>(Findings);
}
