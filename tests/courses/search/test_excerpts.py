from courses.search.asking import read_question
from courses.search.excerpts import LENGTH, get_excerpt, get_text_address, mark


def excerpt(text, asked):
    return get_excerpt(text, read_question(asked).is_hit)


def test_words_are_marked_and_all_else_is_escaped():
    hit = read_question("edges").is_hit
    assert mark("An <b>edge</b> & edges", hit) == "An &lt;b&gt;<mark>edge</mark>&lt;/b&gt; &amp; <mark>edges</mark>"


def test_a_hyphenated_word_is_marked_as_a_whole():
    assert excerpt("BI-RADS 4", "birads") == "<mark>BI-RADS</mark> 4"
    assert excerpt("BI-RADS 4", "bi rads") == "<mark>BI</mark>-<mark>RADS</mark> 4"


def test_the_part_with_most_of_the_words_is_shown():
    text = f"edge {'and then ' * 60}the thin edge of it{' and so on' * 60}"
    shown = excerpt(text, "thin edge")
    assert "<mark>thin</mark> <mark>edge</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < LENGTH + 60


def test_without_a_hit_it_is_the_beginning():
    assert excerpt("First. " * 100, "edge").startswith("First. First.")
    assert excerpt("", "edge") == ""
    assert len(excerpt("x" * 10_000, "edge")) <= LENGTH + 4


def test_the_address_of_a_text():
    assert get_text_address("A low-dose film, & more · Two") == ":~:text=A%20low%2Ddose%20film%2C%20%26%20more"
    assert get_text_address("word " * 100).count("word") == 14
