"""Tags that wrap what stands between them: `{% card title=… %}…{% endcard %}`. Inside, `{% fill "end" %}…{% endfill %}`
puts its content into a named place of the part (the head's controls, the foot) instead of its body.
"""

from __future__ import annotations

from typing import Final

from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from trueup.web.kit.register import register

PLACES: Final = "kit_places"

# tag → the names it accepts; each is drawn by kit/<tag>.html
PARTS: Final[dict[str, tuple[str, ...]]] = {
    "card": ("title", "hint", "id", "cls", "body", "level", "scrolls"),
    "callout": ("tone", "title", "icon"),
    "empty": ("title", "text", "icon", "level"),
    "kpis": ("label",),
    "pagehead": ("title", "meta", "tile", "avatar", "of"),
    "toolbar": ("label", "action", "placeholder", "q", "name", "target"),
    "bulkbar": ("label", "total", "form", "query", "back"),
    "confirm": ("id", "title", "action", "verb", "keep", "tone", "method"),
    "form": ("action", "id", "verb", "cancel", "form", "upload", "target", "cls"),
    "menu": ("id", "label", "button", "icon", "cls", "quiet"),
}


class PartNode(Node):
    """Renders what stands inside, collecting the filled places, then the part's template around it."""

    def __init__(self, name: str, nodelist: NodeList, kwargs: dict[str, FilterExpression]) -> None:
        self.name, self.nodelist, self.kwargs = name, nodelist, kwargs

    def render(self, context: Context) -> SafeString:
        given = {name: value.resolve(context) for name, value in self.kwargs.items()}
        places: dict[str, SafeString] = {}
        with context.push(**{PLACES: places}):
            body = self.nodelist.render(context)
        template = get_template(f"kit/{self.name}.html").template  # type: ignore[attr-defined]  # DjangoTemplates only
        shared = {"request": context.get("request"), "csrf_token": context.get("csrf_token")}
        names = dict.fromkeys(PARTS[self.name], "")
        inner = context.new({**shared, **names, **given, "content": body, "places": places})
        rendered: SafeString = template.render(inner)
        return rendered


class FillNode(Node):
    """Keeps its content for the nearest part around it."""

    def __init__(self, place: str, nodelist: NodeList) -> None:
        self.place, self.nodelist = place, nodelist

    def render(self, context: Context) -> SafeString:
        places = context.get(PLACES)
        content = self.nodelist.render(context)
        if places is None:
            return content
        places[self.place] = content
        return mark_safe("")


def _compile(parser: Parser, token: Token) -> PartNode:
    name, *bits = token.split_contents()
    kwargs = token_kwargs(bits, parser)
    unknown = sorted(set(kwargs) - set(PARTS[name]))
    if bits or unknown:
        raise TemplateSyntaxError(
            f"{{% {name} %}} takes {', '.join(PARTS[name])}; got {', '.join([*bits, *unknown])}"
        )
    nodelist = parser.parse((f"end{name}",))
    parser.delete_first_token()
    return PartNode(name, nodelist, kwargs)


for _part in PARTS:
    register.tag(_part, _compile)


@register.tag("fill")
def fill(parser: Parser, token: Token) -> FillNode:
    """`{% fill "end" %}…{% endfill %}` inside a part."""
    bits = token.split_contents()
    if len(bits) != 2:  # noqa: PLR2004 - the tag and the place
        raise TemplateSyntaxError('{% fill "place" %} takes one quoted name')
    nodelist = parser.parse(("endfill",))
    parser.delete_first_token()
    return FillNode(bits[1].strip("\"'"), nodelist)
