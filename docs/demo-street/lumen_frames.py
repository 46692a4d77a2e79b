"""Frames: the geometry of every Lumen frame in millimetres, shared by its pictures and its product file."""

from __future__ import annotations

from dataclasses import dataclass

COLOURS = {
    "Black": "#17181a", "Tortoise": "#6b3f1d", "Honey": "#c98a3c", "Crystal": "#dfe4e4", "Bottle Green": "#1f4a3a",
    "Oxblood": "#5c1a22", "Slate Blue": "#3c5a78", "Blush": "#d9a79c", "Smoke": "#6f757a", "Marine": "#17324d",
    "Olive": "#5b5a32", "Ivory": "#e9e0cc", "Gold": "#c9a45c", "Silver": "#b9bec3", "Gunmetal": "#4a4e54",
    "Rose Gold": "#c58f79", "Matt Black": "#202124", "Coral": "#e2725b", "Sky": "#8fb6cf", "Lilac": "#a99bc4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    handle: str
    title: str
    shape: str  # outline of the lens, see lumen_pictures.outline
    width: float  # lens width
    height: float  # lens height
    bridge: float
    temple: int
    material: str  # acetate | metal | browline
    colours: tuple[str, ...]
    lens: str = "clear"  # clear | grey | brown | green | blue | rose
    rim: float = 4.0  # how far the front reaches beyond the lens
    sizes: tuple[int, ...] = ()


FRAMES = (
    Frame("cordouan", "Cordouan", "round", 48, 45, 21, 145, "acetate", ("Tortoise", "Black", "Honey"), sizes=(46, 48, 50)),
    Frame("eddystone", "Eddystone", "panto", 47, 43, 22, 145, "acetate", ("Bottle Green", "Tortoise", "Crystal"), sizes=(45, 47, 49)),
    Frame("fastnet", "Fastnet", "square", 52, 42, 19, 150, "acetate", ("Black", "Marine", "Smoke"), rim=5.2, sizes=(50, 52, 54)),
    Frame("ar-men", "Ar-Men", "rectangle", 53, 34, 18, 145, "acetate", ("Marine", "Black", "Oxblood"), sizes=(51, 53)),
    Frame("kereon", "Kéréon", "cat-eye", 52, 40, 17, 140, "acetate", ("Oxblood", "Black", "Blush"), rim=4.4, sizes=(50, 52)),
    Frame("bell-rock", "Bell Rock", "d-frame", 50, 40, 20, 145, "browline", ("Tortoise", "Black"), sizes=(49, 51)),
    Frame("skerryvore", "Skerryvore", "round", 47, 45, 21, 145, "metal", ("Gold", "Silver", "Gunmetal"), sizes=(45, 47, 49)),
    Frame("planier", "Planier", "aviator", 57, 49, 15, 140, "metal", ("Gold", "Gunmetal"), lens="green", sizes=(55, 58)),
    Frame("creach", "Créac’h", "hexagon", 50, 44, 20, 145, "metal", ("Rose Gold", "Silver"), sizes=(48, 50)),
    Frame("pharos", "Pharos", "round", 52, 49, 20, 145, "acetate", ("Black", "Honey", "Ivory"), lens="grey", rim=5.2, sizes=(50, 52)),
    Frame("hook-head", "Hook Head", "rectangle", 54, 36, 17, 145, "metal", ("Gunmetal", "Silver"), sizes=(52, 54, 56)),
    Frame("longstone", "Longstone", "panto", 48, 43, 21, 145, "metal", ("Silver", "Gold"), sizes=(46, 48)),
    Frame("triagoz", "Triagoz", "octagon", 50, 44, 20, 145, "acetate", ("Olive", "Black"), rim=4.6, sizes=(48, 50)),
    Frame("lindau", "Lindau", "oval", 51, 35, 19, 140, "acetate", ("Lilac", "Crystal", "Tortoise"), rim=4.4, sizes=(49, 51)),
    Frame("marjaniemi", "Marjaniemi", "square", 50, 38, 19, 145, "acetate", ("Smoke", "Slate Blue"), sizes=(48, 50)),
    Frame("rubjerg", "Rubjerg", "square", 55, 45, 18, 145, "acetate", ("Tortoise", "Black"), lens="brown", rim=5.4, sizes=(53, 55)),
    Frame("start-point", "Start Point", "butterfly", 56, 46, 16, 140, "acetate", ("Blush", "Black"), lens="rose", rim=4.8, sizes=(54, 56)),
    Frame("muckle", "Muckle Flugga", "oval", 49, 31, 20, 140, "metal", ("Silver", "Gold"), lens="blue", sizes=(48,)),
    Frame("la-jument", "La Jument", "d-frame", 53, 42, 18, 150, "acetate", ("Matt Black", "Tortoise"), rim=5.4, sizes=(51, 53)),
    Frame("sambro", "Sambro", "round", 47, 43, 23, 145, "acetate", ("Crystal", "Slate Blue", "Black"), rim=4.6, sizes=(45, 47)),
    Frame("vilan", "Vilán", "aviator", 56, 47, 15, 140, "metal", ("Gunmetal", "Gold"), lens="brown", sizes=(56,)),
    Frame("enoshima", "Enoshima", "panto", 46, 41, 22, 145, "metal", ("Gold", "Gunmetal"), sizes=(44, 46)),
    Frame("petit-phare", "Petit Phare", "round", 42, 39, 17, 125, "acetate", ("Coral", "Sky", "Honey"), rim=3.8, sizes=(40, 42)),
    Frame("lampe", "La Lampe", "rectangle", 50, 36, 19, 140, "acetate", ("Honey", "Slate Blue", "Black"), rim=3.6),
)  # fmt: skip
