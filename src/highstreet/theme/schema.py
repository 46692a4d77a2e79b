"""Setting schemas: a theme's sections as JSON Schema, so that editors complete and underline them."""

from __future__ import annotations

from collections.abc import Mapping

from highstreet.theme.theme import Setting, Theme

Json = dict[str, object]

_TEXTS: Mapping[str, Json] = {
    "text": {"type": ["string", "number"]},
    "markdown": {"type": "string"},
    "color": {"type": "string", "pattern": "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"},
    "url": {"type": "string", "pattern": "^https://"},
    "date": {"type": "string"},
    "moment": {"type": "string"},
    "media": {"type": "string"},
    "boolean": {"type": "boolean"},
    "collection": {"type": "string"},
    "product": {"type": "string"},
    "page": {"type": "string"},
    "collections": {"type": "array", "items": {"type": "string"}},
    "products": {"type": "array", "items": {"type": "string"}},
}


def sections(theme: Theme) -> dict[str, Json]:
    """Section type → JSON Schema of its settings."""
    return {name: {"title": section.label, **_settings(section.settings)} for name, section in theme.sections.items()}


def _settings(settings: tuple[Setting, ...]) -> Json:
    return {
        "type": "object",
        "properties": {setting.name: _setting(setting) for setting in settings},
        "required": [setting.name for setting in settings if setting.required],
        "additionalProperties": False,
    }


def _setting(setting: Setting) -> Json:
    made = _type(setting)
    words = ". ".join(part for part in (setting.label, setting.info) if part)
    if words:
        made["description"] = words
    return made


def _type(setting: Setting) -> Json:
    match setting.type:
        case "integer":
            limits = {"minimum": setting.min, "maximum": setting.max}
            return {"type": "integer", **{name: number for name, number in limits.items() if number is not None}}
        case "choice":
            return {"enum": list(setting.options)}
        case "image":
            fields = {
                "src": {"type": "string"},
                "alt": {"type": "string"},
                "width": {"type": "integer"},
                "height": {"type": "integer"},
            }
            return {
                "oneOf": [
                    {"type": "string"},
                    {"type": "object", "properties": fields, "required": ["src"], "additionalProperties": False},
                ]
            }
        case "link":
            fields = {"label": {"type": "string"}, "to": {"type": "string"}}
            return {
                "oneOf": [
                    {"type": "string"},
                    {"type": "object", "properties": fields, "required": ["to"], "additionalProperties": False},
                ]
            }
        case "list":
            return {"type": "array", "maxItems": setting.max_items, "items": _settings(setting.of)}
        case _:
            return dict(_TEXTS[setting.type])
