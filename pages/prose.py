"""The words of a lesson as a page has them: links to pages, MathML, tables that scroll."""

import re
from html import escape, unescape
from typing import Any

from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

HERE = re.compile(r'<a href="(?:notebooks/)?(\w+)\.ipynb(#[^"]*)?"')
# what lies in the lessons' folder, and not on the site
ELSEWHERE = re.compile(r'<a href="((?:\.\./)?[\w/]+\.\w+)"[^>]*>(.*?)</a>', re.DOTALL)


class Renderer(IPythonRenderer):
    """Headings with the names that links in notebooks use, formulas drawn by the browser itself."""

    def __init__(self) -> None:
        super().__init__(escape=False, anchor_link_text="")
        self.contents: list[tuple[str, str]] = []  # the name and the words of each section

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        plain = unescape(re.sub("<[^>]+>", "", text))
        name = plain.replace(" ", "-")
        if level == 2:
            self.contents.append((name, text))
        return f'<h{level} id="{escape(name)}">{text}</h{level}>\n'

    def block_math(self, body: str) -> str:
        drawn = convert(body, display="block")
        return f'<span class="formula wide">{drawn}</span>'

    def inline_math(self, body: str) -> str:
        return convert(body)

    def block_code(self, code: str, info: str | None = None) -> str:
        return f'<div class="code">{super().block_code(code, info)}</div>'

    def table(self, text: str) -> str:
        return f'<div class="wide"><table>\n{text}</table></div>\n'


def linked(html: str) -> str:
    """The same with links to pages, and words in place of links to what is no part of the site."""
    html = HERE.sub(r'<a href="\1.html\2"', html).replace('src="notebooks/', 'src="')
    return ELSEWHERE.sub(_in_the_folder, html)


def _in_the_folder(link: re.Match) -> str:
    path, words = link.groups()
    if path.endswith(".html"):
        return link[0]
    path = path.removeprefix("../")
    return f'<span class="file" title="{path} in the lessons\' folder">{words}</span>'


def as_html(markdown: str, renderer: Renderer) -> str:
    """A piece of prose as a page has it."""
    return linked(MarkdownWithMath(renderer=renderer).render(markdown))
