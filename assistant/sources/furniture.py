"""What a web page puts around an article: buttons, forms, notices. Known by whole lines only, so that prose stays."""

import re

_LONGEST = 300
_SHARE = (
    r"facebook|twitter|x|linked ?in|whats ?app|telegram|reddit|e-?mail|print|pinterest|messenger|threads|bluesky|"
    r"copy link|tweet|pin|share|post|pocket|flipboard|sms|wechat|weibo|save"
)
_NAVIGATION = (
    r"home|menu|search|close|log ?in|log ?out|sign in|sign up|sign out|register|about us|contact us|my account|"
    r"privacy policy|terms (?:of (?:use|service)|and conditions)|cookie (?:policy|settings|preferences)|site ?map|"
    r"back to top|top|previous|next|(?:previous|next) (?:article|post|story|page)|accessibility|subscribe|donate|"
    r"newsletters?|faqs?|careers|advertise(?: with us)?|shop|cart"
)
# Each is matched against a whole line, whatever the case. A line that a writer might write is not to be here.
_PATTERNS = (
    r"(?:please )?(?:spread the word|share (?:this|the|on|via|with)\b.{0,40}|share|like this)\s*:?",
    rf"(?:click to )?(?:share(?: this)?(?: on| via)?:?\s*)?(?:(?:{_SHARE})[\s,|/·•]*){{1,12}}",
    r"(?:categor(?:y|ies)|tags?|tagged|filed under|posted in|topics?)\s*:?[\s,;|]*",
    r"(?:categories|tags|filed under|posted in)\s*:\s*[^.!?]{1,100}",
    r"(?:leave|post|add|write) a (?:reply|comment)(?: cancel reply)?|cancel reply|post comment|reply",
    r"(?:no |\d+ )?(?:comments?|replies|responses)(?: yet| closed| are closed)?\.?(?: \(\d+\))?",
    r"(?:your e-?mail address will not be published\.?\s*)?(?:required fields are marked ?\*?)?",
    r"(?:name|e-?mail|website|comment) ?\*",
    r"save my name, e-?mail,? and website in this browser for the next time i comment\.?",
    r"(?:advertise?ments?|ad|sponsored(?: content)?|promoted(?: content)?|story continues below(?: advertisement)?)",
    r"skip to (?:the )?(?:main |primary )?(?:content|navigation|menu|article|footer)",
    r"(?:read|show|load|see|learn|view) (?:more|all|less)(?: [»→>…]+|\.{3})?|continue reading(?: [»→>…]+)?|click here",
    r"(?:related|recent|popular|latest|more|most (?:read|popular)|trending|recommended|featured)"
    r"(?: (?:articles|posts|stories|news|reading|content|now|for you))|you (?:may|might) also like:?",
    r"(?:subscribe|sign up|join|register)\b[^.]{0,40}\b(?:newsletters?|mailing list|e-?mail (?:list|updates|alerts))\b"
    r"[^.]{0,40}[.!]?",
    r"(?:enter )?your e-?mail(?: address)?",
    r"(?:we|this (?:web)?site|our (?:web)?site)(?: and our partners)? uses? cookies\b.{0,200}",
    r"by (?:continuing|using|browsing)\b.{0,80}\bcookies\b.{0,80}",
    r"(?:accept|reject|allow|manage|decline)(?: all)?(?: cookies| settings| preferences)?|(?:got it|i agree|ok)[.!]?",
    r"(?:©|\(c\)|copyright\b).{0,120}(?:\d{4}|reserved).{0,60}|all rights reserved\.?",
    r"(?:estimated )?(?:reading time:? )?\d{1,3}[ -]min(?:ute)?s?(?: read)?(?: time)?|listen to (?:this )?article",
    rf"(?:{_NAVIGATION})",
    rf"(?:(?:{_NAVIGATION})\s*[|>»›·•/]\s*)+(?:{_NAVIGATION})",
    r"home(?: ?[>»›/] ?[^>»›/]{1,40}){1,6}",
)
_LINE = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)
_ASIDE = re.compile(r" ?\((?:opens? in (?:a )?new (?:tab|window)|link is external|external link)\)", re.IGNORECASE)


def is_furniture(line: str) -> bool:
    """Whether the whole of `line` is page furniture, such as "Leave a Reply" or a row of share buttons."""
    line = line.strip()
    return 0 < len(line) <= _LONGEST and _LINE.fullmatch(line) is not None


def strip_asides(line: str) -> str:
    """Return `line` without what browsers and screen readers are told of its links: "(opens in a new tab)"."""
    return _ASIDE.sub("", line)
