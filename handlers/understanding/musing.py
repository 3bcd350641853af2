"""Words in which a speaker only gropes for his own: 一半还是多少嗯三分之二, 缺什么来着哦审核意见. They ask nobody."""

from __future__ import annotations

import re

_WHAT = r"(?:多少|几成|百分之几|几[个台根米户亩]?|什么|啥|谁|哪个)"
_FOUND = r"(?:嗯+|呃+|额|哦|噢|喔|啊对|对了?|好像|大概|应该|差不多)"
_GROPES = re.compile(
    rf"(?:还是|或者|是|有|缺|叫|到)?(?:一?个)?{_WHAT}来着[，,。 ]?{_FOUND}"
    rf"|(?:还是|或者)?(?:是|有)?{_WHAT}[，, ]?(?=(?:嗯|呃|额|噢))"
)


def without_musing(text: str) -> str:
    """Return a normalised text with the groping blanked out, spans staying where they are."""
    return _GROPES.sub(lambda found: "　" * len(found.group()), text)
