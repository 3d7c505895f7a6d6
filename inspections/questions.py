"""What inspectors ask on a visit, and which answers call for a closer look (W-9)."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

LONGEST = 120


@dataclass(frozen=True)
class Question:
    """One question: with choices it takes one of them, without it takes a few words.

    `alarms` names the pattern of the doubt that an answer opens: {answer: code}.
    """

    code: str
    words: str
    choices: dict = field(default_factory=dict)
    alarms: dict = field(default_factory=dict)

    def said(self, answer):
        """An answer in the words in which it was offered."""
        return str(self.choices.get(answer, answer))

    def fits(self, answer):
        if self.choices:
            return answer in self.choices
        return isinstance(answer, str) and 0 < len(answer) <= LONGEST


YES, NO = ("yes", _("Yes")), ("no", _("No"))
SILENT = ("silent", _("Would not say"))
QUESTIONS = (
    Question("pay", _("How much were you paid for last month?")),
    Question("received", _("When did the money arrive?")),
    Question(
        "card",
        _("Who keeps your bank card?"),
        dict(
            [
                ("self", _("I do")),
                ("family", _("My family")),
                ("other", _("Somebody else")),
                SILENT,
            ]
        ),
        {"other": "V-16.told"},
    ),
    Question(
        "returned",
        _("Did you give any of the money back?"),
        dict([NO, YES, SILENT]),
        {"yes": "V-14.told"},
    ),
    Question(
        "duties",
        _("Do you know what your work is?"),
        dict([YES, ("partly", _("In part")), NO]),
    ),
    Question("insurance", _("Was the insurance card shown?"), dict([YES, NO])),
    Question("book", _("Was the log book shown?"), dict([YES, NO])),
)
BY_CODE = {question.code: question for question in QUESTIONS}


def answered(answers):
    """The answers that were given, without those left open."""
    return {code: answer for code, answer in answers.items() if answer not in ("", None)}


def faults(answers):
    """Why answers cannot be used, a sentence for each."""
    return [
        translate("“%(answer)s” is no answer to “%(question)s”.")
        % {"answer": answer, "question": BY_CODE[code].words if code in BY_CODE else code}
        for code, answer in answers.items()
        if code not in BY_CODE or not BY_CODE[code].fits(answer)
    ]


def alarming(answers):
    """{code of a pattern: code of the question} of the answers that call for a closer look."""
    return {
        question.alarms[answers[question.code]]: question.code
        for question in QUESTIONS
        if answers.get(question.code) in question.alarms
    }


def in_words(answers):
    """Question and answer as people read them, in the order in which they are asked."""
    return [(q.words, q.said(answers[q.code])) for q in QUESTIONS if q.code in answers]
