"""Kinds of actors that are easily mistaken, each in a sentence of its own: who it is, and for which country."""

from __future__ import annotations

import pytest

from detente.coding.cast import CastActor, Mention
from detente.evaluation.actors import cast_of, mention_at


def read_actor(text: str, span: str, day: str = "2019-06-03") -> tuple[Mention, CastActor] | None:
    """The mention that a span of the text is read as, with its actor."""
    start = text.rindex(span)
    cast = cast_of(text, day)
    mention = mention_at(cast, start, start + len(span))
    return (mention, cast.actor_of(mention)) if mention is not None else None


def country_of(text: str, span: str, day: str = "2019-06-03") -> str | None:
    found = read_actor(text, span, day)
    return found[1].country if found is not None else None


NAMES = [
    ("Jordan Whitaker opened the shop.", "Jordan Whitaker", None),
    ("Chad Oakley sang.", "Chad Oakley", None),
    ("Peter London sold the boat.", "Peter London", None),
    ("Mr Holland asked for tea.", "Mr Holland", None),
    ("Jordan opened the border.", "Jordan", "JOR"),
    ("Chad's president spoke.", "Chad", "TCD"),
    ("Kuwait Airways cut its fares.", "Kuwait Airways", "MNC"),
    ("Air Malta has new planes.", "Air Malta", "MNC"),
    ("The French company paid.", "The French company", None),
    ("The Seattle Mariners won again.", "Seattle", None),
    ("Voters in Georgia went to the polls near Atlanta.", "Georgia", "USA"),
    ("Georgia shelled the road, and Tbilisi denied it.", "Georgia", "GEO"),
    ("Brazzaville was calm. Congo votes on Sunday.", "Congo", "COG"),
    ("Kinshasa was calm. Congo votes on Sunday.", "Congo", "COD"),
    ("South Korea sent rice. The North sent none.", "The North", "PRK"),
    ("Kenya's Senate met.", "Kenya's Senate", "KEN"),
    ("Brussels wants an answer.", "Brussels", "EUR"),
    ("She spoke in Brussels.", "Brussels", "BEL"),
    ("Haftar marched on Tripoli.", "Tripoli", "LBY"),
    ("The UN-backed government fell.", "The UN-backed government", None),
    ("Labour lost three seats.", "Labour", None),
    ("A relief agency left Gao.", "A relief agency", "NGO"),
    ("The Australian prime minister left.", "The Australian prime minister", "AUS"),
    ("The Australian reported it first.", "The Australian", "MNC"),
    ("Peru recalled its ambassador from Lisbon.", "its ambassador", "PER"),
    ("Belarus's KGB held two Poles.", "KGB", None),
    ("Luis de la Fuente was pleased.", "Luis de la Fuente", None),
    ("Michael Langley, a carpenter, was in Niamey.", "Langley", None),
    ("An Israeli strike killed a commander in Tyre, and Cyprus closed Cyprus's ports.", "a commander", None),
]


@pytest.mark.parametrize(("text", "span", "country"), NAMES, ids=[n[0] for n in NAMES])
def test_name_is_read_as_whose_it_is(text: str, span: str, country: str | None) -> None:
    assert country_of(text, span) == country


SCENES = [
    ("Peru's congress met at noon. Police closed the square.", "Police", "PER"),
    ("Kenya is sending soldiers to Goma.", "soldiers", "KEN"),
    ("Zambia voted. The opposition claimed a lead.", "The opposition", "ZMB"),
    ("Ghana and Togo have closed the border. The army said nothing.", "The army", None),
    ("Ghana's president flew to Lome. Diplomats called it a surprise.", "Diplomats", None),
    ("Officials met in Geneva.", "Officials", "CHE"),
    (
        "Japan met. Tokyo was late. Japan sang. Ghana was glad. Lena Holm, a government spokeswoman, slept.",
        "Holm",
        "GHA",
    ),
    ("Japan met. Tokyo was late. Japan sang. Ghana was glad. The police slept.", "The police", "JPN"),
    ("Peru's congress met. Lima faced the general who led it, Omar Diallo, in the hall.", "Omar Diallo", "PER"),
    ("Chile was calm. Peru was calm. The American ambassador asked the army to wait.", "the army", None),
    ("The American president asked the army to wait.", "the army", "USA"),
    ("America waited. Chile was late. Ann Reed, Harvard's president, slept in America.", "Ann Reed", None),
    ("The army said nothing.", "The army", None),
]


