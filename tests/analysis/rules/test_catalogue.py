import re
from pathlib import Path

from nb2pipe.analysis.rules import catalogue

PAGE = Path(__file__).parents[3] / "docs" / "rules.md"


def test_the_page_is_fresh() -> None:
    command = "python -m nb2pipe.analysis.rules.catalogue docs/rules.md"
    assert PAGE.read_text(encoding="utf-8") == catalogue.page(), f"run {command}"


def test_every_rule_is_documented() -> None:
    found = catalogue.documented()
    codes = [one.rule.code for one in found]
    assert len(codes) > 40
    assert len(set(codes)) == len(codes)
    assert len({one.rule.name for one in found}) == len(codes)
    for one in found:
        assert re.fullmatch(r"NB[1-6]\d\d", one.rule.code)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.rule.name)
        assert one.rule.severity in ("error", "warning")
        assert one.title.endswith(".")
        for section, text in one.sections.items():
            assert text, (one.rule.code, section)


def test_links_of_the_page_lead_to_its_headings() -> None:
    page = catalogue.page()
    links = set(re.findall(r"\(#([^)]+)\)", page))
    headings = {
        line.removeprefix("### ").lower().replace(" ", "-")
        for line in page.split("\n")
        if line.startswith("### ")
    }
    assert links == headings
