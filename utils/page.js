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
// JupyterLab takes the arrows on a menu for itself, Notebook 7 those on a slider too, before either
// hears them: the focused element itself has to say that they are its own.
const OWN_KEYS = /^(Arrow|Page|Home|End)/;
function keepKeys({ key, target }) {
    if (!target.closest?.('.lesson-view, .lesson-guide')) return;
    if (OWN_KEYS.test(key)) target.setAttribute('data-lm-suppress-shortcuts', 'true');
    else target.removeAttribute('data-lm-suppress-shortcuts');
}
// A view's line of code is there to be copied.
function selectCode({ target }) {
    if (target.closest?.('.view-code')) target.select?.();
}
// This file is read anew with each view.
if (!window.lessonsKeepKeys) {
    window.lessonsKeepKeys = true;
    window.addEventListener('keydown', keepKeys, true);
    window.addEventListener('focusin', selectCode, true);
}
export default { render };