@pytest.mark.parametrize(("text", "span", "country"), SCENES, ids=[s[0] for s in SCENES])
def test_scene_gives_a_country_only_where_it_is_plain(text: str, span: str, country: str | None) -> None:
    assert country_of(text, span) == country


def test_scene_says_so_in_resolved_by() -> None:
    found = read_actor("Peru's congress met at noon. Police closed the square.", "Police")
    assert found is not None
    assert found[0].resolved_by == "domestic scene"


def test_person_takes_country_from_what_they_head() -> None:
    found = read_actor("Amina Sesay, who runs Guinea's electricity office, resigned.", "Amina Sesay")
    assert found is not None
    assert (found[1].country, found[0].sectors) == ("GIN", ("GOV",))


def test_family_name_comes_first_where_it_does() -> None:
    found = read_actor("Kwon Min Ho, a Korean envoy, was late. Kwon said sorry.", "Kwon")
    assert found is not None
    assert found[1].name == "Kwon Min Ho"


def test_particles_are_part_of_a_name() -> None:
    found = read_actor("Mayor Luis de la Torre waved.", "Mayor Luis de la Torre")
    assert found is not None
    assert found[1].name == "Luis de la Torre"


TERMS = [
    ("2009-06-01", "Viktor Yanukovych", ("ELI",), "former prime minister"),
    ("2011-06-01", "Viktor Yanukovych", ("GOV",), "president"),
    ("2016-06-01", "Viktor Yanukovych", ("ELI",), "former president"),
]


@pytest.mark.parametrize(("day", "name", "sectors", "office"), TERMS)
def test_office_goes_by_the_day(day: str, name: str, sectors: tuple[str, ...], office: str) -> None:
    found = read_actor(f"{name} spoke in Kiev.", name, day)
    assert found is not None
    assert (found[0].sectors, found[0].office) == (sectors, office)


UNDATED = [
    ("May 12, 2023 - Rome left the pact.", "May", None),
    ("They met in May and left.", "May", None),
    ("They left for Rome on Friday it was said.", "Friday", None),
    ("Officials in Rome said Friday that talks had failed.", "Friday", None),
    ("Prime Minister Godwin Friday spoke.", "Godwin Friday", "VCT"),
    ("Key ministers left Rome.", "Key", None),
    ("Jesus is worshipped there, Rome said.", "Jesus", None),
    ("Putin threatened Ukraine.", "Putin", "RUS"),
    ("Dutch Prime Minister Mark Rutte spoke.", "Mark Rutte", "NLD"),
    ("Mark Rutte spoke in Brussels.", "Mark Rutte", "IGO"),
    ("Ghana's Nana Akufo-Addo apologised.", "Nana Akufo-Addo", "GHA"),
    ("Taiwan's deputy foreign minister Tien Chung-kwang spoke.", "Tien Chung-kwang", "TWN"),
]


@pytest.mark.parametrize(("text", "span", "country"), UNDATED, ids=[u[0] for u in UNDATED])
def test_holder_is_known_without_a_day(text: str, span: str, country: str | None) -> None:
    assert country_of(text, span, day="") == country


def test_predecessor_is_looked_up() -> None:
    text = "President Joe Biden blamed his predecessor."
    found = read_actor(text, "his predecessor", "2021-03-01")
    assert found is not None
    assert (found[1].name, found[1].country) == ("Donald Trump", "USA")


def test_hosts_and_rivals_are_not_the_possessors() -> None:
    text = "Norway's ambassador to Chile thanked his hosts."
    assert country_of(text, "his hosts") == "CHL"
    assert country_of("Norway's prime minister thanked her rivals.", "her rivals") is None


def test_office_of_a_region_is_not_the_states() -> None:
    found = read_actor("Catalonia's president resigned.", "Catalonia's president", "2017-10-10")
    assert found is not None
    assert found[1].name == "Catalonia's president"


