"""What the rules know of words: verbs of speech, closed classes, who held which office when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from standto import tables
from standto.world.bundled import bundled

FOLDER = bundled("reports")
"""Where the tables of this room lie."""

QUOTING = frozenset("say act decide object quote think find".split())
"""Classes of verb that may stand beside a quotation."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb that attributes: `klass` as the column `class` of speech_verbs.csv says."""

    lemma: str
    language: str
    klass: str
    addressee: bool
    object: bool
    form: str
    needs: frozenset[str] = frozenset()

    @property
    def takes_quote(self) -> bool:
        """Whether a quotation may be its content."""
        return self.klass in QUOTING

    @property
    def ing(self) -> bool:
        """Whether the form is the `-ing` form."""
        return self.form.split("_")[0].endswith("ing")

    @property
    def base(self) -> bool:
        """Whether the form is the bare infinitive."""
        return self.form.replace("_", " ") == self.lemma


@cache
def _verbs() -> dict[str, Verb]:
    table = tables.read(FOLDER / "speech_verbs.csv", "speech_verbs")
    found: dict[str, Verb] = {}
    for row in table.iter_rows(named=True):
        forms = list(row["forms"] or [])
        if row["language"] == "en":
            forms += english_forms(row["verb"], len(forms))
        for form in forms:
            verb = Verb(
                row["verb"],
                row["language"],
                row["class"],
                row["addressee"],
                row["object"],
                form,
                frozenset(row["needs"] or ()),
            )
            found.setdefault(form, verb)
    return found


@cache
def _longest() -> dict[str, int]:
    """How many words the longest form has that begins with a word, where it has more than one."""
    longest: dict[str, int] = {}
    for form in _verbs():
        first, *rest = form.split("_")
        if rest:
            longest[first] = max(longest.get(first, 0), 1 + len(rest))
    return longest


def english_forms(verb: str, listed: int) -> list[str]:
    """Inflected forms of a regular English verb; only `-s` and the base where others are listed."""
    first, *rest = verb.split()
    tail = "".join(f"_{word}" for word in rest)
    if first == "be":
        return [first + tail]
    if listed and not first.endswith("ise"):
        ending = "es" if first.endswith(("s", "sh", "ch", "x", "z", "o")) else "s"
        return [first + tail, first + ending + tail]
    if first.endswith("e"):
        stems = [first, first + "s", first + "d", first[:-1] + "ing"]
    elif first.endswith("y") and first[-2] not in "aeiou":
        stems = [first, first[:-1] + "ies", first[:-1] + "ied", first + "ing"]
    else:
        ending = "es" if first.endswith(("s", "sh", "ch", "x", "z")) else "s"
        stems = [first, first + ending, first + "ed", first + "ing"]
    return [stem + tail for stem in stems]


def speech_verb(word: str) -> Verb | None:
    """The verb that a word in lower case is a form of, or None."""
    return _verbs().get(word)


def speech_phrase(first: str, *rest: str) -> tuple[Verb, int] | None:
    """The verb and its number of words, where several words form one: `pointed out`."""
    words = (first, *rest)
    for length in range(min(_longest().get(first, 1), len(words)), 1, -1):
        if verb := _verbs().get("_".join(words[:length])):
            return verb, length
    verb = _verbs().get(first)
    return (verb, 1) if verb else None


