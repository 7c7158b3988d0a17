// What moves on a page: recorded views, and questions. No kernel, no server, no framework.
"use strict";

const PACE = 110; // ms from one picture of a run to the next

// A page that was opened from a folder may not read files, but it may load scripts: a recording is a
// script that calls `recorded`, and it is loaded when it is first wanted.
const recordings = new Map();
const arrivals = new Map();

function recorded(name, recording) {
    arrivals.get(name)(recording);
}

function load(name) {
    if (!recordings.has(name)) {
        recordings.set(name, new Promise((arrived, failed) => {
            arrivals.set(name, arrived);
            const script = document.createElement("script");
            script.src = `recordings/${name}.js`;
            script.onerror = () => {
                recordings.delete(name); // so that it may be tried again
                failed(new Error(`recordings/${name}.js is not there`));
            };
            document.head.append(script);
        }));
    }
    return recordings.get(name);
}

async function picture(address) {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
}

class View {
    constructor(figure) {
        const find = selector => figure.querySelector(selector);
        this.find = find;
        this.image = find("img");
        this.words = find("figcaption");
        this.canvas = document.createElement("canvas");
        this.canvas.setAttribute("role", "img");
        this.canvas.hidden = true;
        this.image.after(this.canvas);
        this.first = find(".first");
        this.places = JSON.parse(this.first.dataset.at);
        this.slider = figure.dataset.recording;
        this.bar = find(".run");
        this.asked = 0; // what was asked for last: an older answer comes too late
        const start = this.first.value;
        const before = this.words.textContent;

        this.first.addEventListener("input", () => this.move());
        find(".reset").addEventListener("click", () => this.reset(start, before));
        for (const button of figure.querySelectorAll(".scene")) {
            button.addEventListener("click", () => this.scene(button));
        }
        // What may be wanted soon is loaded before a key is down.
        for (const kind of ["pointerenter", "focusin"]) {
            figure.addEventListener(kind, () => load(this.slider).catch(() => {}), { once: true });
        }
        if (this.bar) {
            this.along = find(".along");
            this.playing(this.bar.dataset.recording, [start], "from the start");
            for (const kind of ["pointerenter", "focusin"]) {
                this.bar.addEventListener(kind, () => load(this.run).catch(() => {}));
            }
            find(".play").addEventListener("click", () => this.play());
            find(".pause").addEventListener("click", () => this.pause());
            find(".step").addEventListener("click", () => this.step());
            this.along.addEventListener("input", () => {
                this.pause();
                this.go(this.run, () => Number(this.along.value));
            });
        }
    }

    // Show one picture of a recording; `which` is asked once the recording is there.
    async go(name, which) {
        const mine = ++this.asked;
        let recording;
        try {
            recording = await load(name);
        } catch (error) {
            this.words.textContent = `A file of this page is missing: ${error.message}.`;
            return false;
        }
        if (mine !== this.asked) {
            return false;
        }
        if (name === this.run) {
            this.along.max = recording.shots.length - 1;
        }
        const shot = which(recording.shots);
        recording.ground ??= picture(recording.common);
        if (!await this.show(mine, recording.ground, ...recording.shots[shot])) {
            return false;
        }
        if (name === this.run) {
            this.place(...this.begins); // the slider may have gone elsewhere
            this.along.value = shot;
            this.along.setAttribute("aria-valuetext", recording.shots[shot][2]);
        }
        return true;
    }

    // A layer over what is common to all pictures of the recording. They are put together pixel by
    // pixel, and only then scaled: else what is covered would shine through at the edges.
    async show(mine, ground, layer, words) {
        const parts = await Promise.all([ground, picture(layer)]);
        if (mine !== this.asked) {
            return false;
        }
        this.canvas.width = parts[0].naturalWidth;
        this.canvas.height = parts[0].naturalHeight;
        parts.forEach(part => this.canvas.getContext("2d").drawImage(part, 0, 0));
        this.canvas.hidden = false;
        this.image.hidden = true;
        this.say(words);
        return true;
    }

    say(words) {
        this.image.alt = words;
        this.canvas.setAttribute("aria-label", words);
        this.words.textContent = words;
    }