CHAINS = [
    ("Lena Holm waited for Kari Vik. Vik was late.", "Vik", "Kari Vik"),
    ("Omar Diallo told Jean Sarr that he would pay. Sarr thanked him.", "him", "Omar Diallo"),
    ('"I told him," said Omar Diallo. Jean Sarr denies it.', "him", None),
    ("Jean Sarr came late. Omar Diallo rang Sarr to warn him.", "him", "Jean Sarr"),
    ("Esther Cole fished for a living. The trader had four boats.", "The trader", "Esther Cole"),
    ("The Arab League met. The league was split.", "The league", "Arab League"),
    ("Ghana sent a note. It says that nobody was hurt.", "It", "Ghana"),
    ("Ghana waited a week and took it calmly.", "it", None),
    ("Ghana called. Turkish Airlines said it would fly.", "it", "Turkish Airlines"),
    ("Ghana called. The Togolese Navy said it had one boat.", "it", "The Togolese Navy"),
    ("Ghana called. The rebels said it was late.", "it", "Ghana"),
    ("Omar Diallo said it was late. Jean Sarr mocked what he called a lie.", "he", "Jean Sarr"),
    ("Omar Diallo said it was late. Jean Sarr counted the votes; he said that was enough.", "he", "Jean Sarr"),
    ("Omar Diallo said it was late. Jean Sarr was lying, he added.", "he", "Omar Diallo"),
    # What an organisation is called afterwards, and who speaks for it.
    ("India's Ministry of External Affairs wrote. The ministry wants talks.", "The ministry", "MEA"),
    ("India's Ministry of External Affairs wrote. The court wants talks.", "The court", "The court"),
    ("Myanmar's military took power. The army was silent.", "The army", "Tatmadaw"),
    ("His party, Georgian Dream, won. Georgian Dream was glad.", "His party", "Georgian Dream"),
    ("Oxfam left Gao. The charity had no fuel.", "The charity", "Oxfam"),
    ("The Houthis fired. Iran met the Iran-backed group.", "the Iran-backed group", "Houthis"),
    ("The Houthis fired. A small group met.", "A small group", None),
    ("M23 shelled the town. The rebels fled.", "The rebels", "M23"),
    ("M23 and Hamas shelled towns. The rebels fled.", "The rebels", "The rebels"),
    ("M23 rebels fled.", "M23 rebels", "M23"),
    ("Three Hamas fighters fled.", "Three Hamas fighters", "Three Hamas fighters"),
    ("Ilan Meir met Sahar Nazari. She was late.", "She", "Sahar Nazari"),
    ("Sahar Nazari met Ilan Meir. He was late.", "He", "Ilan Meir"),
    ("Lena Holm won. Omar Diallo, a former teacher, lost. He wept.", "He", "Omar Diallo"),
    ("Olusegun Obasanjo came. The Nigerian was tired.", "The Nigerian", "Olusegun Obasanjo"),
    ("Olusegun Obasanjo came. The Nigerian army was tired.", "The Nigerian army", "Nigerian Army"),
    ("Angela Merkel came. The Dutch were tired.", "The Dutch", "Netherlands"),
    ("Israel met Iran. A film in English showed its army.", "its", "Israel"),
    ("Israel met Iran. The English showed its army.", "its", "United Kingdom"),
    ("The EU met. The Commission wants a ban.", "The Commission", "European Commission"),
    ("The EU met. The Commission on Security wants a ban.", "The Commission", "The Commission"),
    ("Mexico met. The Commission wants a ban.", "The Commission", "The Commission"),
    ("Maria Zakharova was late. The spokeswoman slept.", "The spokeswoman", "Maria Zakharova"),
    ("Shell, which was late, lost. The firm, which is old, slept.", "The firm, which is old", "Shell"),
    ("Without naming Jean Sarr, he accused Omar Diallo.", "he", None),
    (
        "Olusegun Obasanjo lost. Nobody came. It rained. It was late. The Nigerian slept.",
        "The Nigerian",
        "Nigeria",
    ),
    ("Rafael Correa fled. The former Ecuadorean leader slept.", "The former Ecuadorean leader", "Rafael Correa"),
    ("Rafael Correa fled. The former Chilean leader slept.", "The former Chilean leader", "The former Chilean leader"),
    ("Lena Holm met the general who led it, Omar Diallo, in the hall.", "the general who led it", "Omar Diallo"),
    ("Lena Holm met the general who led it in the hall.", "the general who led it", "the general"),
    ("Lena Holm came. The American ambassador was late.", "The American ambassador", "The American ambassador"),
    ("Lena Holm came. The Texas senator was late.", "The Texas senator", "Lena Holm"),
    ("Rafael Correa met Lenin Moreno. Correa spoke. The president slept.", "The president", "Lenín Moreno"),
    ("“I am your captain,” said Omar Diallo.", "your captain", None),
    ("Qatar waited. Israel has voted. The emirate was glad.", "The emirate", "Qatar"),
    ("Israel has waited. The emirate was glad.", "The emirate", None),
    ("Omar Diallo was late. It was raining, a friend said. He is gone.", "He", "Omar Diallo"),
    ("Omar Diallo was late. It was raining, said Jean Sarr. He is gone.", "He", "Jean Sarr"),
    ("An adviser to Omar Diallo denied that he had gone.", "he", "An adviser"),
    ("Shell sent a dozen of its staff. Its boats were late.", "Its", "Shell"),
    ("Tunisia met. The Ennahda leader slept.", "The Ennahda leader", "The Ennahda leader"),
    ("Tunisia met. The Tunisian leader slept.", "The Tunisian leader", "Beji Caid Essebsi"),
    ("Omar Diallo was late. The former Marine slept.", "The former Marine", "Omar Diallo"),
    # Persons by age, by the office lost, and by the office of the speaker's state.
    ("Lena Holm won. The 34-year-old socialist was glad.", "The 34-year-old socialist", "Lena Holm"),
    ("President Evo Morales fled. The ousted president slept.", "The ousted president", "Evo Morales"),
    ("The White House said the president was asleep.", "the president", "Donald Trump"),
    ("The charity said the president was asleep.", "the president", "the president"),
]