@dataclass(frozen=True, slots=True)
class Holder:
    """A person in an office of a body, from a day until the day before another."""

    person: str
    names: tuple[str, ...]
    office: str
    body: str
    since: datetime
    until: datetime | None

    def on(self, day: datetime) -> bool:
        """Whether the person held the office on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@cache
def holders() -> tuple[Holder, ...]:
    """Everyone in office_holders.csv, in its order."""
    table = tables.read(FOLDER / "office_holders.csv", "office_holders")
    return tuple(
        Holder(
            row["person"],
            (row["person"], *[n.strip() for n in (row["also"] or "").split(";") if n.strip()]),
            row["office"],
            row["body"],
            row["from"],
            row["until"],
        )
        for row in table.iter_rows(named=True)
    )


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


DETERMINERS = _set(
    "the a an this that these those his her its their our my your some any no every each both all"
    " another several many few most other one two three four five six seven eight nine ten dozens"
    " hundreds thousands"
)
POSSESSIVES = _set("his her its their our my your")
SUBJECTS = _set("he she they it we i you who")
PRONOUNS = SUBJECTS | _set("him them us me himself herself itself themselves whom")
PREPOSITIONS = _set(
    "in on at by for from with within without into onto over under after before during following"
    " since until till through throughout across against between among amid amidst despite via per"
    " about around near outside inside toward towards upon beyond along alongside ahead"
)
CONJUNCTIONS = _set("and but or nor yet while whereas although though because if when unless so")
SUBORDINATORS = _set(
    "that while whereas although though because if when whenever unless as since after before"
    " until where which who whom whose whether how why what"
)
COMPLEMENTISERS = _set("that whether if how why what when where who which")
AUXILIARIES = _set(
    "has have had having is are was were be been being do does did will would shall should can"
    " could may might must 's 're 've 'd 'll ’s ’re ’ve ’d ’ll"
    " hasn't haven't hadn't isn't aren't wasn't weren't doesn't don't didn't won't wouldn't"
    " shouldn't can't cannot couldn't mustn't hasn’t haven’t hadn’t isn’t aren’t wasn’t weren’t"
    " doesn’t don’t didn’t won’t wouldn’t shouldn’t can’t couldn’t mustn’t"
)
NEGATIONS = _set("not n't never neither")
ADVERBS = _set(
    "also then now later earlier again once further thus therefore meanwhile however still even"
    " only just already soon too so moreover nonetheless nevertheless instead simultaneously first"
    " finally recently previously today yesterday tomorrow tonight there here indeed rather often"
    " long ever always sometimes subsequently separately additionally similarly afterwards flatly"
)
TIMES = _set(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow tonight"
    " morning afternoon evening night week month year january february july"
    " august september october november december"
    " midday noon midnight"
)
FOREIGN_AUXILIARIES = _set("a ont avait hat haben hatte ist sind est sont n'a")
FOREIGN_STOPS = _set(
    "am im in bei nach vor mit vom zum zur auf für gegen an aus über während dass à au aux en dans"
    " sur lors après avant devant que qui dont в во на после перед что о об у до під час після що"
    " w we na po przed podczas że со с в'"
)
FOREIGN_THAT = _set("dass daß que qu'il qu что чтобы що że iż")
PARTICLES = _set("mit an hinzu ein fest zu")
CUE_NOUNS = _set(
    "claim claims statement assertion belief allegation allegations warning view suggestion"
    " argument contention insistence promise pledge prediction hope fear denial admission"
    " acknowledgement acknowledgment accusation accusations conviction confidence concern"
    " concerns doubts conclusion"
)
"""Nouns that attribute when somebody owns them and a clause follows: `Kerr's claim that`."""
HEARSAY_ADVERBS = _set("reportedly allegedly supposedly purportedly")
CHAINS = _set(
    "want wants wanted went goes going refused refuses declined declines began begins started"
    " starts continued continues continue sought seeks tried tries used needed appeared appears"
    " come comes came yet seems seemed like likes liked love loves loved attempted attempting"
    " attempts trying helped"
)
HONORIFICS = _set(
    "mr mrs ms miss dr sir lord lady dame general gen lieutenant lt colonel col major maj captain"
    " capt admiral adm brigadier brig sergeant sgt commander cmdr president prime minister"
    " chancellor secretary ambassador senator sen representative rep king queen prince princess"
    " mme mlle supreme deputy chairman chairwoman chair speaker judge justice governor gov"
    " mayor director secretary-general vice-president lieutenant-general major-general"
    " chief foreign defence defense interior professor prof spokesman spokeswoman spokesperson"
    " herr frau monsieur madame foreign-minister vice"
)
COLLECTIVES = _set(
    "officials official spokesman spokeswoman spokesperson spokespeople representatives"
    " representative leaders leadership members countries ministers ambassadors sources source"
    " diplomats analysts experts aides advisers advisors officers commanders authorities"
    " delegates envoys residents witnesses people observers friends relatives neighbors neighbours"
    " colleagues supporters opponents critics voters strategists economists lawmakers prosecutors"
    " investigators researchers scholars historians allies rivals insiders staffers lawyers"
    " attorneys doctors scientists activists advocates crowd"
)
DOCUMENTS = _set(
    "statement document communique communiqué declaration report treaty text letter release memo"
    " resolution agreement memorandum paper note decree order charter article protocol readout"
    " strategy concept bulletin transcript notice survey poll study dispatch documents records"
    " filings filing reports polls surveys transcripts affidavit lawsuit complaint indictment audit"
    " memos emails email"
)
ROLES = _set(
    "president chancellor premier minister secretary chief commander spokesman spokeswoman"
    " spokesperson ambassador general admiral chair chairman chairwoman mayor governor envoy"
    " representative king queen director leader head official diplomat analyst expert colonel"
    " brigadier adviser advisor inspector senator"
)
COUNTRIES = _set(
    "russia ukraine poland germany france britain england scotland estonia latvia lithuania"
    " finland sweden norway denmark iceland netherlands belgium luxembourg spain portugal italy"
    " greece turkey türkiye romania bulgaria hungary slovakia slovenia croatia albania montenegro"
    " macedonia czechia canada america china japan belarus moldova georgia serbia kosovo bosnia"
    " austria switzerland ireland israel iran iraq syria india australia mexico cuba europe"
    " moscow kyiv kiev washington london paris berlin warsaw brussels vilnius riga tallinn"
    " bucharest ankara beijing congress parliament pentagon kremlin police senate house army navy"
    " democrats republicans"
)
"""Countries, capitals and seats of government that speak in reports: bodies, never surnames."""
