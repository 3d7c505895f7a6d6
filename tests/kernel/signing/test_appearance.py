"""What a signature looks like: a red seal with every character of the name, and blue ink."""

from io import BytesIO

import pymupdf
import pytest
from PIL import Image

from project.kernel.signing.appearance import NoSuchPicture, drawn, seal
from tests import given_signed

pytestmark = pytest.mark.usefixtures("english")
NAMES = ["云岭镇政", "示例县云岭镇人民政府", "双江拉祜族佤族布朗族傣族自治县云岭镇人民"]


def pixels(pdf, box):
    """The place of a signature as a strict reader draws it."""
    with pymupdf.open(stream=pdf) as opened:
        page = opened[0]
        high = page.rect.height
        clip = pymupdf.Rect(box.x0, high - box.y1, box.x1, high - box.y0)
        drawn_ = page.get_pixmap(clip=clip, dpi=144)
        return Image.frombytes("RGB", (drawn_.width, drawn_.height), drawn_.samples)


def share(picture, is_ink):
    colours = iter(picture.tobytes())
    dots = list(zip(colours, colours, colours, strict=True))
    return sum(map(is_ink, dots)) / len(dots)


def is_red(dot):
    return dot[0] > 180 and dot[1] < 90


@pytest.mark.parametrize("name", NAMES, ids=len)
def test_a_seal_is_drawn_with_names_of_any_length(name):
    pdf = given_signed.signed_by(
        given_signed.prepared(),
        "township",
        given_signed.house().township,
        appearance=seal(name),
    )

    picture = pixels(pdf, given_signed.BOXES["township"])

    assert 0.08 < share(picture, is_red) < 0.4
    # The star stands in the middle, and between it and the name nothing does.
    width, height = picture.size
    assert is_red(picture.getpixel((width // 2, height // 2)))


def test_each_character_adds_its_ink_to_the_seal():
    bare, longer = (seal(name).content.count(b" c") for name in ("云岭镇政", "云岭镇政府"))

    assert longer > bare


def test_a_seal_fits_a_place_of_any_shape_and_stays_round():
    content = seal("云岭镇人民政府")

    assert content.width == content.height == 200


@pytest.mark.parametrize("name", ["", "云" * 21, "\U0010ffff"])
def test_a_name_no_seal_can_carry_is_refused(name):
    with pytest.raises(NoSuchPicture):
        seal(name)


def test_rare_characters_are_cut_into_seals():
    assert seal("𬱖䶮㛃镇").content != seal("云云云镇").content


def test_a_drawn_signature_is_ink_without_its_paper():
    box = given_signed.BOXES["worker"]
    blue = share(pixels(given_signed.half(), box), lambda dot: dot[2] > dot[0] + 40)
    white = share(pixels(given_signed.half(), box), lambda dot: min(dot) > 250)

    assert 0.02 < blue < 0.3
    assert white > 0.5


def picture(mode, colour, kind="PNG"):
    out = BytesIO()
    Image.new(mode, (60, 20), colour).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("png", "sentence"),
    [
        (picture("RGB", "white"), "The signature is empty. Please sign again."),
        (picture("RGBA", (0, 0, 0, 0)), "The signature is empty. Please sign again."),
        (b"", "The signature is not a PNG picture. Please sign again."),
        (picture("RGB", "black", "JPEG"), "The signature is not a PNG picture. Please sign again."),
        (
            given_signed.handwriting()[:300],
            "The signature is not a PNG picture. Please sign again.",
        ),
        (b"0" * 4_000_001, "The picture of the signature is too large."),
    ],
    ids=["white", "transparent", "nothing", "jpeg", "torn", "huge"],
)
def test_a_picture_that_is_no_signature_is_refused(png, sentence):
    with pytest.raises(NoSuchPicture) as refused:
        drawn(png)

    assert str(refused.value) == sentence
