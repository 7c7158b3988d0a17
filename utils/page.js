// Names for those who listen to a page: what a slider moves, and what a picture shows.
// A slider's name is the label of the entry in its row; a picture's is the view's line of now.
function render({ el }) {
    const name = view => {
        for (const handle of view.querySelectorAll('.noUi-handle')) {
            const labels = handle.closest('.widget-hbox')?.querySelectorAll('label') ?? [];
            const label = [...labels].find(label => label.textContent.trim());
            if (label) handle.setAttribute('aria-label', label.textContent);
        }
        const line = view.querySelector('.view-text');
        for (const picture of view.querySelectorAll('img'))
            if (line && picture.alt !== line.textContent) picture.alt = line.textContent;
    };
    let observer;
    const begin = () => {
        const view = el.closest('.lesson-view, .lesson-guide');
        if (!view) { timer = setTimeout(begin, 50); return; }  // not yet in the page
        observer = new MutationObserver(() => name(view));
        observer.observe(view, { childList: true, subtree: true, characterData: true });
        name(view);
    };
    let timer = setTimeout(begin, 0);
    return () => { clearTimeout(timer); observer?.disconnect(); };
}
export default { render };
