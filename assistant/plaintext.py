"""Plain text: articles' words put so that who shows a reply as Markdown or HTML makes no link, image or tag of them."""

import re

# The joint of an inline or a reference link or image, "[a](b)" and "[a][b]"; what begins a definition; a tag or <URL>.
_JOINT = re.compile(r"\](?=\(|\[(?!\d+\]))")
_DEFINES = re.compile(r"^(\s*\[[^\]\n]*\])(?=:)", re.M)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def defused(text: str) -> str:
    """Return `text` with a space in every place where it would begin markup; all its other characters stay.

    References such as "[1][2]" stay as they are. Nothing of it goes beyond a line, so lines may be given apart.
    """
    return _TAG.sub("< ", _DEFINES.sub(r"\1 ", _JOINT.sub("] ", text)))