@pytest.mark.parametrize(("text", "span", "name"), CHAINS, ids=[c[0] for c in CHAINS])
def test_chain_leads_to_whom_it_means(text: str, span: str, name: str | None) -> None:
    found = read_actor(text, span)
    assert (found[1].name if found is not None else None) == name


# Text, span, day, name, office: titles that the tokenizer cuts, and offices of bodies.
TITLES = [
    ("The Iranian vice-president smiled.", "The Iranian vice-president", "2025-06-08", "Mohammad Reza Aref"),
    ("The Iranian president smiled.", "The Iranian president", "2025-06-08", "Masoud Pezeshkian"),
    ("Israel's attorney-general objected.", "Israel's attorney-general", "2024-05-02", "Gali Baharav-Miara"),
    ("Pak Hyong-son, a cook, was hurt.", "Pak Hyong-son", "2024-05-02", "Pak Hyong-son"),
    ("The UN chief slept.", "The UN chief", "2012-05-02", "Ban Ki-moon"),
    ("The NATO chief slept.", "The NATO chief", "2020-05-02", "Jens Stoltenberg"),
    ("The WHO chief slept.", "The WHO chief", "2020-05-02", "Tedros Adhanom Ghebreyesus"),
    ("The EU's top diplomat slept.", "The EU's top diplomat", "2016-05-02", "Federica Mogherini"),
    ("The European Commission president slept.", "president", "2016-05-02", "Jean-Claude Juncker"),
    ("Brazil's defence minister slept.", "Brazil's defence minister", "2024-05-02", "José Múcio"),
    ("Kenya's defence minister slept.", "Kenya's defence minister", "2024-05-02", "Aden Duale"),
    ("Kenya's defence minister slept.", "Kenya's defence minister", "2025-05-02", "Soipan Tuya"),
    ("Malaysia's defence minister slept.", "Malaysia's defence minister", "2025-05-02", "Mohamed Khaled Nordin"),
    ("The Board of Peace slept.", "The Board of Peace", "2026-02-02", "Board of Peace"),
    ("Hungary's top diplomat slept.", "Hungary's top diplomat", "2024-05-02", "Péter Szijjártó"),
    ("The EU's chief diplomat slept.", "The EU's chief diplomat", "2024-05-02", "Josep Borrell"),
    ("The United Nations slept.", "The United Nations", "2016-05-02", "United Nations"),
    ("A NATO official slept.", "A NATO official", "2016-05-02", "A NATO official"),
]


