"""Which offices a service starts with."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.assemble import build
from bot.content import read_points
from bot.model.ids import new_id
from bot.model.say import Reply, Say, ShowOffices
from bot.settings import Settings, load_settings
from bot.web_context import make_context
from dialogues.sentences import PHRASE, Wish
from handoff.offices.directory import load_points
from handoff.offices.records import BadContactPoint
from handoff.offices.synthetic import synthesise

SHIPPED = {point.id for point in load_points()}


def settings(folder: Path, *lines: str) -> Settings:
    config = folder / "config.yml"
    config.write_text(
        "\n".join(["service:", f"  data_dir: {folder}", *(f"  {line}" for line in lines)]), encoding="utf-8"
    )
    return load_settings(folder, {})


def test_an_installations_own_offices_come_to_those_that_ship(tmp_path: Path) -> None:
    synthesise(1, tmp_path / "made")
    (tmp_path / "made" / "points").rename(tmp_path / "points")

    points = read_points(settings(tmp_path, "demo_hours: 24/7"))

    assert len(points) == len(SHIPPED) + 186
    assert points["demo-office"].hours == "24/7"
    assert points["synthetic-it-01"].hours == "Mo-Fr 09:00-17:00; PH off", "the hours to try at are of one office only"
    assert points.keys() - read_points(settings(tmp_path, "shipped_points: false")).keys() == SHIPPED - {"demo-office"}


def test_without_demonstrations_a_made_up_network_is_not_there(tmp_path: Path) -> None:
    synthesise(1, tmp_path / "made")
    (tmp_path / "made" / "points").rename(tmp_path / "points")

    assert read_points(settings(tmp_path, "demo_office: false")).keys() == SHIPPED - {"demo-office"}


def test_a_broken_file_of_the_installation_stops_the_start_and_says_all(tmp_path: Path) -> None:
    (tmp_path / "points").mkdir()
    (tmp_path / "points" / "own.yml").write_text("points: [{id: roma}]", encoding="utf-8")

    with pytest.raises(BadContactPoint) as caught:
        read_points(settings(tmp_path))

    said = str(caught.value).splitlines()
    assert "own.yml: point roma: name: is missing" in said
    assert "own.yml: point roma: kind: is missing" in said


@pytest.mark.slow
async def test_what_people_change_counts_in_the_running_service(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "guichet.db")
    service = await build(settings(tmp_path), channels=())
    point = replace(service.points["milano-welcome-center"], phone="02 5555")
    wish = Wish(PHRASE, "it", "goodbye", "A presto.", new_id())

    async with service.database.transaction() as connection:
        await service.offices.save(connection, point, new_id(), None)
        await service.sentences.save(connection, wish, four_eyes=True)
    await service.live.refresh()

    assert service.handoff.casebook.office(point.id).phone == "02 5555"
    assert "02 5555" in service.replies.render(Reply((ShowOffices((point.id,)),)), "it").text
    assert service.replies.render(Reply((Say("goodbye"),)), "it").text == "A presto."
    assert "02 5555" in make_context(service).library.numbers()
    await service.close()
