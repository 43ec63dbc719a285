"""Codes in our terms, and the tables behind them."""

from __future__ import annotations

import pytest

from detente import ontology
from detente.formats import codes
from detente.formats.layouts import GDELT1, GDELT2, ICEWS, POLECAT, layout_of
from detente.ontology.tables import read_table


def test_formats_have_their_numbers_of_columns() -> None:
    assert [len(columns) for columns in (GDELT1, GDELT2, ICEWS, POLECAT)] == [58, 61, 20, 40]
    assert (GDELT1[25], GDELT1[26], GDELT1[56], GDELT1[57]) == ("IsRootEvent", "EventCode", "DATEADDED", "SOURCEURL")
    assert (GDELT2[26], GDELT2[39], GDELT2[53], GDELT2[60]) == (
        "EventCode", "Actor1Geo_ADM2Code", "ActionGeo_CountryCode", "SOURCEURL",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "country"),
    [("ROM", "ROU"), ("TMP", "TLS"), ("MTN", "MNE"), ("WSB", "PSE"), ("NOR", "NOR"), ("EUR", None), ("AFR", None),
     ("", None), ("XYZ", None)],
)  # fmt: skip
def test_cameo_countries_are_not_iso(code: str, country: str | None) -> None:
    assert codes.country_of_cameo(code) == country


@pytest.mark.parametrize(
    ("code", "country"),
    [("SF", "ZAF"), ("UP", "UKR"), ("RS", "RUS"), ("AU", "AUT"), ("AS", "AUS"), ("CH", "CHN"), ("SZ", "CHE"),
     ("GZ", "PSE"), ("KV", "KOS"), ("OS", None), ("", None)],
)  # fmt: skip
def test_fips_countries_are_not_iso(code: str, country: str | None) -> None:
    assert codes.country_of_fips(code) == country


@pytest.mark.parametrize(
    ("name", "country"),
    [("Russian Federation", "RUS"), ("Moldova, Republic of", "MDA"), ("Occupied Palestinian Territory", "PSE"),
     ("the former Yugoslav Republic of Macedonia", "MKD"), ("Congo", "COG"), ("Democratic Republic of Congo", "COD"),
     ("Cote d'Ivoire", "CIV"), ("Curaçao", "CUW"), ("Norway", "NOR"), ("Netherlands Antilles", None), ("", None)],
)  # fmt: skip
def test_icews_names_countries_in_its_own_way(name: str, country: str | None) -> None:
    assert codes.country_of_name(name) == country


def test_countries_come_back_from_the_codes_that_are_written() -> None:
    every = [row["code"] for row in read_table("detente.actors", "countries.tsv", codes._COUNTRY_COLUMNS)
             if not row["valid_to"]]  # fmt: skip
    assert len(every) > 200
    lost = [code for code in every if codes.country_of_cameo(codes.cameo_country(code)) != code]
    assert lost == []
    lost = [code for code in every if codes.country_of_name(codes.icews_country(code)) != code]
    assert lost == []
    lost = [c for c in every if codes.fips_country(c) and codes.country_of_fips(codes.fips_country(c)) != c]
    assert lost == []


def test_parts_and_former_states_are_read_but_not_written() -> None:
    assert codes.country_of_name("Bavaria") == "DEU"
    assert [codes.icews_country(code) for code in ("USA", "DEU", "ITA", "MKD", "RUS")] == [
        "United States", "Germany", "Italy", "the former Yugoslav Republic of Macedonia", "Russian Federation",
    ]  # fmt: skip
    assert [codes.cameo_country(code) for code in ("PSE", "IRQ", "SRB", "COD", "ROU", "KOS")] == [
        "PSE", "IRQ", "SRB", "COD", "ROM", "KSV",
    ]  # fmt: skip


def test_tables_name_known_codes_only() -> None:
    sectors = {"COP", "GOV", "JUD", "LEG", "MIL", "PRM", "PTY", "REB", "SPY", "UAF", "AGR", "BUS", "CRM", "CVL", "EDU",
               "ELI", "JRN", "LAB", "MED", "REF", "OPP", "REL", "SOC", ""}  # fmt: skip
    bodies = {*codes.BODIES, "PSE", ""}
    for sector, body in [*codes._cameo_types().values(), *codes._icews_sectors().values()]:
        assert (sector in sectors, body in bodies) == (True, True)
    assert set(codes._cameo_groups().values()) <= bodies
    for scheme in ("cameo", "fips", "icews"):
        unknown = set(codes._exceptions(scheme).values()) - codes._iso_codes() - {""}
        assert unknown <= {"ATF", "HMD", "BVT"}


def test_every_type_and_mode_has_a_cameo_code_of_its_quad() -> None:
    table = codes._plover_cameo()
    assert {mode for _, mode in table} - {""} == {mode for _, mode in ontology.modes()}
    assert set(table) == {*((name, "") for name in ontology.types()), *ontology.modes()}
    differing = []
    for (event, mode), code in table.items():
        assert len(code) > 2
        if ontology.cameo_codes()[code].plover != event:
            differing.append((event, mode))
    # Yielding codes of CAMEO are words to PLOVER where the deed is meant.
    assert differing == [("RETREAT", "ceasefire"), ("RETREAT", "resign")]


def test_actors_of_gdelt_are_countries_bodies_and_sectors() -> None:
    assert codes.party_of_cameo("ROM||GOV|MED|") == codes.Party(("ROU",), ("GOV", "JRN"))
    assert codes.party_of_cameo("EUR|EEC|IGO||") == codes.Party(("EUR",), ())
    assert codes.party_of_cameo("|UNO|IGO|HLH|") == codes.Party(("UNO",), ("MED",))
    assert codes.party_of_cameo("AFR||INS||") == codes.Party((), ("REB",))
    assert codes.party_of_cameo("||||") == codes.Party()


def test_sectors_of_icews_mean_the_same_in_any_order() -> None:
    first = codes.party_of_icews("Norway|Foreign Ministry,Executive,Police|")
    assert (
        first == codes.party_of_icews('Norway|"Police,Government,Executive"|') == codes.Party(("NOR",), ("COP", "GOV"))
    )
    assert codes.party_of_icews("|International Government Organization|Somebody").countries == ("IGO",)
    assert codes.party_of_icews("|International Government Organization|United Nations").countries == ("UNO",)


def test_quads_of_the_two_schemes_stay_apart() -> None:
    investigate, protest, concede = (codes.coding_of_cameo(code) for code in ("090", "141", "081"))
    assert (investigate.cameo_quad, investigate.plover_quad) == (2, 3)
    assert (protest.cameo_quad, protest.plover_quad) == (3, 4)
    assert (concede.cameo_quad, concede.plover_quad) == (2, 1)


def test_codes_beyond_the_table_go_by_their_parent() -> None:
    assert codes.coding_of_cameo("1129").event == "ACCUSE"
    assert codes.coding_of_cameo("1129").cameo == "1129"
    assert codes.coding_of_cameo("010").event is None


def test_header_is_told_from_rows() -> None:
    bare = layout_of("icews", ["17", "2018-06-01"], None)
    assert (bare.header, bare.place("CAMEO Code")) == (False, 7)
    turned = layout_of("icews", [*ICEWS[:2], *ICEWS[2:][::-1]], None)
    assert (turned.header, turned.place("Longitude")) == (True, 3)
    alias = layout_of("polecat", [*POLECAT[:4], "Event Intensity", *POLECAT[5:]], None)
    assert alias.place("Intensity") == 5