@pytest.mark.parametrize(("text", "span", "day", "name"), TITLES, ids=[t[0] for t in TITLES])
def test_title_leads_to_who_bears_it(text: str, span: str, day: str, name: str) -> None:
    found = read_actor(text, span, day)
    assert found is not None
    assert found[1].name == name


def test_joined_titles_keep_their_first_part() -> None:
    found = read_actor("Mike Arden, the director-general of ASIO, was late.", "Mike Arden")
    assert found is not None
    assert (found[1].office, found[0].sectors) == ("director general", ("GOV",))


def test_office_of_a_body_and_its_holder_are_one() -> None:
    cast = cast_of("The EU's foreign policy chief, Kaja Kallas, spoke. Kallas left.", "2025-03-02")
    assert {m.actor for m in cast.mentions if m.kind == "person"} == {0}


SPOKESPERSONS = [
    ("Shell was late. A spokeswoman said so.", "A spokeswoman", "MNC", ("BUS",)),
    ("Oxfam was late. A spokesman said so.", "A spokesman", "NGO", ()),
    ("The party's spokesman was late.", "The party's spokesman", None, ("PTY",)),
    ("The Kenyan embassy was late. A spokesman said so.", "A spokesman", "KEN", ("GOV",)),
    ("It was late. A spokesman said so.", "A spokesman", None, ("GOV",)),
    ("The Ennahda leader was late.", "The Ennahda leader", "TUN", ("PTY",)),
    ("The rebels' chief negotiator, Lena Holm, was late.", "Lena Holm", None, ("REB",)),
    ("UNRWA's commissioner-general was late.", "UNRWA's commissioner-general", "UNO", ("GOV",)),
    ("The party's leader, Lena Holm, was late.", "Lena Holm", None, ("PTY",)),
    ("The leader of Hezbollah was late.", "The leader of Hezbollah", None, ("REB", "PTY")),
    ("The leader of Kenya was late.", "The leader of Kenya", "KEN", ("GOV",)),
    ("Lena Holm, the head of Kenya's mission, was late.", "Lena Holm", "KEN", ("GOV",)),
    ("The WHO came. Its country director, Lena Holm, was late.", "Lena Holm", "UNO", ("MED",)),
    ("Kenya came. Its country director, Lena Holm, was late.", "Lena Holm", "KEN", ("BUS",)),
    ("Omar Diallo came. His wife, Lena Holm, was late.", "Lena Holm", None, ("CVL",)),
    ("A nurse with Oxfam was late.", "A nurse with Oxfam", "NGO", ("MED",)),
    ("A nurse with flowers from Kenya was late.", "A nurse with flowers", None, ("MED",)),
    ("A diplomat in Kenya was late.", "A diplomat in Kenya", None, ("GOV",)),
    ("An official in Kenya was late.", "An official in Kenya", "KEN", ("GOV",)),
    ("Lena Holm, one of the student leaders, was late.", "Lena Holm", None, ("EDU",)),
    ("Juan Carlos Ruiz, a lawyer, was late.", "Juan Carlos Ruiz", None, ("JUD",)),
]


@pytest.mark.parametrize(("text", "span", "country", "sectors"), SPOKESPERSONS, ids=[s[0] for s in SPOKESPERSONS])
def test_spokesperson_is_of_whom_they_speak_for(
    text: str, span: str, country: str | None, sectors: tuple[str, ...]
) -> None:
    found = read_actor(text, span)
    assert found is not None
    assert found[1].country == country
    assert found[0].sectors == sectors


def test_we_of_a_company_is_no_state() -> None:
    cast = cast_of("Shell was late. “We are late,” a spokeswoman said.", "2019-06-03")
    assert {a.kind for a in cast.actors} == {"organisation", "person"}


def test_transcript_names_in_capitals_are_read() -> None:
    text = "TRUMP: You hold no cards at all.\nZELENSKYY: I am not playing cards here.\nHOLM: Thank you both, gentlemen."
    cast = cast_of(text, "2025-02-28")
    assert {"Donald Trump", "Volodymyr Zelenskyy", "HOLM"} <= {a.name for a in cast.actors}