    // A scene may stand between two places: `at` says where.
    place(place, at = this.places[place]) {
        this.first.value = place;
        this.first.setAttribute("aria-valuetext", at);
        this.find("output").textContent = at;
    }

    move() {
        this.pause();
        this.place(this.first.value);
        if (this.bar) {
            this.along.value = 0;
        }
        this.go(this.slider, () => Number(this.first.value));
    }

    reset(start, words) {
        this.pause();
        this.asked++;
        this.place(start);
        this.canvas.hidden = true;
        this.image.hidden = false;
        this.say(words);
        if (this.bar) {
            this.playing(this.bar.dataset.recording, [start], "from the start");
        }
    }

    scene(button) {
        this.pause();
        this.place(button.dataset.place, button.dataset.at);
        if (!this.bar) {
            this.go(button.dataset.recording, () => Number(button.dataset.shot));
            return;
        }
        const { recording, place, at } = button.dataset;
        this.playing(recording, [place, at], `“${button.textContent}”`);
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
            this.go(this.run, shots => shots.length - 1);
        } else {
            this.play();
        }
    }

    // What Play, Step and the bar move from now on: a run, where its slider stands, which it is.
    playing(run, begins, which) {
        this.run = run;
        this.begins = begins;
        this.along.value = 0;
        this.find(".of").textContent = `Run ${which}`;
    }

    // From here, or from the start where the run has ended.
    async play() {
        this.pause();
        const next = shots => (this.at(shots) < shots.length - 1 ? this.at(shots) : 0);
        const turn = this.turn = {};
        if (!await this.go(this.run, next) || this.turn !== turn) {
            return;
        }
        this.words.setAttribute("aria-live", "off"); // or a voice would never come to an end
        while (Number(this.along.value) < Number(this.along.max)) {
            await new Promise(done => setTimeout(done, PACE));
            if (this.turn !== turn) {
                return;
            }
            // Waited for: a slow screen shows each picture late, and leaves none out.
            await this.go(this.run, shots => Math.min(this.at(shots) + 1, shots.length - 1));
        }
        this.pause();
    }

    pause() {
        this.turn = null;
        this.words.setAttribute("aria-live", "polite");
    }

    step() {
        this.pause();
        this.go(this.run, shots => Math.min(this.at(shots) + 1, shots.length - 1));
    }

    at(shots) {
        return Math.min(Number(this.along.value), shots.length - 1);
    }
}

class Question {
    constructor(section) {
        this.choices = [...section.querySelectorAll(".choice")];
        this.status = section.querySelector("[role=status]");
        this.again = section.querySelector(".again");
        for (const choice of this.choices) {
            choice.addEventListener("click", () => this.answer(choice));
        }
        this.again.addEventListener("click", () => {
            this.answer(null);
            this.choices[0].focus();
        });
    }

    // Each choice says why it is right or wrong; null takes the guess back.
    answer(guess) {
        for (const choice of this.choices) {
            const reason = choice.nextElementSibling;
            choice.setAttribute("aria-pressed", choice === guess);
            reason.hidden = !guess;
            reason.querySelector(".yours").hidden = choice !== guess;
            reason.classList.toggle("guess", choice === guess);
        }
        this.again.hidden = !guess;
        this.status.textContent = !guess ? "Choose one."
            : "right" in guess.dataset ? "Right."
            : `Not ${guess.dataset.letter}. Read why, above.`;
    }
}

// What is wider than its place can be moved by keys, too.
function reachable() {
    for (const part of document.querySelectorAll("pre, .wide, .screen, .drawn")) {
        if (part.scrollWidth > part.clientWidth) {
            part.tabIndex = 0;
        } else {
            part.removeAttribute("tabindex");
        }
    }
}

// A link to what is folded away opens it.
function unfold() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.tagName === "DETAILS") {
        target.open = true;
    }
}

document.querySelectorAll(".view").forEach(figure => new View(figure));
document.querySelectorAll(".question").forEach(section => new Question(section));
reachable();
addEventListener("resize", reachable);
addEventListener("toggle", reachable, true);
for (const link of document.querySelectorAll('a[href="#open"]')) {
    link.addEventListener("click", () => { document.getElementById("open").open = true; });
}
addEventListener("hashchange", unfold);
unfold();
