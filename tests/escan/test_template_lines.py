from pathlib import Path

from scripts.template_lines import find_long_lines


def test_a_line_is_too_long_from_141_characters_on(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/page.html").write_text(f"{'é' * 140}\n{'é' * 141}\n")
    (tmp_path / "mail.txt").write_text(f"short\n\n{'x' * 200}")
    assert list(find_long_lines(tmp_path)) == [
        f"{tmp_path}/app/page.html:2: 141 characters, 140 fit",
        f"{tmp_path}/mail.txt:3: 200 characters, 140 fit",
    ]
