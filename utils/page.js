// Names for those who listen to a page: what a slider moves, and what a picture shows.
// A slider's name is the label of the entry in its row; a picture's is the view's line of now.
function render({ model, el }) {
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
    let observer, letGo;
    const begin = () => {
        const view = el.closest('.lesson-view, .lesson-guide');
        if (!view) { timer = setTimeout(begin, 50); return; }  // not yet in the page
        observer = new MutationObserver(() => name(view));
        observer.observe(view, { childList: true, subtree: true, characterData: true });
        name(view);
        if (Object.keys(model.get('hands')).length) letGo = layRings(view, model);
    };
    let timer = setTimeout(begin, 0);
    return () => { clearTimeout(timer); observer?.disconnect(); letGo?.(); };
}
// The hand on the picture: a ring on each point that can be taken. The kernel is told where one is
// dragged to, as shares of the picture, and where the rings are then is its answer. The widgets'
// own machine keeps one message under way, and of those that wait the newest.
function layRings(view, model) {
    const picture = view.querySelector('.widget-image');
    const layer = document.createElement('div');
    layer.className = 'hands';
    layer.ariaHidden = 'true';  // each does what a control does, too
    view.append(layer);
    const fit = () => Object.assign(layer.style, {
        left: `${picture.offsetLeft}px`, top: `${picture.offsetTop}px`,
        width: `${picture.offsetWidth}px`, height: `${picture.offsetHeight}px` });
    const sizes = new ResizeObserver(fit);
    for (const part of [view, ...view.children]) if (part !== layer) sizes.observe(part);
    const rings = new Map();
    let drag;
    const ring = (name, which) => {
        const [moves, words, small] = model.get('hands')[name];
        const made = document.createElement('div');
        made.className = `${moves} ${small ? 'small' : ''}`;
        made.title = words;
        Object.assign(made.dataset, { hand: name, which });
        layer.append(made);
        return made;
    };
    const place = () => {
        for (const [name, points] of Object.entries(model.get('places')))
            points.forEach((point, which) => {
                const key = `${name} ${which}`;
                if (!rings.has(key)) rings.set(key, ring(name, which));
                const { style } = rings.get(key);
                style.display = point ? '' : 'none';
                if (point) [style.left, style.top] = point.map(share => `${100 * share}%`);
            });
        for (const { dataset, style } of rings.values())
            if (dataset.which >= model.get('places')[dataset.hand].length) style.display = 'none';
    };
    const centre = made => {
        const box = made.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
    };
    const take = event => {
        if (event.button || drag) return;
        const far = made => Math.hypot(...centre(made).map((at, i) => at - [event.x, event.y][i]));
        const shown = [...rings.values()].filter(made => made.style.display !== 'none');
        const made = shown.reduce((best, other) => far(other) < far(best) ? other : best);
        const [x, y] = centre(made);
        drag = { made, pointer: event.pointerId, number: Date.now(), dx: x - event.x, dy: y - event.y };
        event.target.setPointerCapture(event.pointerId);
        made.classList.add('taken');
        event.preventDefault();  // no selection, no ghost of the picture
    };
    const move = event => {
        const box = layer.getBoundingClientRect();
        if (event.pointerId !== drag?.pointer || !box.width) return;
        const { made: { dataset }, number, dx, dy } = drag;
        const share = [(event.x + dx - box.x) / box.width, (event.y + dy - box.y) / box.height];
        model.set('taken', [number, dataset.hand, +dataset.which, ...share]);
        model.save_changes();
    };
    const release = event => {
        if (event.pointerId !== drag?.pointer) return;
        drag.made.classList.remove('taken');
        drag = undefined;
    };
    const heard = { pointerdown: take, pointermove: move, pointerup: release, pointercancel: release };
    for (const [name, hear] of Object.entries(heard)) layer.addEventListener(name, hear);
    model.on('change:places', place);
    fit();
    place();
    return () => { model.off('change:places', place); sizes.disconnect(); layer.remove(); };
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
