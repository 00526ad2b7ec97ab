"""A seeded generator of believable FAQ data, so that the demonstration needs no network.

Each duplicate is a title and an HTML body: a few rephrasings of its question, chatter, code,
typing errors, now and then the mention of a neighbouring question, and sometimes the notice
"Possible Duplicate: <title of the original>" that the cleaning must remove.
"""

import random
import re

from faq.fault import BadInputError
from faq.records import Faq, Question
from faq.topics import TOPICS, WORDS

_SLOT = re.compile(r"<(\w+)>|\[([^\[\]<>]*)\]")
_ARTICLE = re.compile(r"\ban? (?=(\w))", re.IGNORECASE)
_TITLES = (
    "How to {0}?", "How do I {0} in JavaScript?", "{0}", "What is the best way to {0}?",
    "JavaScript: {0}", "Is there a way to {0}?", "{0} with jQuery", "Can't {0}",
    "Need help: {0}", "Simple way to {0}", "{0} not working", "Problem when I try to {0}",
)  # fmt: skip
_VAGUE = (
    "Beginner question about JavaScript", "My script does not do what I want",
    "What is wrong with this code?", "Strange behaviour in my web app", "Need some help please",
    "Why does this not work as expected?", "Stuck with a small problem", "jQuery question",
)  # fmt: skip
_RESTATED = (
    "I want to {0}.", "I am trying to {0} but nothing happens.", "Basically I need to {0}.",
    "My code should {0}.", "What I have to do is {0}, and I do not know where to start.",
    "The goal is to {0} when the user is done.", "I was asked to {0} in an old project.",
)  # fmt: skip
_MENTIONS = (
    "I already know how to {0}, but that is not what I am after.",
    "I found an answer about how to {0}, it does not help here.",
    "Later I will also have to {0}.", "Before that my script has to {0}, and that part works.",
    "A colleague said that I should {0} instead.",
)  # fmt: skip
_CHATTER = (
    "I am quite new to this, so please bear with me.", "It works in Chrome but not in Firefox.",
    "I have searched for hours and found nothing.", "Any help would be appreciated.",
    "The console shows no error at all.", "Thanks in advance!", "Here is what I have so far:",
    "I would like to avoid a library if possible.", "It has to work in older browsers too.",
    "I get undefined every time.", "What am I doing wrong?", "Please see the code below.",
    "Performance matters because this runs very often.", "The data comes from a server.",
    "I am using the newest version of Node.", "It used to work last week.",
)  # fmt: skip
_CODE = (
    "var x = load();\nconsole.log(x);", "const out = run(data);\nreturn out;",
    "for (var i = 0; i < n; i++) {\n  work(i);\n}", "$('#main').on('click', go);",
)  # fmt: skip


def generate(*, seed: int, questions: int) -> Faq:
    """`questions` originals with 14 to 90 raw duplicates each; one seed gives one FAQ."""
    if not 2 <= questions <= len(TOPICS):
        raise BadInputError(f"--questions is {questions}; allowed are 2 to {len(TOPICS)}")
    rng = random.Random(seed)
    topics = rng.sample(range(len(TOPICS)), questions)
    originals: list[Question] = []
    duplicates: list[Question] = []
    answers: dict[int, str] = {}
    key = 1000
    for topic in sorted(topics):
        answer = 500_000 + topic
        title = _title(rng, topic)
        original = Question(
            key, answer, f"{title} {_body(rng, topic, topics, mention=0.1, restated=1.0)}"
        )
        originals.append(original)
        answers[answer] = _answer(rng, topic)
        key += 1
        for _ in range(min(90, 14 + int(rng.expovariate(1 / 11)))):
            text = _duplicate(rng, topic, topics, title)
            duplicates.append(Question(100_000 + len(duplicates), answer, text))
    return Faq(tuple(originals), tuple(duplicates), answers)


def expand(rng: random.Random, pattern: str) -> str:
    """One sentence of a pattern of the grammar in topics.py."""

    def pick(match: re.Match[str]) -> str:
        word: str | None = match.group(1)
        return rng.choice(WORDS[word] if word else str(match.group(2)).split("|"))

    while _SLOT.search(pattern):
        pattern = _SLOT.sub(pick, pattern)
    return _ARTICLE.sub(_article, " ".join(pattern.split()))


def _article(match: re.Match[str]) -> str:
    return "an " if match.group(1).lower() in "aeio" else "a "


def _say(rng: random.Random, topic: int) -> str:
    return expand(rng, rng.choice(TOPICS[topic]))


def _title(rng: random.Random, topic: int) -> str:
    title = rng.choice(_TITLES).format(_say(rng, topic))
    return title[0].upper() + title[1:]


def _duplicate(rng: random.Random, topic: int, topics: list[int], original: str) -> str:
    vague = rng.random() < 0.4
    title = _forgetful(rng, rng.choice(_VAGUE) if vague else _title(rng, topic))
    notice = ""
    if rng.random() < 0.15:
        link = f'<a href="https://example.org/q/{topic}">{original}</a>'
        notice = f"<blockquote><p><strong>Possible Duplicate:</strong><br>{link}</p></blockquote>"
    return (
        f"{title} {notice}{_body(rng, topic, topics, mention=0.5, restated=1.0 if vague else 0.55)}"
    )


def _body(
    rng: random.Random, topic: int, topics: list[int], *, mention: float, restated: float
) -> str:
    sentences = rng.sample(_CHATTER, rng.randint(2, 4))
    if rng.random() < restated:
        sentences.append(_forgetful(rng, rng.choice(_RESTATED).format(_say(rng, topic))))
    while rng.random() < mention:
        sentences.append(rng.choice(_MENTIONS).format(_say(rng, _neighbour(rng, topic, topics))))
    rng.shuffle(sentences)
    body = _typos(rng, " ".join(sentences))
    while len(body) < 170:
        body += " " + rng.choice(_CHATTER)
    code = f"<pre><code>{rng.choice(_CODE)}</code></pre>" if rng.random() < 0.5 else ""
    return f"<p>{body}</p>{code}"


def _neighbour(rng: random.Random, topic: int, topics: list[int]) -> int:
    """Mostly a topic that stands nearby, so that it shares words with this one."""
    others = [t for t in topics if t != topic]
    near = sorted(others, key=lambda t: abs(t - topic))[:8]
    return rng.choice(near if rng.random() < 0.7 else others)


def _answer(rng: random.Random, topic: int) -> str:
    steps = " ".join(f"To {_say(rng, topic)}, there is a built-in way." for _ in range(3))
    return f"<p>{steps} {rng.choice(_CHATTER)}</p><pre><code>{rng.choice(_CODE)}</code></pre>"


def _forgetful(rng: random.Random, sentence: str) -> str:
    """People leave words out: each word goes with a chance of 20 %, two words always stay."""
    words = sentence.split()
    kept = [word for word in words if rng.random() > 0.2]
    return " ".join(kept if len(kept) >= 2 else words)


def _typos(rng: random.Random, text: str) -> str:
    """Swap two neighbouring letters in about one word of forty."""
    words = text.split()
    for i, word in enumerate(words):
        if len(word) > 4 and word.isalpha() and rng.random() < 0.025:
            at = rng.randrange(1, len(word) - 2)
            words[i] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)
